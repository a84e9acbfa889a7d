"""The announced holidays of a year, entered or corrected by the company."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from django.utils.translation import gettext as _

from weixi.kernel.errors import Conflict, Invalid
from weixi.kernel.events.work import unit_of_work
from weixi.organisation.enums import Right
from weixi.organisation.scope import Viewer
from weixi.policy.models import HolidayYear

FIRST_YEAR, LAST_YEAR = 2000, 2100


def save_holiday_year(
    year: int, holidays: Sequence[date], working_days: Sequence[date], *, viewer: Viewer, seen: str | None = None
) -> HolidayYear:
    """Store a year's days off and make-up working days; they replace what is shipped for that year.

    `seen` is `year_mark` of what the asker looked at. Raises Invalid for a day of another year or one that
    stands in both lists, Conflict when somebody else saved the year meanwhile. The duties of clocks that run
    on working time are looked at again by the next tick.
    """
    viewer.require(Right.POLICY_DRAFT)
    _check(year, holidays, working_days)
    with unit_of_work(actor=viewer.actor) as work:
        stored = HolidayYear.objects.select_for_update().filter(pk=year).first()
        if seen is not None and seen != year_mark(stored):
            raise Conflict(_("Somebody else changed this year meanwhile; look at it again before saving."))
        row, _made = HolidayYear.objects.update_or_create(
            year=year,
            defaults={
                "holidays": sorted({day.isoformat() for day in holidays}),
                "working_days": sorted({day.isoformat() for day in working_days}),
                "changed_at": work.now,
                "changed_by": viewer.user,
            },
        )
        work.record("holidays.changed", subject=("holidays", year), data={"year": year})
    return row


def save_holiday_years(
    years: Mapping[int, tuple[Sequence[date], Sequence[date]]], *, viewer: Viewer
) -> list[HolidayYear]:
    """Store the years of a file, all or none."""
    viewer.require(Right.POLICY_DRAFT)
    with unit_of_work(actor=viewer.actor):
        return [save_holiday_year(year, off, work, viewer=viewer) for year, (off, work) in sorted(years.items())]


def year_mark(row: HolidayYear | None) -> str:
    """What tells one state of a stored year from the next."""
    return row.changed_at.isoformat() if row else ""


def _check(year: int, holidays: Sequence[date], working_days: Sequence[date]) -> None:
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise Invalid(_("Years from %(first)d to %(last)d can be entered.") % {"first": FIRST_YEAR, "last": LAST_YEAR})
    for name, days in (("holidays", holidays), ("working_days", working_days)):
        if foreign := [day for day in days if day.year != year]:
            raise Invalid(
                _("%(day)s does not lie in %(year)d.") % {"day": foreign[0].isoformat(), "year": year},
                fields={name: _("Enter days of this year only.")},
            )
    if both := sorted(set(holidays) & set(working_days)):
        raise Invalid(
            _("%(day)s cannot be a day off and a working day.") % {"day": both[0].isoformat()},
            fields={"working_days": _("%(day)s stands in both lists.") % {"day": both[0].isoformat()}},
        )
