"""What was known of a customer or a contact at an instant: for each field the last value recorded by then."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from operator import attrgetter
from typing import Any, NamedTuple

from weixi.duties.engine.events import Event, by_recording
from weixi.duties.engine.merges import Link

STATE_FIELDS = ("grade", "lifecycle", "owner", "tags")
CUSTOMER_FIELDS = (*STATE_FIELDS, "founded_on", "cooperation_since")
_SINGLE_FIELD = {
    "customer.graded": "grade",
    "customer.lifecycle_changed": "lifecycle",
    "customer.owner_changed": "owner",
}
CUSTOMER_TYPES = frozenset({"customer.created", "customer.changed", "customer.archived", *_SINGLE_FIELD})
CONTACT_TYPES = frozenset({"contact.created", "contact.changed", "contact.removed"})


class Snapshot(NamedTuple):
    """Known from `at` until the next snapshot. `there`: created and not archived or removed.
    `customer`: whose contact it is (None for a customer)."""

    at: datetime
    there: bool
    fields: Mapping[str, Any]
    customer: str | None


class Ending(NamedTuple):
    """From `recorded_at` on the customer is archived, or part of another one."""

    recorded_at: datetime
    id: str


_at = attrgetter("at")
NOTHING_KNOWN: Mapping[str, Any] = {}


class History:
    """The snapshots of one customer or contact, in order of time."""

    __slots__ = ("archivings", "endings", "snapshots")

    def __init__(self, snapshots: list[Snapshot], endings: list[Ending], archivings: list[Event]) -> None:
        self.snapshots = snapshots
        self.endings = endings
        self.archivings = archivings

    def known_at(self, at: datetime) -> Snapshot | None:
        place = bisect_right(self.snapshots, at, key=_at)
        return self.snapshots[place - 1] if place else None

    def fields_at(self, at: datetime) -> Mapping[str, Any]:
        found = self.known_at(at)
        return found.fields if found else NOTHING_KNOWN

    def ending_between(self, after: datetime, before: datetime) -> Ending | None:
        """The first ending recorded after the one and before the other instant."""
        for ending in self.endings:
            if ending.recorded_at > after:
                return ending if ending.recorded_at < before else None
        return None


def customer_history(events: Iterable[Event], links: Sequence[Link]) -> History:
    """From the events that count for the customer; `links` are the merges by which it was part of another.

    While it is part of another it is not there; once that is taken back it is what its own events say.
    """
    snapshots: list[Snapshot] = []
    archivings: list[Event] = []
    there = False
    fields: Mapping[str, Any] = NOTHING_KNOWN
    for event in sorted((e for e in events if e.type in CUSTOMER_TYPES), key=by_recording):
        if event.type == "customer.created":
            there = True
        elif event.type == "customer.archived":
            there = False
            archivings.append(event)
        given = _given(event)
        if given:
            fields = {**fields, **given}
        _put(snapshots, Snapshot(event.recorded_at, there, fields, None))
    endings = [Ending(event.recorded_at, event.id) for event in archivings]
    if links:
        snapshots = _without_merged(snapshots, links)
        endings = sorted([*endings, *(Ending(link.at, link.event.id) for link in links)])
    return History(snapshots, endings, archivings)


def _without_merged(own: list[Snapshot], links: Sequence[Link]) -> list[Snapshot]:
    """The snapshots with the customer gone while one of the links holds; its last fields stay known."""
    turns = {time for link in links for time in (link.at, link.until) if time is not None}
    found: list[Snapshot] = []
    place, known = 0, Snapshot(min(turns), False, NOTHING_KNOWN, None)
    for time in sorted(turns | {snapshot.at for snapshot in own}):
        while place < len(own) and own[place].at <= time:
            known = own[place]
            place += 1
        there = known.there and not any(link.holds(time) for link in links)
        found.append(Snapshot(time, there, known.fields, None))
    return found


def contact_history(events: Iterable[Event], owners: Mapping[str, str | None]) -> History:
    """From the events of one contact; `owners` gives for an event id the customer it counts for."""
    snapshots: list[Snapshot] = []
    there = False
    fields: Mapping[str, Any] = NOTHING_KNOWN
    customer: str | None = None
    for event in sorted(events, key=by_recording):
        if event.type == "contact.removed":
            there = False
        else:
            there = there or event.type == "contact.created"
            customer = owners[event.id] or customer
            if isinstance(event.data, dict):
                fields = {**fields, **event.data}
        _put(snapshots, Snapshot(event.recorded_at, there, fields, customer))
    return History(snapshots, [], [])


def _put(snapshots: list[Snapshot], new: Snapshot) -> None:
    """What is recorded at one instant becomes known together."""
    if snapshots and snapshots[-1].at == new.at:
        snapshots[-1] = new
    else:
        snapshots.append(new)


def _given(event: Event) -> dict[str, Any]:
    data = event.data
    if not isinstance(data, dict):
        return {}
    if event.type == "customer.created":
        return {name: data[name] for name in CUSTOMER_FIELDS if name in data}
    if event.type == "customer.changed":
        changes = data.get("changes")
        if not isinstance(changes, dict):
            return {}
        return {
            name: changes[name][1]
            for name in CUSTOMER_FIELDS
            if isinstance(changes.get(name), list | tuple) and len(changes[name]) == 2
        }
    name = _SINGLE_FIELD.get(event.type)
    return {name: data[name]} if name is not None and name in data else {}
