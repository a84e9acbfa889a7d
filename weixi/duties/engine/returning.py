"""Days that return every year, solar or lunar."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

from weixi.kernel.calendar.lunar import festival, to_solar

_STORED = re.compile(r"(?:([0-9]{4})|-)-([0-9]{2})-([0-9]{2})")


@dataclass(frozen=True, slots=True)
class Returning:
    """A day of the year: month and day, solar or lunar, or a festival by name.

    `after_year`: it returns in later years only (an anniversary of a date with a year).
    """

    month: int = 0
    day: int = 0
    lunar: bool = False
    festival: str | None = None
    after_year: int | None = None

    def in_year(self, year: int) -> date | None:
        """Its day in that year, a lunar day or festival's in that lunar year; None where it has none.

        29 February is kept on the 28th where there is none, the lunar 30th on the 29th.
        """
        if self.after_year is not None and year <= self.after_year:
            return None
        try:
            if self.festival is not None:
                return festival(self.festival, year)
            if self.lunar:
                return to_solar(year, self.month, self.day)
            return date(year, self.month, self.day)
        except ValueError:
            if self.lunar or self.festival is not None or (self.month, self.day) != (2, 29):
                return None
            return date(year, 2, 28)

    def between(self, first: date, last: date) -> Iterator[date]:
        """Its days from `first` to `last`, both included, in order."""
        # A lunar year reaches into the next solar one.
        for year in range(first.year - 1, last.year + 1):
            day = self.in_year(year)
            if day is not None and first <= day <= last:
                yield day


@lru_cache(maxsize=4096)
def read_birthday(text: Any, lunar: bool) -> Returning | None:
    """A stored birthday, `YYYY-MM-DD` or `--MM-DD`; None when it is no day of its calendar."""
    parts = _parts(text, lunar)
    return None if parts is None else Returning(parts[1], parts[2], lunar)


@lru_cache(maxsize=4096)
def read_anniversary(text: Any) -> Returning | None:
    """A stored date whose anniversaries count; the day itself, where its year is known, is none."""
    parts = _parts(text, False)
    return None if parts is None else Returning(parts[1], parts[2], after_year=parts[0])


def _parts(text: Any, lunar: bool) -> tuple[int | None, int, int] | None:
    found = _STORED.fullmatch(text) if isinstance(text, str) else None
    if found is None:
        return None
    year = int(found.group(1)) if found.group(1) else None
    month, day = int(found.group(2)), int(found.group(3))
    if lunar:
        return (year, month, day) if 1 <= month <= 12 and 1 <= day <= 30 else None
    try:
        date(2024 if year is None else year, month, day)
    except ValueError:
        return None
    return year, month, day
