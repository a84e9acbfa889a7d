"""A fall noticed at once (G-5): the 12-month net of a customer drops through what its grade asks, or by the
policy's percentage; or a customer who bought regularly has bought nothing for long. Told once per fall to the people the policy names; the grade itself changes only by a run.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from weixi.customers.models import Customer
from weixi.grading.enums import RunState
from weixi.grading.ladders import AMOUNT
from weixi.grading.models import FallNotice, FallsDay, GradeResult, GradingRun
from weixi.grading.scorecard import PLACES
from weixi.grading.sections import grading_in_force
from weixi.grading.services.compute import as_of_or_today
from weixi.grading.thresholds import Limit, limits_of
from weixi.kernel.calendar.wall import add_months
from weixi.kernel.currency import money_text
from weixi.kernel.events.work import UnitOfWork, unit_of_work
from weixi.kernel.outbox.services import Message, tell_many
from weixi.kernel.slices import registry
from weixi.organisation.enums import Role
from weixi.organisation.models import User
from weixi.organisation.scope import system_viewer
from weixi.policy.document.grading import Fall, Grading

ORDER_EVENTS = frozenset({"order.placed", "order.returned", "order.changed", "order.withdrawn"})
CHUNK = 5000
ORDERS, SILENT = "orders_12m", "recency_days"
# Below so many purchases in two years nobody knows what is usual.
REGULAR = 4
TWO_YEARS = 730


@dataclass(frozen=True, slots=True)
class Fallen:
    """A customer that fell: from what to what, and through which limit or by how many percent."""

    customer: Customer
    before: Decimal
    threshold: Decimal | None = None
    drop_pct: Decimal | None = None
    # Days without a purchase, and those that usually lie between two.
    silent: tuple[int, int] | None = None


def project_falls(work: UnitOfWork) -> None:
    """The projection: customers whose orders this unit touched, after an import as after one return."""
    touched = {event.customer_id for event in work.written if event.type in ORDER_EVENTS and event.customer_id}
    if touched:
        section = grading_in_force()
        if section is not None and section.fall is not None and section.fall.after_each_import:
            judge_falls(touched, section, work)


def judge_falls(customer_ids: Iterable[int], section: Grading, work: UnitOfWork) -> int:
    """Open a notice for each of these customers that has fallen, end those that rose again; returns how many
    were opened. A handful of queries per 5,000 customers."""
    run = GradingRun.objects.filter(state=RunState.APPROVED).order_by("-decided_at").first()
    if run is None or section.fall is None:
        return 0
    limits = limits_of(section) if section.fall.below_threshold else {}
    ids = sorted(set(customer_ids))
    opened = 0
    for place in range(0, len(ids), CHUNK):
        part = ids[place : place + CHUNK]
        customers = Customer.objects.filter(pk__in=part, archived_at=None).exclude(grade="")
        opened += _judge(list(customers), run, section.fall, limits, part, work)
    return opened


def judge_all_falls(today: date | None = None) -> int:
    """Once a day, everybody: amounts also fall because days pass. Safe to call twice and to skip; killed in
    between, the next call goes on behind the last stretch. Returns how many notices were opened."""
    today = today or as_of_or_today(None)
    section = grading_in_force()
    if section is None or section.fall is None or not section.fall.nightly:
        return 0
    day, _made = FallsDay.objects.get_or_create(pk="falls", defaults={"day": date.min, "cursor": 0})
    if day.day >= today:
        return 0
    opened = 0
    actor = system_viewer("grading").actor
    while True:
        ids = list(
            Customer.objects.filter(pk__gt=day.cursor, archived_at=None)
            .order_by("pk")
            .values_list("pk", flat=True)[:CHUNK]
        )
        with unit_of_work(actor=actor) as work:
            if not ids:
                FallsDay.objects.filter(pk=day.pk).update(day=today, cursor=0)
                return opened
            opened += judge_falls(ids, section, work)
            day.cursor = ids[-1]
            FallsDay.objects.filter(pk=day.pk).update(cursor=day.cursor)


def _judge(
    customers: Sequence[Customer],
    run: GradingRun,
    rules: Fall,
    limits: dict[str, Limit],
    ids: Sequence[int],
    work: UnitOfWork,
) -> int:
    graded = dict(GradeResult.objects.filter(run=run, customer_id__in=ids).values_list("customer_id", "amount"))
    earlier = _earlier(rules, [customer.pk for customer in customers])
    silent = _silent(rules, [customer.pk for customer in customers])
    known = {row.customer_id: row for row in FallNotice.objects.filter(customer_id__in=ids, ended_at=None)}
    fallen: list[Fallen] = []
    over: list[int] = []
    for customer in customers:
        found = _fallen(customer, graded.get(customer.pk), earlier.get(customer.pk), rules, limits)
        if found is None and customer.pk in silent:
            found = Fallen(customer, customer.annual_amount, silent=silent[customer.pk])
        notice = known.get(customer.pk)
        buys_again = notice is not None and notice.silent_days is not None and customer.pk not in silent
        if notice is not None and (found is None or notice.grade != customer.grade or buys_again):
            over.append(notice.pk)
            notice = None
        if found is not None and notice is None:
            fallen.append(found)
    living = {customer.pk for customer in customers}
    over += [row.pk for pk, row in known.items() if pk not in living]
    FallNotice.objects.filter(pk__in=over).update(ended_at=work.now)
    _open(fallen, rules, work)
    return len(fallen)


def _earlier(rules: Fall, ids: Sequence[int]) -> dict[int, Decimal]:
    """The 12-month net as it stood the policy's span ago, where the policy compares with it."""
    if rules.drop_pct is None or rules.compared_with is None or AMOUNT not in registry.facts:
        return {}
    span = rules.compared_with
    then = date.fromordinal(add_months(as_of_or_today(None), -span.months).toordinal() - span.days)
    return dict(registry.facts[AMOUNT].compute(ids, then))


def _silent(rules: Fall, ids: Sequence[int]) -> dict[int, tuple[int, int]]:
    """{customer: (days without a purchase, days that usually lie between two)} of those who may be lost."""
    if rules.silent_times is None or not {ORDERS, SILENT} <= registry.facts.keys():
        return {}
    today = as_of_or_today(None)
    orders = registry.facts[ORDERS].compute
    now, before = orders(ids, today), orders(ids, add_months(today, -12))
    found = {}
    for pk, days in registry.facts[SILENT].compute(ids, today).items():
        bought = int(now.get(pk) or 0) + int(before.get(pk) or 0)
        usual = TWO_YEARS // bought if bought >= REGULAR else 0
        if usual and days > rules.silent_times * usual:
            found[pk] = int(days), usual
    return found


def _fallen(
    customer: Customer,
    graded: Decimal | None,
    earlier: Decimal | None,
    rules: Fall,
    limits: dict[str, Limit],
) -> Fallen | None:
    amount = customer.annual_amount
    limit = limits.get(customer.grade)
    if limit is not None and graded is not None and limit.kept(graded) and not limit.kept(amount):
        return Fallen(customer, graded, limit.amount, None)
    if rules.drop_pct is not None and earlier is not None and earlier > 0:
        drop = (earlier - amount) * 100 / earlier
        if drop >= rules.drop_pct:
            return Fallen(customer, earlier, None, drop.quantize(PLACES))
    return None


def _open(fallen: Sequence[Fallen], rules: Fall, work: UnitOfWork) -> None:
    if not fallen:
        return
    rows = FallNotice.objects.bulk_create(
        FallNotice(
            customer=item.customer, grade=item.customer.grade, threshold=item.threshold, drop_pct=item.drop_pct,
            before=item.before, amount=item.customer.annual_amount, at=work.now,
            silent_days=item.silent[0] if item.silent else None,
        )
        for item in fallen
    )  # fmt: skip
    people = _people(rules, [item.customer for item in fallen])
    messages: list[Message] = []
    for row, item in zip(rows, fallen, strict=True):
        work.record(
            "grade.fall_noticed",
            customer=item.customer.pk,
            subject=("fall", row.pk),
            data={
                "grade": row.grade, "before": str(row.before), "amount": str(row.amount),
                "threshold": None if row.threshold is None else str(row.threshold),
                "drop_pct": None if row.drop_pct is None else str(row.drop_pct),
                **({"silent_days": row.silent_days} if row.silent_days is not None else {}),
            },
        )  # fmt: skip
        kind, params = _told(item, row)
        messages.extend(
            Message(
                person,
                kind,
                f"grade_fall:{row.pk}:{person}",
                params,
                item.customer.get_absolute_url(),
                item.customer.pk,
            )
            for person in people[item.customer.pk]
        )
    tell_many(messages)


def _told(item: Fallen, row: FallNotice) -> tuple[str, dict[str, str]]:
    """The kind of notice and its words."""
    params = {"customer": item.customer.called}
    if item.silent is not None:
        return "grade.gone_quiet", params | {"days": str(item.silent[0]), "usual": str(item.silent[1])}
    params |= {"before": money_text(row.before), "amount": money_text(row.amount)}
    if row.threshold is not None:
        return "grade.fell_through", params | {"limit": money_text(row.threshold)}
    return "grade.dropped", params | {"percent": f"{row.drop_pct:.0f}"}


def _people(rules: Fall, customers: Sequence[Customer]) -> dict[int, list[int]]:
    """Whom the policy has told, per customer: its owner, the owner's supervisor, the managers of his
    department. Three queries."""
    owners = User.objects.select_related("department").in_bulk({c.owner_id for c in customers if c.owner_id})
    managers = list(
        User.objects.filter(role__in=[Role.SUPERVISOR, Role.SERVICE_MANAGER], is_active=True).select_related(
            "department"
        )
    )
    told: dict[int, list[int]] = {}
    for customer in customers:
        owner = owners.get(customer.owner_id or 0)
        found: list[int] = []
        if "customer.owner" in rules.notify and owner is not None:
            found.append(owner.pk)
        for role in (Role.SUPERVISOR, Role.SERVICE_MANAGER):
            if role.value in rules.notify:
                found.extend(_above(owner, role, managers))
        told[customer.pk] = list(dict.fromkeys(found))
    return told


def _above(owner: User | None, role: Role, managers: Sequence[User]) -> list[int]:
    """Those of this role above the owner: his own supervisor, else those of his department, else all."""
    if owner is not None:
        if role == Role.SUPERVISOR and owner.leader_id is not None:
            return [owner.leader_id]
        path = owner.department.path if owner.department else ""
        near = [m.pk for m in managers if m.role == role and m.department and path.startswith(m.department.path)]
        if near:
            return near
    return [m.pk for m in managers if m.role == role]
