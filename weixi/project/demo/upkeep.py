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
from weixi.project.demo.people import Staff

if TYPE_CHECKING:
    from weixi.project.demo.archive import Profile

FLOOR, USES = "x_floor_space", "x_uses_of_air"
PROCESSES = ("喷涂", "纺织", "食品灌装", "气动工具", "其他")
NEEDS = ("稳定供气", "节能改造", "快速备件", "价格")
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

    def fill(self, customer: Customer, tier: str, viewer: Viewer) -> None:
        """Most large customers have their own fields filled, few small ones."""
        values: dict[str, object] = {}
        if self.random.random() < {"large": 0.9, "mid": 0.7}.get(tier, 0.35):
            values[FLOOR] = self.random.randrange(8, 400) * 100
        if self.random.random() < {"large": 0.98, "mid": 0.95}.get(tier, 0.9):
            values[USES] = self.random.sample(PROCESSES, self.random.choice((1, 1, 2)))
        if values:
            change_customer(customer, viewer=viewer, values=values)

    def check(self, profiles: Sequence[Profile], *, staff: Staff, at: datetime) -> None:
        """The worker asks for what is missing and stale; then the owners check, each as carefully as he is."""
        with clock.at(at - timedelta(hours=1)):
            count_now()
        with clock.at(at), unit_of_work(actor="system:demo"):
            for profile in profiles:
                if profile.since < at - timedelta(days=30):
                    self._check(profile, viewer_of(staff[profile.owner]))

    def _check(self, profile: Profile, viewer: Viewer) -> None:
        care = CARE.get(profile.owner, 0.6)
        needs = Registration.objects.filter(pk=profile.customer.pk).values_list("need_preference", flat=True)
        if not any(needs) and self.random.random() < care * 0.6:
            change_customer(profile.customer, viewer=viewer, values={"need_preference": self.random.choice(NEEDS)})
        if self.random.random() < care:
            confirm_archive(profile.customer, viewer=viewer)

    @staticmethod
    def spoil(profiles: Sequence[Profile]) -> None:
        """A few telephone numbers as the old list had them, written past the services as old data are; then the
        worker's count."""
        for place, profile in enumerate(profiles[40::47]):
            Customer.objects.filter(pk=profile.customer.pk).update(phone=SPOILED[place % len(SPOILED)])
            ArchiveState.objects.filter(pk=profile.customer.pk).update(stale_on=clock.today())
        count_now()
