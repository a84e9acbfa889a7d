"""Cadence periods that nobody has touched yet: they have no row and are computed when read.

A customer's clock says up to when his duties were evaluated and which open periods he then had. A
period that has begun since then was not touched by any event — each event of the customer evaluates
him anew — so his row still shows the state he had at its start.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Container, Iterable, Iterator, Mapping
from datetime import datetime
from itertools import groupby
from typing import Any, NamedTuple

from django.db.models import QuerySet

from weixi.customers.models import Customer, CustomerTag
from weixi.duties.engine.cadence import cadence_slots
from weixi.duties.engine.duty import Duty
from weixi.duties.engine.timeline import Book, WindowRule
from weixi.duties.engine.window import Slot
from weixi.duties.enums import PRIORITIES, DutyState
from weixi.duties.lines import DutyLine
from weixi.duties.models import DutyClock
from weixi.duties.people import People, Person
from weixi.duties.timeline import Timeline, kind_of
from weixi.kernel.one_of import one_of
from weixi.kernel.rows import read_rows
from weixi.organisation.models import User
from weixi.policy.document.demands import demand_in_words
from weixi.policy.document.rules import AnyRule, Cadence
from weixi.policy.reading import language

_ROW = ("pk", "number", "name", "short_name", "grade", "lifecycle", "owner_id", "owner__username")


class Turn(NamedTuple):
    """A cadence rule and the period of it that runs now; `following` is the next one, if the version
    still holds then."""

    book: Book
    compiled: WindowRule
    slot: Slot | None
    following: Slot | None

    @property
    def rule(self) -> Cadence:
        rule = self.compiled.rule
        assert isinstance(rule, Cadence)
        return rule


class OpenPeriod(NamedTuple):
    """An open, untouched period of one customer, and whose it is; `row` holds the customer by the names of `_ROW`."""

    turn: Turn
    row: Mapping[str, Any]
    who: Person | None

    @property
    def due_at(self) -> datetime:
        assert self.turn.slot is not None
        return self.turn.slot.due

    @property
    def key(self) -> str:
        """As the duty's would be."""
        assert self.turn.slot is not None
        return f"{self.turn.rule.clause}|customer:{self.row['pk']}|{self.turn.slot.day}"

    @property
    def priority(self) -> int:
        return _priority(self.turn.rule)

    @property
    def title(self) -> str:
        rule = self.turn.rule
        return rule.title or rule.clause

    def line(self) -> DutyLine:
        slot, row = self.turn.slot, self.row
        assert slot is not None
        return line_to_come(self.turn.rule, slot, row, self.who, f"customer:{row['pk']}")


def line_to_come(rule: AnyRule, slot: Slot, row: Mapping[str, Any], who: Person | None, subject: str) -> DutyLine:
    """The line of a turn that has no row: `row` holds the customer by the names of `_ROW`."""
    return DutyLine(
        key=f"{rule.clause}|{subject}|{slot.day}",
        pk=None,
        clause=rule.clause,
        title=rule.title or rule.clause,
        kind=kind_of(rule),
        customer_id=row["pk"],
        customer_number=row["number"],
        customer_name=row["short_name"] or row["name"],
        grade=row["grade"],
        subject=subject,
        anchor=slot.day,
        about="",
        opens_at=slot.opens,
        due_at=slot.due,
        state=DutyState.OPEN,
        closed_at=None,
        closed_by="",
        late_seconds=None,
        priority=_priority(rule),
        assignee_id=who.pk if who else None,
        assignee=who.username if who else "",
        assignee_name=who.name if who else "",
        closes_on=tuple(getattr(rule, "closes_on", getattr(rule, "on", ()))),
        qualifies=dict(getattr(rule, "qualifies", {})),
        demand=demand_in_words(rule, language()),
    )


def _priority(rule: AnyRule) -> int:
    priority = rule.priority
    return PRIORITIES.get(priority, 2) if isinstance(priority, str) else priority


def turns(timeline: Timeline, now: datetime) -> list[Turn]:
    """Every cadence rule with its running and its next period."""
    found = []
    for book in timeline.engine.books:
        for compiled in book.cadences:
            table = cadence_slots(book, compiled, now)
            begun = bisect_right(table.opens, now)
            slot = table.slots[begun - 1] if begun else None
            if slot is not None and slot.over <= now:
                slot = None
            following = table.slots[begun] if begun < len(table.slots) else None
            if slot or following:
                found.append(Turn(book, compiled, slot, following))
    return found


def is_untouched(duty: Duty) -> bool:
    """An open cadence period needs no row: it is computed when read."""
    return isinstance(duty.rule, Cadence) and duty.state == DutyState.OPEN


def period_of(duty: Duty) -> str:
    """How a clock names an open period that has no row."""
    return f"{duty.clause}|{duty.anchor}"


def next_period_due(
    due: datetime | None, coming: Iterable[Turn], state: Mapping[str, Any], untouched: Container[str]
) -> datetime | None:
    """When the first of a customer's periods falls due. `due` is the first of those that are `untouched` now; the next
    period of each cadence whose present one is kept counts, too: it begins without anybody looking."""
    for turn in coming:
        if turn.following is None or not turn.compiled.where.state_holds(state):
            continue
        if turn.slot and f"{turn.rule.clause}|{turn.slot.day}" in untouched:
            continue
        due = min(due, turn.following.due) if due else turn.following.due
    return due


def states_of(rows: Iterable[Mapping[str, Any]], timeline: Timeline) -> dict[int, dict[str, Any]]:
    """Customer -> the state that rules look at. Rows carry pk, grade, lifecycle, owner__username; tags
    are read only when a rule asks for them."""
    found = {
        row["pk"]: {
            "grade": row["grade"] or None,
            "lifecycle": row["lifecycle"],
            "owner": row["owner__username"],
        }
        for row in rows
    }
    if any("tags" in rule.where for policy in timeline.policies for rule in policy.cadence):
        for state in found.values():
            state["tags"] = []
        keys = list(found)
        for start in range(0, len(keys), 500):
            tagged = CustomerTag.objects.filter(customer_id__in=keys[start : start + 500])
            for pk, tag in tagged.values_list("customer_id", "tag__name"):
                found[pk]["tags"].append(tag)
    return found


def open_cadences(
    customers: QuerySet[Customer],
    now: datetime,
    timeline: Timeline,
    *,
    until: datetime | None = None,
    assignee: User | None = None,
) -> list[DutyLine]:
    """`open_periods` as lines."""
    return [period.line() for period in open_periods(customers, now, timeline, until=until, assignee=assignee)]


def open_periods(
    customers: QuerySet[Customer],
    now: datetime,
    timeline: Timeline,
    *,
    until: datetime | None = None,
    assignee: User | None = None,
) -> list[OpenPeriod]:
    """The open, untouched periods of these customers, due by `until` if given.

    With `assignee` only those that fall to this person; `customers` are then chosen here by owner.
    """
    running = [turn for turn in turns(timeline, now) if turn.slot and (until is None or turn.slot.due <= until)]
    if not running:
        return []
    people = People.load()
    customers = _falling_to(customers, running, people, assignee)
    if until is not None:
        # Uses index: customer_owner_period.
        customers = customers.filter(next_period_due_at__lte=until)
    rows = _read(customers.order_by())
    return _open(running, rows, _clocks([row["pk"] for row in rows]), people, timeline, assignee)


def periods_among(
    asked: list[Turn], customers: QuerySet[Customer], timeline: Timeline, people: People
) -> tuple[list[dict[str, Any]], list[OpenPeriod]]:
    """These customers (those put away left out) by the names of `_ROW`, and what of the turns' `slot` is open and
    untouched with them; a slot that has not begun counts by the state they have now. Two queries, and one for tags."""
    rows = _read(customers.filter(archived_at=None).order_by())
    return rows, _open(asked, rows, _clocks([row["pk"] for row in rows]), people, timeline, None)


def periods_by_due(
    customers: QuerySet[Customer],
    now: datetime,
    timeline: Timeline,
    *,
    clauses: Container[str] | None = None,
    assignee: User | None = None,
    portion: int | None = None,
) -> Iterator[OpenPeriod]:
    """The open, untouched periods by due time, read as far as somebody looks; of these clauses alone if given, and
    with `assignee` only those that fall to this person.

    `portion` customers are read at a time, by their keys: for customers of the whole company, of whom a page needs
    few. Without it those of a due time are read together: for those of one scope, which an index knows.
    """
    wanted = [turn for turn in turns(timeline, now) if turn.slot and (clauses is None or turn.rule.clause in clauses)]
    people = People.load()
    for due, together in groupby(sorted(wanted, key=_due), key=_due):
        running = list(together)
        rows = _falling_to(customers, running, people, assignee).filter(next_period_due_at__lte=due)
        last = 0
        while True:
            found = _read(rows if portion is None else rows.filter(pk__gt=last).order_by("pk")[:portion])
            yield from _open(running, found, _clocks([row["pk"] for row in found]), people, timeline, assignee)
            if portion is None or len(found) < portion:
                break
            last = found[-1]["pk"]


def _due(turn: Turn) -> datetime:
    assert turn.slot is not None
    return turn.slot.due


def _falling_to(
    customers: QuerySet[Customer], running: Iterable[Turn], people: People, assignee: User | None
) -> QuerySet[Customer]:
    """Of these customers those of whose running periods one may fall to this person; all when nobody is named."""
    rows = customers.filter(archived_at=None)
    if assignee is None:
        return rows
    rules = {turn.rule.assignee for turn in running}
    owners = {owner for rule in rules for owner, who in falls_to(rule, people).items() if who == assignee.pk}
    return rows.filter(owner_id__in=owners)


def _read(rows: QuerySet[Customer]) -> list[dict[str, Any]]:
    return [dict(zip(_ROW, row, strict=True)) for row in read_rows(rows, *_ROW)]


def open_cadences_of(
    customer: Customer, clock: tuple[datetime, list[str]] | None, now: datetime, timeline: Timeline, people: People
) -> list[DutyLine]:
    """The same for one customer whom the caller has read with his owner: no query but for `people` and tags.

    `clock` is when his duties were evaluated and what was open then; None when they never were.
    """
    running = [turn for turn in turns(timeline, now) if turn.slot]
    if not running or clock is None or customer.archived_at is not None:
        return []
    owner = customer.owner.username if customer.owner else None
    values = (
        customer.pk, customer.number, customer.name, customer.short_name, customer.grade, customer.lifecycle,
        customer.owner_id, owner,
    )  # fmt: skip
    row = dict(zip(_ROW, values, strict=True))
    return [period.line() for period in _open(running, [row], {customer.pk: clock}, people, timeline, None)]


def _open(
    running: list[Turn],
    rows: list[dict[str, Any]],
    clocks: Mapping[int, tuple[datetime, list[str]]],
    people: People,
    timeline: Timeline,
    assignee: User | None,
) -> list[OpenPeriod]:
    rules = {turn.rule.assignee for turn in running}
    shares = {rule: falls_to(rule, people, {row["owner_id"] or 0 for row in rows}) for rule in rules}
    states = states_of(rows, timeline)
    found = []
    for turn in running:
        slot = turn.slot
        assert slot is not None
        by_owner = shares[turn.rule.assignee]
        for row in rows:
            who = by_owner.get(row["owner_id"] or 0)
            if assignee is not None and who != assignee.pk:
                continue
            clock = clocks.get(row["pk"])
            if clock is None or not _is_open(turn, slot, clock, states[row["pk"]]):
                continue
            found.append(OpenPeriod(turn, row, people.by_id.get(who or 0)))
    return found


def _is_open(turn: Turn, slot: Slot, clock: tuple[datetime, list[str]], state: Mapping[str, Any]) -> bool:
    evaluated_at, open_then = clock
    if slot.opens <= evaluated_at:
        return f"{turn.rule.clause}|{slot.day}" in open_then
    return turn.compiled.where.state_holds(state)


def _clocks(ids: list[int]) -> dict[int, tuple[datetime, list[str]]]:
    found = {}
    for start in range(0, len(ids), 5000):
        rows = DutyClock.objects.filter(one_of("pk", ids[start : start + 5000]), evaluated_at__isnull=False)
        for pk, evaluated_at, open_then in read_rows(rows, "pk", "evaluated_at", "open_cadences"):
            if evaluated_at is not None:
                found[pk] = (evaluated_at, open_then)
    return found


def falls_to(rule: str, people: People, owners: Iterable[int] | None = None) -> dict[int, int]:
    """Owner (default: every person) -> who does a cadence of his customers; 0 stands for no owner."""
    found = {}
    for owner in (0, *people.by_id) if owners is None else owners:
        who = people.assignee(rule, customer_owner=people.active(owner), subject_owner=None)
        if who is not None:
            found[owner] = who.pk
    return found
