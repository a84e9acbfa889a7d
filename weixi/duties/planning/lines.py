"""The lines of a plan, customer by customer, a page at a time: the most important grades first."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby

from django.db.models import Exists, OuterRef, Q, QuerySet

from weixi.customers.grades import grade_labels
from weixi.customers.models import Contact, Customer
from weixi.duties.cadences import line_to_come, periods_among, states_of
from weixi.duties.engine.returning import read_anniversary
from weixi.duties.engine.window import Slot
from weixi.duties.enums import DutyState
from weixi.duties.lines import DutyLine, lines_of, with_about
from weixi.duties.people import People
from weixi.duties.planning.asked import IN_TIME, LATE, MISSED, NOBODY, OPEN, WAIVED, Wanted, bucket, states_in
from weixi.duties.planning.figures import Figures, days_of, items_of, of_owners, share_of
from weixi.duties.planning.one_off import Announced
from weixi.duties.planning.to_come import ToCome, contact_condition, customer_condition
from weixi.duties.queries.listing import by_due
from weixi.duties.timeline import Timeline, current_timeline
from weixi.kernel import clock
from weixi.kernel.one_of import one_of
from weixi.policy.document.rules import Node

PAGE = 40
# Of as many lines the customers are looked up; more of them are met soon on a walk.
FEW = 2000


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
    how many lines there are to look for."""
    number = figures.total.stands(state)
    if not number:
        return PlanPage()
    choose = _chosen if number <= FEW else _walked
    customers, following = choose(wanted, people, state, _place(after), most)
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
    return len(_customers_with_lines(wanted, people, None))


_Place = tuple[str, int]


def _place(after: str) -> _Place | None:
    """Behind which grade and customer a page begins; None for the first page, and for an address nobody wrote."""
    grade, dash, key = after.rpartition("-")
    return (grade, int(key)) if dash and key.isdecimal() and key.isascii() and len(key) < 19 else None


def _following(found: list[Customer], most: int) -> tuple[list[Customer], str]:
    """The page, and behind whom the next one begins."""
    kept = found[:most]
    return kept, f"{kept[-1].grade}-{kept[-1].pk}" if len(found) > most else ""


def _chosen(
    wanted: Wanted, people: People, state: str | None, after: _Place | None, most: int
) -> tuple[list[Customer], str]:
    """The next customers in the order of grades and keys, where the plan has few lines: these are looked up first."""
    order = {grade: place for place, grade in enumerate(grade_labels())}

    def place(grade: str, pk: int) -> tuple[int, str, int]:
        return order.get(grade, len(order)), grade, pk

    rows = Customer.objects.filter(one_of("pk", sorted(_customers_with_lines(wanted, people, state))))
    places = sorted(place(grade, pk) for pk, grade in rows.order_by().values_list("pk", "grade"))
    if after is not None:
        begin = place(*after)
        places = [each for each in places if each > begin]
    keys = [pk for _rank, _grade, pk in places[: most + 1]]
    found = Customer.objects.in_bulk(keys)
    return _following([found[pk] for pk in keys if pk in found], most)


def _walked(
    wanted: Wanted, people: People, state: str | None, after: _Place | None, most: int
) -> tuple[list[Customer], str]:
    """The same where there are many: customers are walked in this order until the page is full; those of grades the
    policy does not know (any more) stand last. Uses index: the customers' by grade."""
    condition = _has_line(wanted, people, state)
    known = list(grade_labels())
    found: list[Customer] = []
    for grade in known[known.index(after[0]) :] if after is not None and after[0] in known else known:
        if after is not None and after[0] not in known:
            break
        last = after[1] if after is not None and grade == after[0] else 0
        rows = Customer.objects.filter(condition, grade=grade, pk__gt=last)
        found += rows.order_by("pk")[: most + 1 - len(found)]
        if len(found) > most:
            return _following(found, most)
    rows = Customer.objects.filter(condition).exclude(grade__in=known)
    if after is not None and after[0] not in known:
        rows = rows.filter(Q(grade__gt=after[0]) | Q(grade=after[0], pk__gt=after[1]))
    found += rows.order_by("grade", "pk")[: most + 1 - len(found)]
    return _following(found, most)


def _customers_with_lines(wanted: Wanted, people: People, state: str | None) -> set[int]:
    """Uses index: as `Wanted.parts`; the customers' by owner where people are asked for."""
    found: set[int] = set()
    for part in wanted.parts():
        stored = part if state is None else part.filter(bucket(state))
        found.update(pk for pk in stored.order_by().values_list("customer_id", flat=True).distinct() if pk is not None)
    if state is None or OPEN in states_in(state):
        coming = _coming_condition(wanted, people)
        rows = Customer.objects.filter(coming, archived_at=None)
        if wanted.persons is not None:
            rows = rows.filter(of_owners(_owners(wanted, people)))
        found.update(rows.order_by().values_list("pk", flat=True))
    return found


def _owners(wanted: Wanted, people: People) -> set[int]:
    """Whose customers' lines that have no row may fall to the people asked for."""
    timeline = current_timeline()
    rules = {item.rule.assignee for item in items_of(wanted, timeline)}
    rules |= {each.rule.assignee for each in days_of(wanted, timeline)}
    return {owner for rule in rules for owner in wanted.shares(rule, people)}


def _has_line(wanted: Wanted, people: People, state: str | None) -> Q:
    """Of customers. Uses index: duty_customer."""
    stored = wanted.stored().filter(customer_id=OuterRef("pk"))
    condition = Q(Exists(stored if state is None else stored.filter(bucket(state))))
    if state is not None and OPEN not in states_in(state):
        return condition
    return condition | (Q(archived_at=None) & _coming_condition(wanted, people))


def _coming_condition(wanted: Wanted, people: People) -> Q:
    """Of customers not put away: something of the plan has no row."""
    timeline = current_timeline()
    coming = Q(pk__in=())
    for item in items_of(wanted, timeline):
        asked = customer_condition(item)
        if item.of_contacts:
            rows = Contact.objects.filter(contact_condition(item), customer=OuterRef("pk"), removed_at=None)
            asked = Q(Exists(rows))
        coming |= asked & share_of(item.rule.assignee, wanted, people)
    for assignee, days in groupby(sorted(days_of(wanted, timeline), key=_assignee), key=_assignee):
        coming |= one_of("pk", {each.customer_id for each in days}) & share_of(assignee, wanted, people)
    return coming if wanted.grade is None else coming & Q(grade=wanted.grade)


def _assignee(day: Announced) -> str:
    return day.rule.assignee


def _with_lines(wanted: Wanted, people: People, customers: list[Customer], state: str | None) -> list[Planned]:
    now, timeline = clock.now(), current_timeline()
    chosen = Customer.objects.filter(one_of("pk", [customer.pk for customer in customers]))
    stored = wanted.stored().filter(one_of("customer_id", [customer.pk for customer in customers]))
    lines = lines_of(stored.order_by("due_at", "key"), timeline, now, wanted.viewer)
    lines += _coming(wanted, people, chosen, now, timeline)
    mine: dict[int, list[DutyLine]] = defaultdict(list)
    for line in lines:
        if line.customer_id is not None and (state is None or bucket_of(line) in states_in(state)):
            mine[line.customer_id].append(line)
    return [
        Planned(row.pk, row.number, row.called, row.grade, sorted(mine[row.pk], key=by_due))
        for row in customers
        if mine[row.pk]
    ]


def _coming(
    wanted: Wanted, people: People, customers: QuerySet[Customer], now: datetime, timeline: Timeline
) -> list[DutyLine]:
    items = items_of(wanted, timeline)
    once = days_of(wanted, timeline, Q(customer__in=customers.values("pk")))
    rules = {item.rule.assignee for item in items} | {each.rule.assignee for each in once}
    shares = {rule: wanted.shares(rule, people) for rule in rules}
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
    for each in once:
        row, share = by_key.get(each.customer_id), shares[each.rule.assignee]
        if row is not None and (each.owner_id or NOBODY) in share:
            person = people.by_id.get(share[each.owner_id or NOBODY])
            found.append(line_to_come(each.rule, each.slot, row, person, each.subject))
    return with_about(found, wanted.viewer)


def _contacts(item: ToCome, customers: QuerySet[Customer]) -> QuerySet[Contact]:
    return Contact.objects.filter(contact_condition(item), customer__in=customers.values("pk"), removed_at=None)


def _anniversary(item: ToCome, founded_on: str, cooperation_since: str) -> Slot | None:
    """The customer's day in the period; the day itself, where its year is known, is none."""
    assert isinstance(item.rule, Node)
    text = founded_on if item.rule.date == "customer.founded_on" else cooperation_since
    slot, returning = item.days.get(text[-6:]), read_anniversary(text)
    return slot if slot and returning and returning.in_year(int(slot.day[:4])) is not None else None
