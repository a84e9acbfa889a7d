"""The lines of a plan, customer by customer, a page at a time: the most important grades first."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import Exists, OuterRef, Q, QuerySet

from weixi.customers.grades import grade_labels
from weixi.customers.models import Contact, Customer
from weixi.duties.cadences import line_to_come, periods_among, states_of
from weixi.duties.engine.returning import read_anniversary
from weixi.duties.engine.window import Slot
from weixi.duties.enums import DutyState
from weixi.duties.lines import DutyLine, lines_of, with_about
from weixi.duties.people import People
from weixi.duties.planning.asked import BUCKETS, IN_TIME, LATE, MISSED, NOBODY, OPEN, WAIVED, Wanted
from weixi.duties.planning.figures import Figures, share_of
from weixi.duties.planning.to_come import ToCome, contact_condition, customer_condition, to_come
from weixi.duties.queries.listing import by_due
from weixi.duties.timeline import Timeline, current_timeline
from weixi.kernel import clock
from weixi.kernel.one_of import one_of
from weixi.policy.document.rules import Node

PAGE = 40


@dataclass(frozen=True, slots=True)
class Planned:
    """A customer and what the plan asks for it, by due time."""

    customer_id: int
    number: str
    name: str
    grade: str
    lines: list[DutyLine]


@dataclass(frozen=True)
class PlanPage:
    """`after`: where the next page begins (`core-217`), empty on the last one."""

    customers: list[Planned] = field(default_factory=list)
    after: str = ""


def bucket_of(line: DutyLine) -> str:
    """How a line stands, by the names of `asked.STATES`."""
    if line.state == DutyState.DONE:
        return LATE if line.late_seconds else IN_TIME
    return {str(DutyState.MISSED): MISSED, str(DutyState.WAIVED): WAIVED}.get(line.state, OPEN)


def plan_page(
    wanted: Wanted, figures: Figures, people: People, *, state: str | None = None, after: str = "", most: int = PAGE
) -> PlanPage:
    """A page of the plan, of lines that stand so if `state` is given. `figures` are those of the same question: they say
    which grades need not be looked through."""
    customers, following = _customers(wanted, figures, people, state, after, most)
    if not customers:
        return PlanPage()
    return PlanPage(_with_lines(wanted, people, customers, state), following)


def all_pages(wanted: Wanted, figures: Figures, people: People, *, state: str | None = None) -> Iterator[Planned]:
    """Every customer of the plan, read in portions."""
    after = ""
    while True:
        page = plan_page(wanted, figures, people, state=state, after=after, most=500)
        yield from page.customers
        after = page.after
        if not after:
            return


def customers_planned(wanted: Wanted, people: People) -> int:
    """How many customers the plan is about."""
    return Customer.objects.filter(_has_line(wanted, people, None)).count()


def _customers(
    wanted: Wanted, figures: Figures, people: People, state: str | None, after: str, most: int
) -> tuple[list[Customer], str]:
    """The next customers in the order of grades and keys, and where those behind them begin."""
    grade_after, _, key = after.rpartition("-")
    begin, last = (grade_after, int(key)) if key.isdecimal() and len(key) < 19 else (None, 0)
    condition = _has_line(wanted, people, state)
    found: list[Customer] = []
    grades = _grades(figures, state)
    if begin in grades:
        grades = grades[grades.index(begin) :]
    elif begin is not None:
        return [], ""
    for grade in grades:
        rows = Customer.objects.filter(condition, grade=grade, pk__gt=last if grade == begin else 0)
        found += rows.order_by("pk")[: most + 1 - len(found)]
        if len(found) > most:
            kept = found[:most]
            return kept, f"{kept[-1].grade}-{kept[-1].pk}"
    return found, ""


def _grades(figures: Figures, state: str | None) -> list[str]:
    """The grades with such lines, the most important first."""
    there = {
        grade for grade, cell in figures.by_grade().items() if (getattr(cell, state) if state else not cell.is_empty)
    }
    known = [grade for grade in grade_labels() if grade in there]
    return [*known, *sorted(there - set(known))]


def _has_line(wanted: Wanted, people: People, state: str | None) -> Q:
    """Of customers. Uses index: duty_customer, or duty_due where few people are asked for."""
    stored = wanted.stored().filter(customer_id=OuterRef("pk"))
    condition = Q(Exists(stored.filter(BUCKETS[state]) if state else stored))
    if state not in (None, OPEN):
        return condition
    coming = Q(pk__in=())
    for item in to_come(current_timeline(), clock.now(), wanted.period):
        asked = customer_condition(item)
        if item.of_contacts:
            rows = Contact.objects.filter(contact_condition(item), customer=OuterRef("pk"), removed_at=None)
            asked = Q(Exists(rows))
        coming |= asked & share_of(item, wanted, people)
    return condition | (Q(archived_at=None) & coming)


def _with_lines(wanted: Wanted, people: People, customers: list[Customer], state: str | None) -> list[Planned]:
    now, timeline = clock.now(), current_timeline()
    chosen = Customer.objects.filter(one_of("pk", [customer.pk for customer in customers]))
    stored = wanted.stored().filter(one_of("customer_id", [customer.pk for customer in customers]))
    lines = lines_of(stored.order_by("due_at", "key"), timeline, now, wanted.viewer)
    lines += _coming(wanted, people, chosen, now, timeline)
    mine: dict[int, list[DutyLine]] = defaultdict(list)
    for line in lines:
        if line.customer_id is not None and (state is None or bucket_of(line) == state):
            mine[line.customer_id].append(line)
    return [
        Planned(row.pk, row.number, row.called, row.grade, sorted(mine[row.pk], key=by_due))
        for row in customers
        if mine[row.pk]
    ]


def _coming(
    wanted: Wanted, people: People, customers: QuerySet[Customer], now: datetime, timeline: Timeline
) -> list[DutyLine]:
    items = to_come(timeline, now, wanted.period)
    shares = {item.rule.assignee: wanted.shares(item.rule.assignee, people) for item in items}
    turns = [turn for item in items if (turn := item.turn) is not None]
    rows, periods = periods_among(turns, customers, timeline, people)
    found = [
        period.line() for period in periods if (period.row["owner_id"] or NOBODY) in shares[period.turn.rule.assignee]
    ]
    states = states_of(rows, timeline)
    days = {pk: texts for pk, *texts in customers.values_list("pk", "founded_on", "cooperation_since")}
    by_key = {row["pk"]: row for row in rows}
    for item in items:
        share = shares[item.rule.assignee]
        if item.of_contacts:
            for contact in _contacts(item, customers):
                row = by_key.get(contact.customer_id)
                if row is not None and (row["owner_id"] or NOBODY) in share:
                    person = people.by_id.get(share[row["owner_id"] or NOBODY])
                    slot = (item.lunar if contact.birthday_lunar else item.days)[contact.birthday[-6:]]
                    found.append(line_to_come(item.rule, slot, row, person, f"contact:{contact.pk}"))
            continue
        for row in rows if item.turn is None else ():
            who = share.get(row["owner_id"] or NOBODY)
            if who is None or not item.compiled.where.state_holds(states[row["pk"]]):
                continue
            day = item.slot or _anniversary(item, *days[row["pk"]])
            if day is not None:
                found.append(line_to_come(item.rule, day, row, people.by_id.get(who), f"customer:{row['pk']}"))
    return with_about(found, wanted.viewer)


def _contacts(item: ToCome, customers: QuerySet[Customer]) -> QuerySet[Contact]:
    return Contact.objects.filter(contact_condition(item), customer__in=customers.values("pk"), removed_at=None)


def _anniversary(item: ToCome, founded_on: str, cooperation_since: str) -> Slot | None:
    """The customer's day in the period; the day itself, where its year is known, is none."""
    assert isinstance(item.rule, Node)
    text = founded_on if item.rule.date == "customer.founded_on" else cooperation_since
    slot, returning = item.days.get(text[-6:]), read_anniversary(text)
    return slot if slot and returning and returning.in_year(int(slot.day[:4])) is not None else None
