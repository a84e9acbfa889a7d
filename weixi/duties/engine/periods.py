"""The periods of a cadence: whole weeks, months, quarters, half-years, years of the calendar."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from weixi.kernel.calendar.wall import add_months
from weixi.policy.document.durations import Duration

# Two-week periods are counted from this Monday; weeks start on Mondays anyway.
_FIRST_MONDAY = date(2024, 1, 1)


def first_start(every: Duration, day: date) -> date:
    """The first start of a period on `day` or later."""
    if every.days:
        return day + timedelta(days=-(day - _FIRST_MONDAY).days % every.days)
    start = date(day.year, (day.month - 1) // every.months * every.months + 1, 1)
    return start if start >= day else add_months(start, every.months)


def starts(every: Duration, day: date) -> Iterator[date]:
    """The starts of periods from `day` on, without end."""
    start = first_start(every, day)
    while True:
        yield start
        start = start + timedelta(days=every.days) if every.days else add_months(start, every.months)
