"""The lunar year in Beijing time, 1900-2100, and the festivals people keep.

The astronomy is lunar_python's; one table per lunar year is built once and kept.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from functools import cache
from types import MappingProxyType
from typing import NamedTuple

from lunar_python import Lunar, LunarYear

FIRST_YEAR, LAST_YEAR = 1900, 2100
# A Julian day number at noon minus this is the ordinal of the civil date.
_JULIAN_DAY_OF_ORDINAL_0 = 1721425


class LunarDate(NamedTuple):
    year: int
    month: int
    day: int
    leap: bool


class LunarMonth(NamedTuple):
    month: int
    leap: bool
    first: date
    days: int


@cache
def months_of(year: int) -> tuple[LunarMonth, ...]:
    """The months of a lunar year in order, leap month included. Raises ValueError outside 1900-2100."""
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise ValueError(f"the lunar calendar is known for {FIRST_YEAR}-{LAST_YEAR} only, not for {year}")
    return tuple(
        LunarMonth(
            abs(month.getMonth()),
            month.getMonth() < 0,
            date.fromordinal(int(month.getFirstJulianDay()) - _JULIAN_DAY_OF_ORDINAL_0),
            month.getDayCount(),
        )
        for month in LunarYear.fromYear(year).getMonths()
        if month.getYear() == year
    )


@cache
def to_solar(year: int, month: int, day: int) -> date:
    """The day of the ordinary (never the leap) month; the 30th of a month of 29 days is kept on the 29th.

    Raises ValueError outside 1900-2100 or for a date that is in no lunar year.
    """
    if not 1 <= day <= 30:
        raise ValueError(f"a lunar month has no day {day}")
    for found in months_of(year):
        if found.month == month and not found.leap:
            return found.first + timedelta(days=min(day, found.days) - 1)
    raise ValueError(f"a lunar year has no month {month}")


def from_solar(day: date) -> LunarDate:
    """The lunar date of a civil day. Raises ValueError outside the lunar years 1900-2100."""
    for year in (day.year, day.year - 1):
        if not FIRST_YEAR <= year <= LAST_YEAR:
            continue
        for month in months_of(year):
            offset = (day - month.first).days
            if 0 <= offset < month.days:
                return LunarDate(year, month.month, offset + 1, month.leap)
    raise ValueError(f"the lunar calendar is known for {FIRST_YEAR}-{LAST_YEAR} only, not for {day}")


@cache
def _eve(year: int) -> date:
    last = months_of(year)[-1]
    return last.first + timedelta(days=last.days - 1)


@cache
def _qingming(year: int) -> date:
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise ValueError(f"festivals are known for {FIRST_YEAR}-{LAST_YEAR} only, not for {year}")
    solar = Lunar.fromYmd(year, 1, 1).getJieQiTable()["清明"]
    return date(solar.getYear(), solar.getMonth(), solar.getDay())


def _solar(month: int, day: int) -> Callable[[int], date]:
    return lambda year: date(year, month, day)


def _lunar(month: int, day: int) -> Callable[[int], date]:
    return lambda year: to_solar(year, month, day)


_FESTIVALS: MappingProxyType[str, Callable[[int], date]] = MappingProxyType(
    {
        "元旦": _solar(1, 1),
        "除夕": _eve,
        "春节": _lunar(1, 1),
        "元宵节": _lunar(1, 15),
        "清明节": _qingming,
        "劳动节": _solar(5, 1),
        "端午节": _lunar(5, 5),
        "七夕": _lunar(7, 7),
        "中秋节": _lunar(8, 15),
        "重阳节": _lunar(9, 9),
        "国庆节": _solar(10, 1),
    }
)

FESTIVAL_NAMES: tuple[str, ...] = tuple(_FESTIVALS)


def festival(name: str, year: int) -> date:
    """The day of the festival in that year (a lunar festival: of that lunar year, so 除夕 of 2025 is in
    February 2026). Raises KeyError for an unknown name, ValueError outside 1900-2100 for a lunar one."""
    return _FESTIVALS[name](year)
