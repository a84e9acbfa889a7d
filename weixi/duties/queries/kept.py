"""How each rule of the policy is kept: the figures beside its clause."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db.models import CharField, Count, F, Q, QuerySet

from weixi.customers.models import Customer
from weixi.duties.enums import WAITING
from weixi.duties.models import Duty, waits
from weixi.duties.queries.months import in_month, outcomes
from weixi.kernel import clock
from weixi.kernel.slices import Kept
from weixi.kernel.walked import Walked
from weixi.organisation.scope import Viewer


def kept_by_clause(viewer: Viewer) -> dict[str, Kept]:
    """Per rule: of the duties due this month so far those kept in time, late and not at all, and all that
    wait. Within the viewer's scope; an untouched cadence period has no row and is not counted as waiting."""
    now = clock.now()
    this_month, how = in_month(now), outcomes(now)
    month = {
        "in_time": Count("pk", filter=this_month & how["kept"]),
        "late": Count("pk", filter=this_month & how["late"]),
        "missed": Count("pk", filter=this_month & how["missed"]),
    }
    found: dict[str, Kept] = {}
    for rows, counts in _asked(viewer, this_month, month):
        # By the plus sign the clause's index is not taken for its order: that costs more than it saves.
        counted: Any = rows.order_by().values(rule=Walked(F("clause"), output_field=CharField())).annotate(**counts)
        for row in counted:
            rule, kept = row["rule"], Kept(**{name: row[name] for name in counts})
            if kept != Kept():
                found[rule] = found.get(rule, Kept()).plus(kept)
    return found


def _asked(viewer: Viewer, this_month: Q, month: dict[str, Count]) -> Iterator[tuple[QuerySet[Duty], dict[str, Any]]]:
    """Duties and what is counted of them, so that each statement looks only at what it counts: for everybody the month
    (index duty_by_due) and what waits (duty_team alone); for a scope the duties of its customers, and the others
    that are the viewer's own."""
    if viewer.sees_all:
        yield Duty.objects.filter(this_month), month
        yield Duty.objects.filter(waits()), {"waiting": Count("pk")}
        return
    assert viewer.user is not None
    both = {**month, "waiting": Count("pk", filter=Q(state__in=WAITING))}
    theirs = Customer.objects.filter(viewer.owned()).values("pk")
    yield Duty.objects.filter(customer_id__in=theirs), both
    yield Duty.objects.filter(assignee_id=viewer.user.pk).exclude(customer_id__in=theirs), both
