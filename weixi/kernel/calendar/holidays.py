"""The table of public holidays: announced years only. A year that is missing says so and takes a file."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from importlib import resources
from types import MappingProxyType
from typing import Any

from weixi.kernel.importing.wording import SaidError, say
from weixi.kernel.importing.wording import gettext_noop as _


class HolidayTableError(SaidError):
    """A holiday file that cannot be taken; the sentence names the place."""


@dataclass(frozen=True, slots=True)
class HolidayTable:
    """`working` maps a date to True (a make-up working day) or False (a day off); other dates of an
    announced year follow the week."""

    country: str
    years: frozenset[int]
    working: Mapping[date, bool]

    def knows(self, year: int) -> bool:
        """Whether the holidays of `year` have been announced and stand in this table."""
        return year in self.years

    def with_years_of(self, other: HolidayTable) -> HolidayTable:
        """This table with the years of `other` added; a year that both have is taken from `other`."""
        if other.country != self.country:
            raise HolidayTableError(
                say(_("a table of %(other)s cannot complete one of %(own)s"), other=other.country, own=self.country)
            )
        kept = {day: works for day, works in self.working.items() if day.year not in other.years}
        return HolidayTable(self.country, self.years | other.years, MappingProxyType(kept | dict(other.working)))


def read_table(text: str) -> HolidayTable:
    """Read a holiday file: `country`, and `[years.YYYY]` with `off` (spans of two dates) and `working`
    (single dates). Raises HolidayTableError with a sentence that names the place."""
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise HolidayTableError(
            say(_("the holiday file is not readable as TOML: %(error)s"), error=str(error))
        ) from None
    unknown = set(document) - {"country", "years"}
    if unknown:
        raise HolidayTableError(say(_("unknown key %(key)s; allowed: country, years"), key=sorted(unknown)[0]))
    country = document.get("country")
    if not isinstance(country, str) or not country:
        raise HolidayTableError(say(_('country is missing; write it like country = "CN"')))
    years = document.get("years", {})
    if not isinstance(years, dict):
        raise HolidayTableError(say(_("years must be tables like [years.2027]")))
    working: dict[date, bool] = {}
    for name, content in years.items():
        working.update(_read_year(name, content))
    return HolidayTable(country, frozenset(int(name) for name in years), MappingProxyType(working))


@cache
def shipped_table(country: str) -> HolidayTable:
    """The table that comes with the product. Raises HolidayTableError for a country without one."""
    source = resources.files(__package__) / "data" / f"holidays_{country.lower()}.toml"
    if not source.is_file():
        raise HolidayTableError(say(_("there is no holiday table for %(country)s"), country=country))
    return read_table(source.read_text(encoding="utf-8"))


def _read_year(name: str, content: Any) -> dict[date, bool]:
    path = f"years.{name}"
    if not (name.isascii() and name.isdigit() and len(name) == 4):
        raise HolidayTableError(say(_("%(path)s: a year has four digits"), path=path))
    if not isinstance(content, dict) or set(content) - {"off", "working"}:
        raise HolidayTableError(say(_("%(path)s: allowed keys are off and working"), path=path))
    found: dict[date, bool] = {}
    for place, span in enumerate(_listed(content, "off", path)):
        here = f"{path}.off[{place}]"
        first, last = _span(span, here)
        for offset in range((last - first).days + 1):
            _put(found, first + timedelta(days=offset), works=False, year=int(name), path=here)
    for place, day in enumerate(_listed(content, "working", path)):
        here = f"{path}.working[{place}]"
        _put(found, _day(day, here), works=True, year=int(name), path=here)
    return found


def _listed(content: dict[str, Any], key: str, path: str) -> list[Any]:
    value = content.get(key, [])
    if not isinstance(value, list):
        raise HolidayTableError(say(_("%(path)s must be a list"), path=f"{path}.{key}"))
    return value


def _span(value: Any, path: str) -> tuple[date, date]:
    if not isinstance(value, list) or len(value) != 2:
        raise HolidayTableError(say(_("%(path)s must be two dates, the first and the last day off"), path=path))
    first, last = _day(value[0], path), _day(value[1], path)
    if last < first:
        raise HolidayTableError(say(_("%(path)s: the last day lies before the first"), path=path))
    if (last - first).days > 60:
        raise HolidayTableError(say(_("%(path)s: more than 60 days off in a row"), path=path))
    return first, last


def _day(value: Any, path: str) -> date:
    if isinstance(value, str):
        try:
            return date.fromisoformat(value)
        except ValueError:
            pass
    elif type(value) is date:
        return value
    raise HolidayTableError(
        say(_("%(path)s: %(value)s is no date; write it like 2027-01-01"), path=path, value=repr(value))
    )


def _put(found: dict[date, bool], day: date, *, works: bool, year: int, path: str) -> None:
    if day.year != year:
        raise HolidayTableError(say(_("%(path)s: %(day)s is not in %(year)s"), path=path, day=str(day), year=str(year)))
    if found.setdefault(day, works) != works:
        raise HolidayTableError(
            say(_("%(path)s: %(day)s is listed as day off and as working day"), path=path, day=str(day))
        )
