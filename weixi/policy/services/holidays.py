"""The announced holidays of a year, entered or corrected by the company."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.utils.translation import gettext as _

from weixi.kernel.errors import Invalid
from weixi.kernel.events.work import unit_of_work
from weixi.organisation.enums import Right
from weixi.organisation.scope import Viewer
from weixi.policy.models import HolidayYear


def save_holiday_year(
    year: int, holidays: Sequence[date], working_days: Sequence[date], *, viewer: Viewer
) -> HolidayYear:
    """Store a year's days off and make-up working days; they replace what is shipped for that year.

    Raises Invalid for a day of another year or one that stands in both lists.
    """
    viewer.require(Right.POLICY_DRAFT)
    if foreign := [day for day in (*holidays, *working_days) if day.year != year]:
        raise Invalid(
            _("%(day)s does not lie in %(year)d.") % {"day": foreign[0].isoformat(), "year": year},
            fields={"days": _("Enter days of this year only.")},
        )
    if both := sorted(set(holidays) & set(working_days)):
        raise Invalid(
            _("%(day)s cannot be a day off and a working day.") % {"day": both[0].isoformat()},
            fields={"days": _("Take it out of one of the lists.")},
        )
    with unit_of_work(actor=viewer.actor) as work:
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
