"""The demo company's care: whom it visits by choice, the days its customers have, archives that are complete."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from random import Random
from typing import TYPE_CHECKING

from weixi.commerce.models import Contract
from weixi.commerce.services.contracts import sign_contract
from weixi.customers.models import Customer, Registration
from weixi.customers.occasions.services import add_occasion, change_occasion, remove_occasion
from weixi.customers.services import change_contact, change_customer
from weixi.customers.visiting.services import choose_for_visits, end_choice
from weixi.duties.queries.today import ends
from weixi.interactions.services import Evidence, plan_visit, record_interaction
from weixi.kernel import clock
from weixi.kernel.events.work import unit_of_work
from weixi.organisation.scope import Viewer, viewer_of
from weixi.project.demo import words
from weixi.project.demo.people import Staff
from weixi.project.demo.upkeep import CARE, LEARNT, NAMED

if TYPE_CHECKING:
    from weixi.project.demo.archive import Profile

# Places in the story's list, and why they are visited by choice.
CHOSEN = {
    0: "年度前三大客户，扩产期", 1: "总经理互访协议，每季一次", 2: "采购换人，重建关系", 3: "重点行业标杆", 5: "新品试点客户",
    14: "设备到更换年限", 17: "集团内还有两家工厂", 23: "去年投诉后专项回访",
}  # fmt: skip
# Place, days from today, kind, what it is, where.
DAYS = (
    (1, 5, "exhibition", "国际橡塑展", "上海虹桥"), (4, 3, "opening", "二期工厂开业", "常州金坛"),
    (0, 24, "launch", "新能源变速箱壳体发布", "苏州"), (5, 38, "exhibition", "制药装备展", "青岛"),
    (12, 12, "opening", "华南分公司开业", "东莞"), (20, 16, "launch", "低噪产线投产", ""),
)  # fmt: skip


def choose(profiles: Sequence[Profile], *, staff: Staff, at: datetime) -> None:
    """The owners choose, the supervisor adds one; one is ended again in the course of the year."""
    with clock.at(at), unit_of_work(actor="system:demo"):
        for place, reason in CHOSEN.items():
            if place < len(profiles) and profiles[place].since < at:
                profile = profiles[place]
                viewer = viewer_of(staff["fangzhiyuan" if place == 2 else profile.owner])
                choose_for_visits(profile.customer, viewer=viewer, reason=reason)
    if len(profiles) > 23:
        with clock.at(at + timedelta(days=120)):
            end_choice(profiles[23].customer, viewer=viewer_of(staff["fangzhiyuan"]), reason="专项已结束")


def complete_archives(profiles: Sequence[Profile], *, staff: Staff, at: datetime) -> None:
    """Careful owners complete the archives of some of their core and important customers."""
    grades = dict(Customer.objects.filter(pk__in=[p.customer.pk for p in profiles]).values_list("pk", "grade"))
    random = Random(len(profiles))  # noqa: S311 - a story, not a secret
    with clock.at(at), unit_of_work(actor="system:demo"):
        for place, profile in enumerate(profiles):
            grade = grades.get(profile.customer.pk, "")
            if grade not in ("core", "important") or random.random() > CARE.get(profile.owner, 0.6) * 0.4:
                continue
            _complete(profile, place, grade, staff, at, random)


def _complete(profile: Profile, place: int, grade: str, staff: Staff, at: datetime, random: Random) -> None:
    viewer = viewer_of(staff[profile.owner])
    customer = Customer.objects.get(pk=profile.customer.pk)
    form = Registration.objects.get(pk=customer.pk)

    def known(key: str) -> object:
        return getattr(customer, key, "") or getattr(form, key, "")

    wanted: dict[str, object] = {key: random.choice(options) for key, options in LEARNT.items()}
    wanted |= {key: random.choice(words.SURNAMES) + random.choice(words.GIVEN) for key in NAMED}
    wanted |= {
        "address": f"{customer.city}市高新区科技路 {random.randint(1, 400)} 号",
        "founded_on": date(random.randint(1996, 2019), random.randint(1, 12), random.randint(1, 28)).isoformat(),
        "cooperation_since": f"{random.randint(2018, 2024)}-{random.randint(1, 12):02d}-{random.randint(1, 28):02d}",
    }
    values = {key: value for key, value in wanted.items() if not known(key)}
    if values:
        change_customer(customer, viewer=viewer, values=values)
    for person in customer.contacts.filter(removed_at=None):
        more: dict[str, object] = {}
        if not person.preferred_channel:
            more["preferred_channel"] = random.choice(("phone", "wechat"))
        if not person.birthday:
            more["birthday"] = f"19{random.randint(65, 95)}-{random.randint(1, 12):02d}-{random.randint(1, 28):02d}"
        if more:
            change_contact(person, viewer=viewer, values=more)
    if grade == "core" and not Contract.objects.filter(customer=customer).exists():
        sign_contract(
            customer, viewer=viewer_of(staff["bailu"]), number=f"HT-{at:%Y}-{place + 201}", title="年度供货与维保合同", signed_on=at.date(),
            starts_on=at.date(), ends_on=(at + timedelta(days=364)).date(), terms="月结 60 天，备件 48 小时到厂",
        )  # fmt: skip


def days_and_visits(profiles: Sequence[Profile], *, staff: Staff, end: datetime) -> None:
    """The days customers have, one kept, one moved, one called off; visits that are planned."""
    if len(profiles) < 24:
        return
    today = ends(end)[0] - timedelta(days=1)

    def owner(place: int) -> Viewer:
        return viewer_of(staff[profiles[place].owner])

    def at(days: float, hour: int) -> datetime:
        return min(today - timedelta(days=days) + timedelta(hours=hour), end - timedelta(minutes=15))

    with clock.at(at(20, 10)), unit_of_work(actor="system:demo"):
        for place, ahead, kind, title, where in DAYS:
            add_occasion(
                profiles[place].customer, viewer=owner(place), kind=kind, day=(today + timedelta(days=ahead)).date(),
                title=title, place=where,
            )  # fmt: skip
        past = add_occasion(
            profiles[3].customer, viewer=owner(3), kind="exhibition", day=(today - timedelta(days=6)).date(),
            title="船舶配套展", place="青岛",
        )  # fmt: skip
        moved = add_occasion(
            profiles[6].customer,
            viewer=owner(6),
            kind="launch",
            day=(today - timedelta(days=2)).date(),
            title="静音轴承发布",
        )
        gone = add_occasion(
            profiles[7].customer,
            viewer=owner(7),
            kind="opening",
            day=(today + timedelta(days=2)).date(),
            title="新车间开业",
        )
    with clock.at(at(10, 9)), unit_of_work(actor="system:demo"):
        change_occasion(
            moved.pk, viewer=owner(6), kind="launch", day=(today + timedelta(days=6)).date(), title="静音轴承发布"
        )
        remove_occasion(gone.pk, viewer=owner(7))
    with clock.at(at(6, 16)):
        record_interaction(
            profiles[3].customer, viewer=owner(3), kind="event", purpose="emotional", occurred_at=at(6, 14),
            contact=profiles[3].contacts[0] if profiles[3].contacts else None, content="到展位看望，送了花篮，见到了老总。",
            conclusion="展后一周内约看船用机型", evidence=[Evidence("occasion.kept", ("occasion", past.subject))],
        )  # fmt: skip
    with clock.at(at(1, 11)), unit_of_work(actor="system:demo"):
        for place, ahead, purpose in (
            (0, 3, "看 7 号线改造现场"),
            (1, 9, "季度互访"),
            (5, 14, "新品试点回访"),
            (14, 21, "更新换代方案"),
        ):
            plan_visit(
                profiles[place].customer,
                viewer=owner(place),
                day=(today + timedelta(days=ahead)).date(),
                purpose=purpose,
            )
