"""A month's duties by how they were kept: one meaning for every number that counts them and every list behind one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, F, Q
from django.utils import timezone

from weixi.duties.enums import DutyState
from weixi.duties.models import Duty


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


def in_month(now: datetime) -> Q:
    """Due in the month of `now` on the reader's wall clock; the midnight that ends a month belongs to it."""
    start = timezone.localtime(now).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    return Q(due_at__gt=start, due_at__lte=(start + timedelta(days=32)).replace(day=1))


def outcomes(now: datetime) -> dict[str, Q]:
    """Name of an outcome -> which duties had it by now: `kept` in time, done `late`, `missed` though due."""
    done, late = Q(state=DutyState.DONE), Q(late_seconds__gt=0)
    over = Q(state__in=(DutyState.OPEN, DutyState.OVERDUE), due_at__lt=now)
    return {"kept": done & ~late, "late": done & late, "missed": Q(state=DutyState.MISSED) | over}


def month_of(people: list[int], now: datetime) -> dict[int, Month]:
    """Per person how the duties due in this month so far were kept; what is settled by the very entry that
    opens it (a record made in time) is no work and not counted. One query. Uses index: duty_due."""
    rows = Duty.objects.filter(in_month(now), assignee_id__in=people).exclude(closed_by=F("anchor"))
    counted = (
        rows.order_by()
        .values_list("assignee_id")
        .annotate(**{name: Count("pk", filter=which) for name, which in outcomes(now).items()})
    )
    return {pk: Month() for pk in people} | {pk: Month(*numbers) for pk, *numbers in counted}
