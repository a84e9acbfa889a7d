"""The log as known at an instant, indexed once so that every question about it is a look-up."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from weixi.duties.engine.events import TAKES_BACK, Event, by_occurrence, by_recording, distinct
from weixi.duties.engine.merges import MERGED, UNMERGED, Merges
from weixi.duties.engine.state import CONTACT_TYPES, History, contact_history, customer_history
from weixi.policy.document.catalogue import OUTPUT_ONLY

# Below this length scanning beats building an index.
_SHORT = 12
_NO_EVENTS: tuple[Event, ...] = ()
_MERGING, _NO_MERGES = frozenset((MERGED, UNMERGED)), Merges(())


class Found(NamedTuple):
    """Among the events that fit: the first to occur and the first to be recorded."""

    occurred: Event | None
    recorded: Event | None


class _Suffixes:
    """Events in order of occurrence; from each place on, the one recorded first."""

    __slots__ = ("events", "first_recorded", "times")

    def __init__(self, events: Sequence[Event]) -> None:
        self.events = events
        self.times = [event.occurred_at for event in events]
        self.first_recorded = list(events)
        for place in range(len(events) - 2, -1, -1):
            self.first_recorded[place] = min(events[place], self.first_recorded[place + 1], key=by_recording)

    def find(self, since: datetime, other_than: Event | None) -> Found:
        place = bisect_left(self.times, since)
        skipped: list[Event] = []
        while place < len(self.events) and other_than is not None and self.events[place].occurred_at == since:
            if self.events[place] is not other_than:
                skipped.append(self.events[place])
            place += 1
        rest = [self.first_recorded[place]] if place < len(self.events) else []
        first = skipped[0] if skipped else (self.events[place] if rest else None)
        return Found(first, min((*skipped, *rest), key=by_recording, default=None))


class Bucket:
    """Events of one subject or one customer, in order of occurrence."""

    __slots__ = ("_by_types", "events")

    def __init__(self, events: Sequence[Event]) -> None:
        self.events = events
        self._by_types: dict[frozenset[str], _Suffixes] = {}

    def find(self, types: frozenset[str], since: datetime, other_than: Event | None) -> Found:
        """The first events of these types that occurred at `since` or later, by either order."""
        if len(self.events) > _SHORT:
            return self._suffixes(types).find(since, other_than)
        occurred = recorded = None
        for event in self.events:
            if event.type in types and event.occurred_at >= since and event is not other_than:
                if occurred is None:
                    occurred = recorded = event
                elif recorded is not None and by_recording(event) < by_recording(recorded):
                    recorded = event
        return Found(occurred, recorded)

    def since(self, types: frozenset[str], since: datetime) -> list[Event]:
        """The events of these types that occurred at `since` or later, in order of occurrence."""
        if len(self.events) > _SHORT:
            suffixes = self._suffixes(types)
            return list(suffixes.events[bisect_left(suffixes.times, since) :])
        return [event for event in self.events if event.type in types and event.occurred_at >= since]

    def _suffixes(self, types: frozenset[str]) -> _Suffixes:
        found = self._by_types.get(types)
        if found is None:
            found = self._by_types[types] = _Suffixes([e for e in self.events if e.type in types])
        return found


EMPTY_BUCKET = Bucket(_NO_EVENTS)


def _bucket(kept: dict[str, Bucket], known: Mapping[Any, list[Event]], key: str) -> Bucket:
    """The events under a key; a bucket with an index worth having is kept."""
    found = kept.get(key)
    if found is None:
        events = known.get(key, _NO_EVENTS)
        found = Bucket(events)
        if len(events) > _SHORT:
            kept[key] = found
    return found


class EventLog:
    """The events recorded by `now`, each once. What the engine itself says (`duty.opened`) is left out.

    Raises EventConflictError when an id stands twice with different content.
    """

    def __init__(self, events: Iterable[Event], now: datetime) -> None:
        self.now = now
        self.next_recording: datetime | None = None
        known: list[Event] = []
        for event in distinct(events):
            if event.recorded_at <= now:
                if event.type not in OUTPUT_ONLY:
                    known.append(event)
            elif self.next_recording is None or event.recorded_at < self.next_recording:
                self.next_recording = event.recorded_at
        known.sort(key=by_occurrence)
        merging = [event for event in known if event.type in _MERGING]
        self.merges = Merges(merging) if merging else _NO_MERGES
        self._index(known)
        self._histories: dict[str, History] = {}
        self._subject_buckets: dict[str, Bucket] = {}
        self._customer_buckets: dict[str, Bucket] = {}

    def _index(self, known: list[Event]) -> None:
        merged = bool(self.merges.links)
        of_customer: dict[str | None, list[Event]] = defaultdict(list)
        of_subject: dict[str, list[Event]] = defaultdict(list)
        naming: dict[str, list[Event]] = defaultdict(list)
        waivers: dict[str, Event] = {}
        taken_back: dict[str, Event] = {}
        contacts: dict[str, list[Event]] = defaultdict(list)
        for event in known:
            customer = event.customer
            if merged and customer is not None:
                customer = self.merges.counts_for(customer, event.recorded_at)
            of_customer[customer].append(event)
            if event.subject is not None:
                of_subject[event.subject].append(event)
                if event.type in CONTACT_TYPES:
                    contacts[event.subject].append(event)
            data = event.data
            if isinstance(data, dict):
                anchor = data.get("anchor")
                if isinstance(anchor, str):
                    naming[anchor].append(event)
                if isinstance(named := data.get(TAKES_BACK), str):
                    earlier = taken_back.get(named)
                    if earlier is None or by_recording(event) < by_recording(earlier):
                        taken_back[named] = event
                if event.type == "duty.waived" and isinstance(data.get("key"), str):
                    first = waivers.get(data["key"])
                    if first is None or by_recording(event) < by_recording(first):
                        waivers[data["key"]] = event
        self.of_customer: Mapping[str | None, list[Event]] = of_customer
        self.waivers: Mapping[str, Event] = waivers
        # By the id of the event that was taken back: the first one that did.
        self.taken_back: Mapping[str, Event] = taken_back
        self.contacts: Mapping[str, list[Event]] = contacts
        self._of_subject: Mapping[str, list[Event]] = of_subject
        self._naming: Mapping[str, list[Event]] = naming

    def history(self, customer: str) -> History:
        """What was known of the customer, and when."""
        found = self._histories.get(customer)
        if found is None:
            links = self.merges.links.get(customer, ())
            found = self._histories[customer] = customer_history(self.of_customer.get(customer, _NO_EVENTS), links)
        return found

    def contact(self, subject: str) -> History:
        """What was known of the contact; its customer as the events say, merges not yet followed."""
        events = self.contacts[subject]
        owners = {
            event.id: event.customer and self.merges.counts_for(event.customer, event.recorded_at) for event in events
        }
        return contact_history(events, owners)

    def of_subject(self, subject: str | None) -> Bucket:
        """The events of one subject; what has no subject shares none."""
        if subject is None:
            return EMPTY_BUCKET
        return _bucket(self._subject_buckets, self._of_subject, subject)

    def bucket_of(self, customer: str) -> Bucket:
        """The events that count for the customer."""
        return _bucket(self._customer_buckets, self.of_customer, customer)

    def naming(self, anchor: str) -> Bucket:
        """The events whose `data.anchor` is this event's id."""
        events = self._naming.get(anchor)
        return Bucket(events) if events else EMPTY_BUCKET

    def forget(self, customer: str | None) -> None:
        """Let go of what was worked out for a customer that is done with."""
        if customer is not None and not self.merges.ever_merged(customer):
            self._histories.pop(customer, None)
            self._customer_buckets.pop(customer, None)

    def one_customer(self, customer: str | None, at: datetime) -> Collection[str]:
        """The customers that are one with this one as known at that instant."""
        return [] if customer is None else self.merges.one_with(customer, at)
