"""The holidays of each year: shipped with Weixi, the company's own, or not announced yet."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from weixi.kernel.calendar.holidays import shipped_table
from weixi.organisation.scope import Viewer
from weixi.policy.models import HolidayYear
from weixi.policy.queries.versions import version_in_force

COUNTRY = "CN"


@dataclass(frozen=True)
class Year:
    """`source`: `shipped`, `own` (entered by the company) or `missing` (weekdays follow the week)."""

    year: int
    source: str
    off: tuple[date, ...] = ()
    working: tuple[date, ...] = ()
    row: HolidayYear | None = None


def holiday_years(viewer: Viewer, today: date) -> list[Year]:
    """Every known year, this year and the next in any case, the latest first. Everybody reads it; one query."""
    found = {year: _shipped(year) for year in shipped_table(_country()).years}
    for row in HolidayYear.objects.select_related("changed_by"):
        found[row.year] = _own(row)
    for year in (today.year, today.year + 1):
        found.setdefault(year, Year(year, "missing"))
    return [found[year] for year in sorted(found, reverse=True)]


def holiday_year(viewer: Viewer, year: int) -> Year:
    row = HolidayYear.objects.select_related("changed_by").filter(pk=year).first()
    return _own(row) if row else _shipped(year)


def _own(row: HolidayYear) -> Year:
    off, working = (tuple(date.fromisoformat(day) for day in days) for days in (row.holidays, row.working_days))
    return Year(row.year, "own", off, working, row)


def _shipped(year: int) -> Year:
    table = shipped_table(_country())
    if not table.knows(year):
        return Year(year, "missing")
    days = sorted((day, works) for day, works in table.working.items() if day.year == year)
    off = tuple(day for day, works in days if not works)
    return Year(year, "shipped", off, tuple(day for day, works in days if works))


def _country() -> str:
    found = version_in_force()
    return (found.policy.calendar.holidays if found else None) or COUNTRY
