"""A month's duties by how they were kept: one meaning for every number that counts them and every list behind one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, F, Q
from django.utils import timezone

from weixi.duties.enums import DutyState
from weixi.duties.models import Duty
from weixi.kernel.one_of import one_of
from weixi.kernel.prepared import Prepared, moment, several


@dataclass(frozen=True)
class Month:
    """How this month's duties were kept: in time, done late, not done though due."""

    kept: int = 0
    late: int = 0
    missed: int = 0

    @property
    def due(self) -> int:
        return self.kept + self.late + self.missed

    @property
    def ticks(self) -> list[str]:
        """One mark per duty, in time first, as CSS classes; at most 200 are drawn."""
        return ([""] * self.kept + ["l"] * self.late + ["x"] * self.missed)[-200:]

    @property
    def percent(self) -> int | None:
        return round(100 * self.kept / self.due) if self.due else None


def bounds_of_month(now: datetime) -> tuple[datetime, datetime]:
    """The midnights around the month of `now` on the reader's wall clock."""
    start = timezone.localtime(now).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    return start, (start + timedelta(days=32)).replace(day=1)


def in_month(now: datetime) -> Q:
    """Due in the month of `now`; the midnight that ends a month belongs to it."""
    return _between(*bounds_of_month(now))


def _between(start: Any, end: Any) -> Q:
    return Q(due_at__gt=start, due_at__lte=end)


def outcomes(now: Any) -> dict[str, Q]:
    """Name of an outcome -> which duties had it by now (a moment, or its blank): `kept` in time, done `late`, `missed`
    though due."""
    done, late = Q(state=DutyState.DONE), Q(late_seconds__gt=0)
    over = Q(state__in=(DutyState.OPEN, DutyState.OVERDUE), due_at__lt=now)
    return {"kept": done & ~late, "late": done & late, "missed": Q(state=DutyState.MISSED) | over}


_KEPT = Prepared(
    lambda people, start, end, now: (
        Duty.objects.filter(_between(start, end), one_of("assignee_id", people))
        .exclude(closed_by=F("anchor"))
        .order_by()
        .values_list("assignee_id")
        .annotate(**{name: Count("pk", filter=which) for name, which in outcomes(now).items()})
    ),
    several,
    moment,
    moment,
    moment,
)


def month_of(people: list[int], now: datetime) -> dict[int, Month]:
    """Per person how the duties due in this month so far were kept; what is settled by the very entry that
    opens it (a record made in time) is no work and not counted. One query. Uses index: duty_kept."""
    counted = _KEPT(people, *bounds_of_month(now), now).rows()
    return {pk: Month() for pk in people} | {pk: Month(*numbers) for pk, *numbers in counted}
