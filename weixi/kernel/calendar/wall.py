"""Calendar arithmetic on the wall clock of a time zone. Instants are aware datetimes in UTC; days and months
are counted on the clock on the wall, hours as elapsed time."""

from __future__ import annotations

import calendar
from datetime import UTC, date, datetime, time, timedelta
from functools import cache, lru_cache
from typing import TypeVar
from zoneinfo import ZoneInfo

_MIDNIGHT = time()


@cache
def zone(name: str) -> ZoneInfo:
    """The zone of that IANA name; raises ZoneInfoNotFoundError (a KeyError) or ValueError."""
    return ZoneInfo(name)


_Day = TypeVar("_Day", date, datetime)


def add_months(day: _Day, months: int) -> _Day:
    """The same day `months` later, or the last day of a shorter month. Works on datetimes too."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    last = calendar.monthrange(year, month + 1)[1]
    return day.replace(year=year, month=month + 1, day=min(day.day, last))


@lru_cache(maxsize=65536)
def midnight(day: date, tz: ZoneInfo) -> datetime:
    """The instant at which `day` begins in the zone; where clocks skip midnight, the first instant of it."""
    return datetime.combine(day, _MIDNIGHT, tz).astimezone(UTC)


def instant_at(day: date, minute: int, tz: ZoneInfo) -> datetime:
    """The instant of `minute` minutes past midnight on the wall (1440 = the midnight that ends the day)."""
    if minute == 1440:
        return midnight(day + timedelta(days=1), tz)
    return datetime.combine(day, time(minute // 60, minute % 60), tz).astimezone(UTC)


def add_on_wall(start: datetime, months: int, days: int, elapsed: timedelta, tz: ZoneInfo) -> datetime:
    """`start` plus months, then days on the wall clock, then elapsed time.

    A wall time that the zone skips is read with the offset before the skip, one that it repeats as the first.
    """
    if months or days:
        local = start.astimezone(tz).replace(tzinfo=None, fold=0)
        if months:
            local = add_months(local, months)
        start = (local + timedelta(days=days)).replace(tzinfo=tz).astimezone(UTC)
    return start + elapsed if elapsed else start
