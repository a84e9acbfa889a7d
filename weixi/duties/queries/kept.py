"""How each rule of the policy is kept: the figures beside its clause."""

from __future__ import annotations

from datetime import timedelta

from django.db.models import CharField, Count, F, IntegerField, Q
from django.db.models.lookups import In
from django.utils import timezone

from weixi.customers.models import Customer
from weixi.duties.enums import WAITING, DutyState
from weixi.duties.models import Duty
from weixi.kernel import clock
from weixi.kernel.slices import Kept
from weixi.kernel.walked import Walked
from weixi.organisation.scope import Viewer


def kept_by_clause(viewer: Viewer) -> dict[str, Kept]:
    """Per rule: of the duties due this month so far those kept in time, late and not at all, and all that
    wait. Within the viewer's scope; an untouched cadence period has no row and is not counted as waiting.
    One query along the whole table: month and
    waiting are most of what a company has, and the order of an index costs more than it saves."""
    now = clock.now()
    start = timezone.localtime(now).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    following = (start + timedelta(days=32)).replace(day=1)
    in_month = Q(due_at__gt=start, due_at__lte=following)
    rows = Duty.objects.filter(in_month | Q(state__in=WAITING))
    if not viewer.sees_all:
        assert viewer.user is not None
        theirs = Customer.objects.filter(viewer.owned()).values("pk")
        key = Walked(F("customer_id"), output_field=IntegerField())
        rows = rows.filter(Q(In(key, theirs)) | Q(assignee_id=viewer.user.pk))
    done = in_month & Q(state=DutyState.DONE)
    not_done = Q(state=DutyState.MISSED) | Q(state__in=(DutyState.OPEN, DutyState.OVERDUE), due_at__lt=now)
    counted = (
        rows.order_by()
        .values(rule=Walked(F("clause"), output_field=CharField()))
        .annotate(
            in_time=Count("pk", filter=done & Q(late_seconds=0)),
            late=Count("pk", filter=done & Q(late_seconds__gt=0)),
            missed=Count("pk", filter=in_month & not_done),
            waiting=Count("pk", filter=Q(state__in=WAITING)),
        )
    )
    return {row["rule"]: Kept(row["in_time"], row["late"], row["missed"], row["waiting"]) for row in counted}
