"""Customers of whom the log says only that they were entered: alike ones are evaluated once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from weixi.customers.models import Customer
from weixi.duties.cadences import Turn, is_untouched, next_period_due, period_of, turns
from weixi.duties.engine.evaluate import Result, evaluate
from weixi.duties.engine.events import Event
from weixi.duties.engine.state import CUSTOMER_FIELDS
from weixi.duties.log import engine_event
from weixi.duties.models import DutyClock
from weixi.duties.timeline import Timeline
from weixi.kernel.events import models
from weixi.kernel.events.work import UnitOfWork
from weixi.kernel.one_of import one_of
from weixi.kernel.rows import insert_values, update_all

_CREATED = "customer.created"


class _Standing(NamedTuple):
    """What a clock holds of such a customer, and when its next duty is due: a period of a cadence."""

    wake_at: datetime | None
    open_cadences: list[str]
    next_due_at: datetime | None


class Fresh:
    """What the engine gives for a customer with this one event, remembered for those entered alike at one `now`.

    Alike: entered and recorded at the same instants, with equal values of the fields that rules look at. Where a
    rule begins or is fulfilled by the event itself nothing is shared, nor where there is a duty: its key is the
    customer's.
    """

    def __init__(self, timeline: Timeline, now: datetime) -> None:
        self._timeline, self._now = timeline, now
        self._shares = not any(
            _CREATED in book.deadlines or any(_CREATED in compiled.on for compiled in (*book.cadences, *book.nodes))
            for book in timeline.engine.books
        )
        self._known: dict[Hashable, Result] = {}
        self._standings: dict[Hashable, _Standing | None] = {}
        self._coming: list[Turn] | None = None

    def result(self, events: Sequence[Event]) -> Result | None:
        """The result for these events, or None when they have to be looked at by themselves."""
        if not self._shares or len(events) != 1 or events[0].type != _CREATED or events[0].customer is None:
            return None
        event = events[0]
        mark = _mark(event, event.data)
        found = self._known.get(mark)
        if found is None:
            found = evaluate(self._timeline.engine, events, self._now)
            if not found.duties and not found.warnings:
                self._known[mark] = found
        return found

    def standing(self, event: models.Event, values: Mapping[str, Any]) -> _Standing | None:
        """How a customer of this one event, with these values, stands; None when he has to be looked at by himself."""
        if not self._shares:
            return None
        mark = _mark(event, values)
        if mark not in self._standings:
            self._standings[mark] = self._evaluated(engine_event(event, values))
        return self._standings[mark]

    def _evaluated(self, event: Event) -> _Standing | None:
        result = evaluate(self._timeline.engine, [event], self._now)
        if result.warnings or not all(map(is_untouched, result.duties)):
            return None
        if self._coming is None:
            self._coming = turns(self._timeline, self._now)
        untouched = {period_of(duty) for duty in result.duties}
        due = min((duty.due_at for duty in result.duties if duty.due_at is not None), default=None)
        return _Standing(result.wake, sorted(untouched), next_period_due(due, self._coming, event.data, untouched))


def enter(work: UnitOfWork, timeline: Timeline, now: datetime) -> set[int]:
    """Give clocks to the customers of whom this unit of work says only that they were entered.

    What there is to know of them stands in the unit. Returns those dealt with; the others are left to
    `recompute`.
    """
    fresh = Fresh(timeline, now)
    clocks: list[tuple[Any, ...]] = []
    due: dict[datetime, list[int]] = defaultdict(list)
    for pk, event in _entered(work, timeline.types).items():
        standing = fresh.standing(event, work.values_of(event))
        if standing is None:
            continue
        clocks.append((pk, standing.wake_at, now, standing.open_cadences, len(timeline.versions)))
        if standing.next_due_at is not None:
            due[standing.next_due_at].append(pk)
    insert_values(DutyClock, ("customer_id", "wake_at", "evaluated_at", "open_cadences", "versions"), clocks)
    for moment, ids in due.items():
        update_all(Customer.objects.filter(one_of("pk", ids)), next_due_at=moment, next_period_due_at=moment)
    return {clock[0] for clock in clocks}


def _entered(work: UnitOfWork, heard: Iterable[str]) -> dict[int, models.Event]:
    """The events by which customers were entered of whom the log says nothing else that is heard."""
    said: dict[int, models.Event | None] = {}
    for event in work.written:
        if event.customer_id is not None and event.type in heard:
            # Two words on one customer: more than that he was entered.
            said[event.customer_id] = event if event.customer_id not in said else None
    entered = {pk: event for pk, event in said.items() if event is not None and event.type == _CREATED}
    if not entered:
        return {}
    # Who is brought back is entered once more. Uses index: event_customer.
    may_be_known = entered.keys() - work.entered.keys()
    if not may_be_known:
        return entered
    earlier = models.Event.objects.filter(one_of("customer_id", may_be_known), seq__lt=work.written[0].seq)
    known = set(earlier.values_list("customer_id", flat=True))
    return {pk: event for pk, event in entered.items() if pk not in known}


def _mark(event: Event | models.Event, data: Mapping[str, Any]) -> Hashable:
    fields = [(name, data[name]) for name in CUSTOMER_FIELDS if name in data]
    return event.occurred_at, event.recorded_at, repr(fields)
