"""Which customer an event counts for once customers have been merged."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from weixi.duties.engine.events import Event, by_recording


class Link(NamedTuple):
    """`event` made the customer it belongs to a part of `into`, known from `at` on."""

    into: str
    at: datetime
    event: Event


class Merges:
    """The merges known, as a forest. What is asked "at t" uses the merges recorded by then."""

    def __init__(self, events: Iterable[Event]) -> None:
        self.links: dict[str, Link] = {}
        for event in sorted(events, key=by_recording):
            into = event.data.get("into") if isinstance(event.data, dict) else None
            if event.customer is None or not isinstance(into, str) or not into:
                continue
            loser = self.counts_for(event.customer, event.recorded_at)
            target = self.root(into, event.recorded_at)
            if target != loser and loser not in self.links:
                self.links[loser] = Link(target, event.recorded_at, event)
        self._clusters: dict[str, list[str]] = {}
        if self.links:
            gathered: dict[str, list[str]] = defaultdict(list)
            for name in {*self.links, *(link.into for link in self.links.values())}:
                gathered[self._last(name)].append(name)
            self._clusters = {name: names for names in gathered.values() for name in sorted(names)}

    def counts_for(self, customer: str, recorded_at: datetime) -> str:
        """The customer for whom an event of `customer` recorded then counts: a merge recorded before it
        hands it on."""
        link = self.links.get(customer)
        while link is not None and link.at < recorded_at:
            customer = link.into
            link = self.links.get(customer)
        return customer

    def root(self, customer: str, at: datetime) -> str:
        """The customer that `customer` is a part of, as known at that instant."""
        link = self.links.get(customer)
        while link is not None and link.at <= at:
            customer = link.into
            link = self.links.get(customer)
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

    def _last(self, customer: str) -> str:
        while customer in self.links:
            customer = self.links[customer].into
        return customer
