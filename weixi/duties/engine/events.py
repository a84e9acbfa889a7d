"""Facts as the engine reads them, and the orders in which they count."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from operator import attrgetter
from typing import Any

# Rules count up to 100 years from an instant, so its own year stays well inside what a date can hold.
YEARS = range(1000, 9000)


@dataclass(frozen=True, slots=True)
class Event:
    """One fact of the log. Times are aware datetimes, best in UTC (comparing them is then fast).

    `data` is any JSON; names are found only in an object.
    """

    id: str
    type: str
    customer: str | None
    subject: str | None
    actor: str | None
    occurred_at: datetime
    recorded_at: datetime
    data: Any


by_occurrence = attrgetter("occurred_at", "recorded_at", "id")
by_recording = attrgetter("recorded_at", "id")


class EventConflictError(ValueError):
    """Two events share an id and differ in content."""

    def __init__(self, event_id: str) -> None:
        super().__init__(f'event "{event_id}" stands twice with different content')
        self.event_id = event_id


def json_equal(one: Any, other: Any) -> bool:
    """Equality as JSON has it: 1 is 1.0, and neither true nor "1"."""
    if isinstance(one, bool) or isinstance(other, bool):
        return one is other
    if isinstance(one, Mapping) and isinstance(other, Mapping):
        return one.keys() == other.keys() and all(json_equal(one[name], other[name]) for name in one)
    if isinstance(one, list | tuple) and isinstance(other, list | tuple):
        return len(one) == len(other) and all(map(json_equal, one, other))
    return bool(one == other)


def same_content(one: Event, other: Event) -> bool:
    """Whether two lines of one id say the same."""
    return (
        one.type == other.type
        and one.customer == other.customer
        and one.subject == other.subject
        and one.actor == other.actor
        and one.occurred_at == other.occurred_at
        and one.recorded_at == other.recorded_at
        and json_equal(one.data, other.data)
    )


def distinct(events: Iterable[Event]) -> list[Event]:
    """Each id once. Raises EventConflictError where the same id carries other content."""
    seen: dict[str, Event] = {}
    for event in events:
        first = seen.setdefault(event.id, event)
        if first is not event and not same_content(first, event):
            raise EventConflictError(event.id)
    return list(seen.values())
