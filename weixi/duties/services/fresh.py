"""Customers of whom the log says only that they were entered: alike ones are evaluated once."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from datetime import datetime
from typing import Any

from weixi.duties.engine.evaluate import Result, evaluate
from weixi.duties.engine.events import Event
from weixi.duties.engine.state import CUSTOMER_FIELDS
from weixi.duties.timeline import Timeline
from weixi.kernel.events.work import canonical

_CREATED = "customer.created"


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

    def result(self, events: Sequence[Event]) -> Result | None:
        """The result for these events, or None when they have to be looked at by themselves."""
        if not self._shares or len(events) != 1 or events[0].type != _CREATED or events[0].customer is None:
            return None
        event = events[0]
        mark = (event.occurred_at, event.recorded_at, _fields(event.data))
        found = self._known.get(mark)
        if found is None:
            found = evaluate(self._timeline.engine, events, self._now)
            if not found.duties and not found.warnings:
                self._known[mark] = found
        return found


def _fields(data: Any) -> str:
    return canonical([[name, data[name]] for name in CUSTOMER_FIELDS if name in data])
