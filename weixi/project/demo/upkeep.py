"""The demo company keeps its archives up: two fields of its own, a check each quarter, and what it forgot."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from random import Random
from typing import TYPE_CHECKING

from weixi.customers.models import ArchiveState, Customer, Registration
from weixi.customers.quality.confirming import confirm_archive
from weixi.customers.quality.nightly import count_now
from weixi.customers.services import change_customer
from weixi.customers.services.custom_fields import define_field
from weixi.kernel import clock
from weixi.kernel.events.work import unit_of_work
from weixi.organisation.scope import Viewer, viewer_of
from weixi.project.demo import words
from weixi.project.demo.people import Staff

if TYPE_CHECKING:
    from weixi.project.demo.archive import Profile

FLOOR, USES = "x_floor_space", "x_uses_of_air"
PROCESSES = ("喷涂", "纺织", "食品灌装", "气动工具", "其他")
# What owners learn of their customers in the course of a year, and may write down.
LEARNT: dict[str, tuple[str, ...]] = {
    "need_preference": ("稳定供气", "节能改造", "快速备件", "价格"),
    "operating_state": ("订单饱满，两班生产", "平稳，设备利用率八成", "扩产中，新车间在建", "淡季减产，年后恢复"),
    "service_channel": ("phone", "wechat", "visit", "email"),
    "development_potential": (
        "二期厂房明年投产，有增购空间", "老机型到更换年限", "集团内还有两家工厂可介绍", "用量稳定，以保养和备件为主",
    ),
    "main_business": ("以本厂产品外销为主", "为整车厂和家电厂配套", "自有品牌，经销为主"),
}  # fmt: skip
NAMED = ("general_manager", "payment_handler", "legal_representative")
# How thoroughly each owner checks his archives in a quarter.
CARE = {"linzhixia": 0.95, "hanyutong": 0.97, "shenyizhou": 0.9, "luomin": 0.75, "tangyu": 0.7, "zhengkaiwen": 0.45}
# Old entries of the list the company came with; nobody could type them like this today.
SPOILED = ("见名片", "前台转", "0512—", "一三八零零")


def define_fields(viewer: Viewer) -> None:
    """What a maker of compressors wants to know of a customer beyond the standard."""
    define_field(
        viewer=viewer, code="floor_space", title="厂房面积（平方米）", title_en="Floor space (m²)", of="company",
        type="number", group="business", update_every="P2Y", order=10,
    )  # fmt: skip
    define_field(
        viewer=viewer, code="uses_of_air", title="用气工序", title_en="Uses of air", of="company", type="choices",
        allowed=list(PROCESSES), group="用气情况", required_for=["core", "important"], key_field=True,
        owner_role="account_manager", order=20,
    )  # fmt: skip


class Upkeep:
    """Draws its own lots, so that the rest of the story stays as it is."""

    def __init__(self, seed: int) -> None:
        self.random = Random(seed + 1)  # noqa: S311 - a story, not a secret
        self.without_uses: set[int] = set()

    def fill(self, customer: Customer, tier: str, viewer: Viewer) -> None:
        """Most large customers have their own fields filled, few small ones."""
        values: dict[str, object] = {}
        if self.random.random() < {"large": 0.9, "mid": 0.7}.get(tier, 0.35):
            values[FLOOR] = self.random.randrange(8, 400) * 100
        if self.random.random() < {"large": 0.98, "mid": 0.95}.get(tier, 0.9):
            values[USES] = self._uses()
        else:
            self.without_uses.add(customer.pk)
        if values:
            change_customer(customer, viewer=viewer, values=values)

    def check(self, profiles: Sequence[Profile], *, staff: Staff, at: datetime) -> None:
        """The worker asks for what is missing and stale; then the owners check, each as carefully as he is."""
        with clock.at(at - timedelta(hours=1)):
            count_now()
        with clock.at(at), unit_of_work(actor="system:demo"):
            known = {row["pk"]: row for row in Registration.objects.values("pk", *LEARNT, *NAMED)}
            for profile in profiles:
                if profile.since < at - timedelta(days=30):
                    self._check(profile, known[profile.customer.pk], viewer_of(staff[profile.owner]))

    def _check(self, profile: Profile, known: dict[str, object], viewer: Viewer) -> None:
        care = CARE.get(profile.owner, 0.6)
        values: dict[str, object] = {}
        for key, options in LEARNT.items():
            # What is asked for by a duty of its own is found out sooner.
            if not known[key] and self.random.random() < care * (0.7 if key == "need_preference" else 0.45):
                values[key] = self.random.choice(options)
        if profile.tier == "large":
            for key in NAMED:
                if not known[key] and self.random.random() < care * 0.45:
                    values[key] = self.random.choice(words.SURNAMES) + self.random.choice(words.GIVEN)
        if profile.customer.pk in self.without_uses and self.random.random() < care * 0.8:
            self.without_uses.remove(profile.customer.pk)
            values[USES] = self._uses()
        if values:
            change_customer(profile.customer, viewer=viewer, values=values)
        if self.random.random() < care:
            confirm_archive(profile.customer, viewer=viewer)

    def _uses(self) -> list[str]:
        return self.random.sample(PROCESSES, self.random.choice((1, 1, 2)))

    @staticmethod
    def spoil(profiles: Sequence[Profile]) -> None:
        """A few telephone numbers as the old list had them, written past the services as old data are; then the
        worker's count."""
        for place, profile in enumerate(profiles[40::47]):
            Customer.objects.filter(pk=profile.customer.pk).update(phone=SPOILED[place % len(SPOILED)])
            ArchiveState.objects.filter(pk=profile.customer.pk).update(stale_on=clock.today())
        count_now()
