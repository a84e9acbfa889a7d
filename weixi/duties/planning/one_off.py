"""Days a customer has once (an exhibition, an opening, a launch: decision 0017) as a plan holds them.

Their duties are deadlines anchored at the announcement of the day. One that has not been announced yet has no row; what
it will be follows from the day as it was entered, as the engine would say it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet

from weixi.customers.models import Occasion
from weixi.duties.engine.deadline import read_due
from weixi.duties.engine.log import EventLog
from weixi.duties.engine.timeline import Book, DeadlineRule
from weixi.duties.engine.window import Slot
from weixi.duties.enums import PLANNED, RuleKind
from weixi.duties.log import engine_events
from weixi.duties.timeline import Timeline
from weixi.kernel.events.models import Event
from weixi.kernel.literal import Among, among
from weixi.kernel.one_of import one_of
from weixi.policy.document.rules import Deadline

ANNOUNCED = "occasion.near"
SUBJECT = "occasion"


def of_plans(timeline: Timeline) -> Q:
    """Of duties: those that stand in plans."""
    return Q(kind__in=PLANNED) | of_days(timeline)


def of_calendar() -> Among:
    """Those of the rhythm and of days that return, in the words of the index duty_plan."""
    return among("kind", PLANNED)


def of_days(timeline: Timeline) -> Q:
    """Those of days that come once."""
    clauses = sorted({each.rule.clause for book in timeline.engine.books for each in _rules(book)})
    return Q(kind=RuleKind.DEADLINE, clause__in=clauses, subject__startswith=f"{SUBJECT}:")


@dataclass(frozen=True, slots=True)
class Announced:
    """A day whose duty opens later; the key of its line ends with `anchor`, the event that announces it."""

    rule: Deadline
    customer_id: int
    owner_id: int | None
    grade: str
    subject: str
    opens: datetime
    due: datetime
    anchor: str

    @property
    def slot(self) -> Slot:
        """As a line takes it."""
        return Slot(self.anchor, self.opens, self.due, self.due, ())


def announced(
    timeline: Timeline, now: datetime, begin: datetime, until: datetime, days: QuerySet[Occasion]
) -> list[Announced]:
    """What is to be done for these days, opens after `now` and falls due in (begin, until]. Two queries, and one more
    where a rule asks for the customer's state, which is that of the moment the day was entered.

    Uses index: occasion_day, event_subject.
    """
    if until <= now or not any(_rules(book) for book in timeline.engine.books):
        return []
    found = [
        (pk, turn, customer, owner, grade, near, each, opens, due)
        for pk, turn, kind, day, near, customer, owner, grade in _rows(days, timeline, now)
        for each, opens, due in _duties(timeline, {"kind": kind, "day": day.isoformat()}, near)
        if opens > now and begin < due <= until
    ]
    if not found:
        return []
    events = _announcements(f"{pk}-{turn}" for pk, turn, *_rest in found)
    holds = _holds(timeline, now, [(row[6], events.get(f"{row[0]}-{row[1]}")) for row in found])
    return [
        Announced(each.rule, customer, owner, grade, f"{SUBJECT}:{pk}-{turn}", opens, due, event[0])
        for pk, turn, customer, owner, grade, _near, each, opens, due in found
        if (event := events.get(f"{pk}-{turn}")) is not None and holds(each, event)
    ]


_Event = tuple[str, int | None, datetime]


def _rows(days: QuerySet[Occasion], timeline: Timeline, now: datetime) -> Iterable[tuple[Any, ...]]:
    today = now.astimezone(timeline.engine.tz).date()
    there = days.filter(removed_at=None, customer__archived_at=None, day__gte=today, near_at__isnull=False)
    return there.order_by("pk").values_list(
        "pk", "turn", "kind", "day", "near_at", "customer_id", "customer__owner_id", "customer__grade"
    )


def _duties(
    timeline: Timeline, data: dict[str, Any], near: datetime
) -> Iterator[tuple[DeadlineRule, datetime, datetime]]:
    """(rule, from when, until when) of what the announcement asks for, the customer's state left aside."""
    book = timeline.engine.in_force(near)
    for each in _rules(book) if book is not None else ():
        rule = each.rule
        assert book is not None
        if not each.where.data_holds(data):
            continue
        if rule.within is not None:
            due: datetime | None = book.add_on(rule.clock, near, rule.within)
        else:
            due = read_due(data.get((rule.due_from or "").removeprefix("data.")), book)
        if due is not None:
            yield each, near if rule.after is None else book.add_on(rule.clock, near, rule.after), due


def _rules(book: Book) -> tuple[DeadlineRule, ...]:
    return book.deadlines.get(ANNOUNCED, ())


def _announcements(subjects: Iterable[str]) -> dict[str, _Event]:
    """Subject -> (id, customer, entered when) of the event that announces it."""
    rows = Event.objects.filter(one_of("subject_id", sorted(set(subjects))), subject_type=SUBJECT, type=ANNOUNCED)
    return {
        subject: (key, customer, recorded)
        for subject, key, customer, recorded in rows.values_list("subject_id", "id", "customer_id", "recorded_at")
    }


def _holds(timeline: Timeline, now: datetime, asked: Iterable[tuple[DeadlineRule, _Event | None]]) -> Any:
    """Whether the customer was, when the day was entered, as the rule asks."""
    needed = {event[1] for each, event in asked if each.where.state and event is not None and event[1] is not None}
    log = EventLog(engine_events(sorted(needed), timeline.types), now) if needed else None

    def holds(each: DeadlineRule, event: _Event) -> bool:
        if not each.where.state:
            return True
        if log is None or event[1] is None:
            return False
        return each.where.state_holds(log.history(str(event[1])).fields_at(event[2]))

    return holds
