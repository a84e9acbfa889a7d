"""The periods plans are made for: whole months, quarters ... as the policy's cycles say; pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from weixi.duties.engine.periods import first_start
from weixi.kernel.calendar.wall import add_months, midnight
from weixi.kernel.drawing import moments
from weixi.policy.document.durations import Duration

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Period:
    """A turn of a cycle: from `first` until the day before `following`, on the wall clock of `tz`."""

    every: Duration
    first: date
    following: date
    tz: ZoneInfo

    @property
    def begin(self) -> datetime:
        return midnight(self.first, self.tz)

    @property
    def until(self) -> datetime:
        """The midnight that ends it; what is due then belongs to it."""
        return midnight(self.following, self.tz)

    @property
    def last(self) -> date:
        return self.following - _DAY

    @property
    def name(self) -> str:
        """`2026 年 12 月`, `2026 年第 4 季度`, else its first and last day."""
        months = 0 if self.every.days else self.every.months
        words = {"year": self.first.year, "month": self.first.month, "quarter": (self.first.month + 2) // 3}
        if months == 1:
            return "{year} 年 {month} 月".format(**words) if moments.chinese() else date_format(self.first, "F Y")
        if months == 3:
            return _("quarter %(quarter)d of %(year)d") % words
        if months == 12:
            return _("the year %(year)d") % words
        return f"{moments.day_text(self.first)}—{moments.day_text(self.last)}"

    def before(self) -> Period:
        return period_of(self.every, self.first - _DAY, self.tz)

    def after(self) -> Period:
        return period_of(self.every, self.following, self.tz)

    def days(self) -> list[date]:
        return [self.first + timedelta(days=number) for number in range((self.following - self.first).days)]


def period_of(every: Duration, day: date, tz: ZoneInfo) -> Period:
    """The period of the cycle that holds the day. `every` is whole weeks or whole months up to a year."""
    following = first_start(every, day + _DAY)
    first = following - timedelta(days=every.days) if every.days else add_months(following, -every.months)
    return Period(every, first, following, tz)
