"""Duties by due time, read as far as somebody looks: stored rows and open cadence periods, in one order."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from heapq import merge
from itertools import chain, islice

from django.db.models import Q, QuerySet

from weixi.customers.models import Customer
from weixi.duties.cadences import OpenPeriod, periods_by_due
from weixi.duties.lines import DutyLine, lines_of
from weixi.duties.models import Duty
from weixi.duties.timeline import Timeline
from weixi.kernel.rows import read_rows
from weixi.organisation.models import User
from weixi.organisation.scope import Viewer

# Stored rows read together.
PORTION = 500
# What is counted one by one; of more the number is not told.
COUNTED = 2_000
_Place = tuple[datetime, int, int | OpenPeriod]
_START = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Stream:
    """What is asked for: stored rows, and the customers whose open periods belong to it (None: no periods).

    `assignee` restricts periods to those that fall to this person, whosever customers they are; `clauses` to these
    rules. `portion`: see `periods_by_due`.
    """

    viewer: Viewer
    timeline: Timeline
    now: datetime
    rows: QuerySet[Duty]
    customers: QuerySet[Customer] | None
    assignee: User | None = None
    clauses: frozenset[str] | None = None
    portion: int | None = None

    def lines(self, first: int = 0, count: int | None = None) -> Iterator[DutyLine]:
        """The lines from place `first`, at most `count`; by due time, what has none (it is paused) at the end."""
        found = islice(self._places(), first, None if count is None else first + count)
        while portion := list(islice(found, PORTION)):
            keys = [place for place in portion if isinstance(place, int)]
            stored = {
                line.pk: line
                for line in lines_of(Duty.objects.filter(pk__in=keys).order_by(), self.timeline, self.now, self.viewer)
            }
            for place in portion:
                if not isinstance(place, int):
                    yield place.line()
                # A row that was settled and gone between the two questions is left out.
                elif place in stored:
                    yield stored[place]

    def count(self) -> tuple[int, bool]:
        """How many lines, and whether there are more than were counted."""
        counted = self.rows.order_by()[: COUNTED + 1].count()
        periods = self._periods()
        counted += sum(1 for _ in islice(periods, COUNTED + 1 - counted))
        return min(counted, COUNTED), counted > COUNTED

    def _places(self) -> Iterator[int | OpenPeriod]:
        """Keys of stored duties and open periods, in order."""
        due: Iterator[_Place] = ((at, 0, pk) for at, pk in self._stored())
        periods: Iterator[_Place] = ((period.due_at, 1, period) for period in self._periods())
        # Of one instant the stored ones come first; neither side is compared by its last part with the other.
        for _at, _side, place in merge(due, periods, key=lambda item: item[:2]):
            yield place
        yield from chain.from_iterable(read_rows(self.rows.filter(due_at=None).order_by("pk"), "pk"))

    def _stored(self) -> Iterator[tuple[datetime, int]]:
        """(due, key) of those that have a due time. Uses index: duty_by_due, or those of customer and assignee."""
        at, last = _START, 0
        rows = self.rows.filter(due_at__isnull=False).order_by("due_at", "pk")
        while True:
            found = read_rows(
                (rows.filter(Q(due_at__gt=at) | Q(pk__gt=last), due_at__gte=at) if last else rows)[:PORTION],
                "due_at",
                "pk",
            )
            yield from found
            if len(found) < PORTION:
                return
            at, last = found[-1]

    def _periods(self) -> Iterator[OpenPeriod]:
        if self.customers is None:
            return iter(())
        return periods_by_due(
            self.customers, self.now, self.timeline,
            clauses=self.clauses, assignee=self.assignee, portion=self.portion,
        )  # fmt: skip
