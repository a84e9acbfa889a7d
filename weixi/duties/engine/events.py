"""Facts as the engine reads them, and the orders in which they count."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from operator import attrgetter
from typing import Any, NamedTuple

# Rules count up to 100 years from an instant, so its own year stays well inside what a date can hold.
YEARS = range(1000, 9000)

_TIME = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt ][0-9]{2}:[0-9]{2}(:[0-9]{2}([.,][0-9]+)?)?"
    r"([Zz]|[+-][0-9]{2}(:?[0-9]{2}(:?[0-9]{2})?)?)"
)
_USUAL = len("2026-03-02T09:10:00+08:00")


class Event(NamedTuple):
    """One fact of the log. Times are aware datetimes, best in UTC (comparing them is then fast).

    `data` is any JSON; names are found only in an object. A named tuple, as a duty: a frozen dataclass is made several
    times slower, and a tick makes a hundred thousand.
    """

    id: str
    type: str
    customer: str | None
    subject: str | None
    actor: str | None
    occurred_at: datetime
    recorded_at: datetime
    data: Any


# What of an event names the one it takes back: the two together are as if nothing had happened.
TAKES_BACK = "takes_back"


def taken_back_by(event: Event) -> str | None:
    """The id of the event that this one takes back."""
    named = event.data.get(TAKES_BACK) if isinstance(event.data, dict) else None
    return named if isinstance(named, str) and named else None


by_occurrence = attrgetter("occurred_at", "recorded_at", "id")
by_recording = attrgetter("recorded_at", "id")


class EventConflictError(ValueError):
    """Two events share an id and differ in content."""

    def __init__(self, event_id: str) -> None:
        super().__init__(f'event "{event_id}" stands twice with different content')
        self.event_id = event_id


def read_instant(text: str) -> datetime | None:
    """An ISO 8601 time with offset, in UTC; None when it is not one, or of a year outside YEARS."""
    try:
        if len(text) == _USUAL and text[7] == "-" and text[10] == "T" and text[19] in "+-":
            at = datetime.fromisoformat(text).astimezone(UTC)
            return at if at.year in YEARS else None
        if not _TIME.fullmatch(text):
            return None
        at = datetime.fromisoformat(text.upper()).astimezone(UTC)
        return at if at.year in YEARS else None
    except (ValueError, OverflowError):
        return None


def json_equal(one: Any, other: Any) -> bool:
    """Equality as JSON has it: 1 is 1.0, and neither true nor "1"."""
    # A list of pairs and no recursion: what a line may nest must not be bounded by this comparison.
    pairs = [(one, other)]
    while pairs:
        one, other = pairs.pop()
        if isinstance(one, bool) or isinstance(other, bool):
            if one is not other:
                return False
        elif isinstance(one, Mapping) and isinstance(other, Mapping):
            if one.keys() != other.keys():
                return False
            pairs.extend((one[name], other[name]) for name in one)
        elif isinstance(one, list | tuple) and isinstance(other, list | tuple):
            if len(one) != len(other):
                return False
            pairs.extend(zip(one, other, strict=True))
        elif one != other:
            return False
    return True


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
