"""The company's working time: which days it works, from when to when, and how durations run on that clock."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from weixi.kernel.calendar.holidays import HolidayTable
from weixi.kernel.calendar.wall import instant_at, midnight
from weixi.kernel.importing.wording import SaidError, say
from weixi.kernel.importing.wording import gettext_noop as _

_DAY = timedelta(days=1)
_NOTHING = timedelta()
# A calendar may have whole years without a working day only by mistake; searching ends here.
_LONGEST_SEARCH_DAYS = 3660

Span = tuple[datetime, datetime]


class NoWorkingTimeError(SaidError):
    """The calendar holds no working time within ten years of a date: its days off must be wrong."""


class WorkingCalendar:
    """Working days and hours of one company in one zone.

    `working_days`   weekdays worked, Monday = 0
    `hours`          spans of a working day in minutes past midnight, end excluded: (540, 720)
    `table`          public holidays, or None to go by the week alone
    `missing_years`  years that were asked for and are not announced in `table` (filled as they are met)
    """

    def __init__(
        self,
        tz: ZoneInfo,
        working_days: Iterable[int] = (),
        hours: Sequence[tuple[int, int]] = (),
        *,
        table: HolidayTable | None = None,
        extra_holidays: Iterable[date] = (),
        extra_working_days: Iterable[date] = (),
    ) -> None:
        self.tz = tz
        self.missing_years: set[int] = set()
        self._weekdays = frozenset(working_days)
        self._hours = tuple(sorted(hours))
        self._table = table
        self._own = dict.fromkeys(extra_holidays, False) | dict.fromkeys(extra_working_days, True)
        self._spans: dict[date, tuple[Span, ...]] = {}

    def is_working_day(self, day: date) -> bool:
        """The company's own days first, then the public table, then the week."""
        own = self._own.get(day)
        if own is not None:
            return own
        if self._table is not None:
            if self._table.knows(day.year):
                public = self._table.working.get(day)
                if public is not None:
                    return public
            else:
                self.missing_years.add(day.year)
        return day.weekday() in self._weekdays

    def spans_of(self, day: date) -> tuple[Span, ...]:
        """The working time of a day as instants, in order; empty on a day off."""
        found = self._spans.get(day)
        if found is None:
            found = self._spans[day] = (
                tuple((instant_at(day, start, self.tz), instant_at(day, end, self.tz)) for start, end in self._hours)
                if self.is_working_day(day)
                else ()
            )
        return found

    def next_working_instant(self, at: datetime) -> datetime:
        """`at` itself inside working hours (the end of a span is outside), else the next start of a span."""
        day = at.astimezone(self.tz).date()
        for _day in range(_LONGEST_SEARCH_DAYS):
            for start, end in self.spans_of(day):
                if at < end:
                    return max(at, start)
            day += _DAY
        raise NoWorkingTimeError(
            say(
                _("there is no working time in the ten years after %(day)s"), day=str(day - _DAY * _LONGEST_SEARCH_DAYS)
            )
        )

    def next_working_day(self, day: date) -> date:
        """The first working day after `day`."""
        for offset in range(1, _LONGEST_SEARCH_DAYS):
            if self.is_working_day(day + _DAY * offset):
                return day + _DAY * offset
        raise NoWorkingTimeError(say(_("there is no working day in the ten years after %(day)s"), day=str(day)))

    def add(self, start: datetime, days: int, elapsed: timedelta) -> datetime:
        """`start`, moved to the next working instant, plus whole working days at the same time of day, plus
        working time. A result at the end of a span stays there."""
        at = self.next_working_instant(start)
        if days:
            local = at.astimezone(self.tz)
            day = local.date()
            for _day in range(days):
                day = self.next_working_day(day)
            at = datetime.combine(day, local.time(), self.tz).astimezone(UTC)
        return self._add_inside(at, elapsed) if elapsed else at

    def add_time(self, start: datetime, elapsed: timedelta) -> datetime:
        """`start` plus working time; nothing to add leaves `start` where it is, working time or not."""
        return self._add_inside(self.next_working_instant(start), elapsed) if elapsed else start

    def between(self, start: datetime, end: datetime) -> timedelta:
        """The working time from `start` to `end`."""
        total = _NOTHING
        if end <= start:
            return total
        day = start.astimezone(self.tz).date()
        while midnight(day, self.tz) < end:
            for opening, closing in self.spans_of(day):
                inside = min(closing, end) - max(opening, start)
                if inside > _NOTHING:
                    total += inside
            day += _DAY
        return total

    def _add_inside(self, at: datetime, left: timedelta) -> datetime:
        day = at.astimezone(self.tz).date()
        idle = 0
        while idle < _LONGEST_SEARCH_DAYS:
            spans = self.spans_of(day)
            idle = 0 if spans else idle + 1
            first = bisect_right(spans, at, key=_span_end)
            for start, end in spans[first:]:
                begin = max(at, start)
                if begin + left <= end:
                    return begin + left
                left -= end - begin
            day += _DAY
        raise NoWorkingTimeError(say(_("there is no working time in the ten years before %(day)s"), day=str(day)))


def _span_end(span: Span) -> datetime:
    return span[1]
