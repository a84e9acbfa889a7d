"""The versions of the policy in order, compiled for evaluation: which rules are in force at an instant."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from operator import attrgetter
from typing import Any, Protocol
from zoneinfo import ZoneInfo

from weixi.duties.engine.conditions import Condition, compile_qualifies, compile_where
from weixi.kernel.calendar.holidays import HolidayTable, shipped_table
from weixi.kernel.calendar.wall import add_on_wall, midnight, zone
from weixi.kernel.calendar.working import WorkingCalendar
from weixi.policy.document.durations import Duration
from weixi.policy.document.rules import (
    WEEKDAYS,
    Cadence,
    CalendarSection,
    Deadline,
    Node,
    PolicyHeader,
    minute_of_day,
)


class RuleSource(Protocol):
    """The sections of a policy document that make duties."""

    @property
    def header(self) -> PolicyHeader: ...
    @property
    def calendar(self) -> CalendarSection: ...
    @property
    def deadline(self) -> tuple[Deadline, ...]: ...
    @property
    def cadence(self) -> tuple[Cadence, ...]: ...
    @property
    def node(self) -> tuple[Node, ...]: ...
    @property
    def extra_purposes(self) -> frozenset[str]: ...


@dataclass(frozen=True, eq=False)
class DeadlineRule:
    rule: Deadline
    where: Condition
    closes_on: frozenset[str]
    withdraws_on: frozenset[str]
    pauses_on: frozenset[str]
    resumes_on: frozenset[str]


@dataclass(frozen=True, eq=False)
class WindowRule:
    """A cadence or a node: duties that stand in the calendar, closed inside a window of time.

    Rules with the same `proof` are closed by the same events.
    """

    rule: Cadence | Node
    where: Condition
    on: frozenset[str]
    qualifies: Condition
    times: int
    proof: tuple[int, int]
    # Purposes of contact that do not count: what is extra, for a cadence that does not ask for it.
    extra: frozenset[str] = frozenset()


@dataclass(frozen=True, eq=False)
class Book:
    """One version: the rules that decide from `start` until `end` (None: still in force)."""

    version: int
    start: datetime
    end: datetime | None
    tz: ZoneInfo
    calendar: WorkingCalendar
    deadlines: Mapping[str, tuple[DeadlineRule, ...]]
    cadences: tuple[WindowRule, ...]
    nodes: tuple[WindowRule, ...]
    previous: Book | None = None
    # What the kinds of rule work out once per version, such as the periods of a cadence.
    memo: dict[Any, Any] = field(default_factory=dict, repr=False)

    def add(self, start: datetime, length: Duration) -> datetime:
        """`start` plus the duration on the calendar clock."""
        return add_on_wall(start, length.months, length.days, length.time, self.tz)

    def add_on(self, clock: str, start: datetime, length: Duration) -> datetime:
        """`start` plus the duration on the rule's clock."""
        if clock == "working":
            return self.calendar.add(start, length.days, length.time)
        return self.add(start, length)

    def local_date(self, at: datetime) -> date:
        return at.astimezone(self.tz).date()


@dataclass(frozen=True, eq=False)
class PolicyTimeline:
    """The versions that have been activated, compiled. Build it once and keep it: it is never changed
    by an evaluation, apart from what its calendars remember."""

    books: tuple[Book, ...]
    _restricted: dict[frozenset[str], PolicyTimeline] = field(default_factory=dict, repr=False)

    @classmethod
    def single(cls, policy: RuleSource, tables: Mapping[str, HolidayTable] | None = None) -> PolicyTimeline:
        """One policy alone, in force from 00:00 of its `effective_from`."""
        return cls.build([(policy, None)], tables)

    @classmethod
    def build(
        cls,
        versions: Iterable[tuple[RuleSource, datetime | None]],
        tables: Mapping[str, HolidayTable] | None = None,
    ) -> PolicyTimeline:
        """From (policy, instant of its `policy.activated`) in the order of activation.

        A version other than the first takes effect at the earliest on the day after its activation; of two
        that take effect together the later one counts. `tables` replaces shipped holiday tables by country.
        """
        starts: dict[datetime, tuple[int, RuleSource]] = {}
        for version, (policy, activated_at) in enumerate(versions):
            tz = zone(policy.header.timezone)
            start = midnight(policy.header.effective_from, tz)
            if version and activated_at is not None:
                next_day = activated_at.astimezone(tz).date() + timedelta(days=1)
                start = max(start, midnight(next_day, tz))
            starts[start] = (version, policy)
        ordered = sorted(starts.items())
        books: list[Book] = []
        for place, (start, (version, policy)) in enumerate(ordered):
            end = ordered[place + 1][0] if place + 1 < len(ordered) else None
            books.append(_compile(version, policy, start, end, books[-1] if books else None, tables or {}))
        return cls(tuple(books))

    @property
    def tz(self) -> ZoneInfo:
        """The zone of the latest version."""
        return self.books[-1].tz if self.books else zone("UTC")

    def in_force(self, at: datetime) -> Book | None:
        """The version in force, or None before the first."""
        place = bisect_right(self.books, at, key=_start)
        return self.books[place - 1] if place else None

    def next_start(self, at: datetime) -> datetime | None:
        """When the next version takes effect."""
        place = bisect_right(self.books, at, key=_start)
        return self.books[place].start if place < len(self.books) else None

    def only(self, clauses: Collection[str] | None) -> PolicyTimeline:
        """The same versions with these clauses alone (None: all)."""
        if clauses is None:
            return self
        wanted = frozenset(clauses)
        found = self._restricted.get(wanted)
        if found is None:
            books: list[Book] = []
            for book in self.books:
                books.append(_restrict(book, wanted, books[-1] if books else None))
            found = self._restricted[wanted] = PolicyTimeline(tuple(books))
        return found

    def watching(self) -> PolicyTimeline:
        """The same timeline with calendars that note afresh which years they miss."""
        books: list[Book] = []
        for book in self.books:
            watched = object.__new__(WorkingCalendar)
            vars(watched).update(vars(book.calendar), missing_years=set())
            books.append(_with(book, calendar=watched, previous=books[-1] if books else None))
        return PolicyTimeline(tuple(books))


_start = attrgetter("start")
# What of an event says why there was contact.
PURPOSE = "purpose"
Proofs = dict[tuple[frozenset[str], Condition, frozenset[str]], int]


def _with(book: Book, **changes: Any) -> Book:
    # Past the constructor, which takes several times as long: every evaluation copies the books.
    made = object.__new__(Book)
    vars(made).update(vars(book), **changes)
    return made


def _restrict(book: Book, wanted: frozenset[str], previous: Book | None) -> Book:
    deadlines = {
        opens_on: tuple(rule for rule in rules if rule.rule.clause in wanted)
        for opens_on, rules in book.deadlines.items()
    }
    return _with(
        book,
        deadlines={opens_on: rules for opens_on, rules in deadlines.items() if rules},
        cadences=tuple(rule for rule in book.cadences if rule.rule.clause in wanted),
        nodes=tuple(rule for rule in book.nodes if rule.rule.clause in wanted),
        previous=previous,
        memo={},
    )


def working_calendar(section: CalendarSection, tz: ZoneInfo, tables: Mapping[str, HolidayTable]) -> WorkingCalendar:
    """The calendar that a policy's `[calendar]` describes."""
    country = section.holidays
    return WorkingCalendar(
        tz,
        (WEEKDAYS.index(name) for name in section.working_days),
        [(minute_of_day(start), minute_of_day(end)) for start, end in section.working_hours],
        table=None if country is None else tables.get(country) or shipped_table(country),
        extra_holidays=section.extra_holidays,
        extra_working_days=section.extra_working_days,
    )


def _compile(
    version: int,
    policy: RuleSource,
    start: datetime,
    end: datetime | None,
    previous: Book | None,
    tables: Mapping[str, HolidayTable],
) -> Book:
    tz = zone(policy.header.timezone)
    deadlines: dict[str, list[DeadlineRule]] = defaultdict(list)
    for rule in policy.deadline:
        deadlines[rule.opens_on].append(
            DeadlineRule(
                rule,
                compile_where(rule.where),
                frozenset(rule.closes_on),
                frozenset(rule.withdraws_on),
                frozenset(rule.pauses_on),
                frozenset(rule.resumes_on),
            )
        )
    proofs: Proofs = {}
    return Book(
        version,
        start,
        end,
        tz,
        working_calendar(policy.calendar, tz, tables),
        {opens_on: tuple(rules) for opens_on, rules in deadlines.items()},
        tuple(_window(rule, rule.times, version, proofs, policy.extra_purposes) for rule in policy.cadence),
        tuple(_window(node, 1, version, proofs, frozenset()) for node in policy.node),
        previous,
    )


def _window(rule: Cadence | Node, times: int, version: int, proofs: Proofs, extra: frozenset[str]) -> WindowRule:
    on, qualifies = frozenset(rule.on), compile_qualifies(rule.qualifies)
    extra = frozenset() if PURPOSE in rule.qualifies else extra
    number = proofs.setdefault((on, qualifies, extra), len(proofs))
    return WindowRule(rule, compile_where(rule.where), on, qualifies, times, (version, number), extra)
