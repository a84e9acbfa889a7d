"""Which customer an event counts for once customers have been merged, and after a merge was taken back."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import datetime
from typing import NamedTuple

from weixi.duties.engine.events import Event, by_recording

MERGED, UNMERGED = "customer.merged", "customer.unmerged"


class Link(NamedTuple):
    """`event` made the customer it belongs to a part of `into`, from `at` on and before `until` (None: for good)."""

    into: str
    at: datetime
    until: datetime | None
    event: Event

    def holds(self, at: datetime) -> bool:
        """Whether the two are one at that instant."""
        return self.at <= at and (self.until is None or at < self.until)


class Merges:
    """The merges known, at each instant a forest. What is asked "at t" uses the merges recorded by then."""

    def __init__(self, events: Iterable[Event]) -> None:
        self.links: dict[str, list[Link]] = {}
        known = sorted(events, key=by_recording)
        ends = _ends(known)
        for event in known:
            into = event.data.get("into") if isinstance(event.data, dict) else None
            if event.type != MERGED or event.customer is None or not isinstance(into, str) or not into:
                continue
            at, until = event.recorded_at, _first_from(ends.get(event.id, ()), event.recorded_at)
            if until == at:
                # Taken back at the same instant: it never was.
                continue
            loser, target = self.counts_for(event.customer, at), self.root(into, at)
            if target != loser and self._link(loser, at) is None:
                self.links.setdefault(loser, []).append(Link(target, at, until, event))
        self._clusters = self._gathered()

    def counts_for(self, customer: str, recorded_at: datetime) -> str:
        """The customer for whom an event of `customer` recorded then counts: a merge recorded before it
        hands it on, unless it was taken back by then."""
        link = self._link(customer, recorded_at)
        while link is not None and link.at < recorded_at:
            customer = link.into
            link = self._link(customer, recorded_at)
        return customer

    def root(self, customer: str, at: datetime) -> str:
        """The customer that `customer` is a part of, as known at that instant."""
        link = self._link(customer, at)
        while link is not None:
            customer = link.into
            link = self._link(customer, at)
        return customer

    def one_with(self, customer: str, at: datetime) -> list[str]:
        """All customers that are one with this one, as known at that instant, itself included."""
        cluster = self._clusters.get(customer)
        if cluster is None:
            return [customer]
        root = self.root(customer, at)
        return [name for name in cluster if self.root(name, at) == root]

    def ever_merged(self, customer: str | None) -> bool:
        return customer in self._clusters

    def _link(self, customer: str, at: datetime) -> Link | None:
        """The merge by which the customer is a part of another at that instant; there is one at most."""
        for link in self.links.get(customer, ()):
            if link.holds(at):
                return link
        return None

    def _gathered(self) -> dict[str, list[str]]:
        """Each customer ever merged -> all that were ever one with it."""
        clusters: dict[str, list[str]] = {}
        for loser, links in self.links.items():
            for link in links:
                one, other = (clusters.setdefault(name, [name]) for name in (loser, link.into))
                if one is not other:
                    one += other
                    for name in other:
                        clusters[name] = one
        return {name: sorted(names) for name, names in clusters.items()}


def _ends(events: Iterable[Event]) -> dict[str, list[datetime]]:
    """Id of a merge -> when it was taken back, in order."""
    ends: dict[str, list[datetime]] = defaultdict(list)
    for event in events:
        merge = event.data.get("merge") if event.type == UNMERGED and isinstance(event.data, dict) else None
        if isinstance(merge, str):
            ends[merge].append(event.recorded_at)
    return ends


def _first_from(times: Collection[datetime], at: datetime) -> datetime | None:
    return next((time for time in times if time >= at), None)
