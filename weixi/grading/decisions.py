"""What of grading waits for somebody's yes or no: runs under review, and grades asked for by hand."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from weixi.grading.deciding import OVERRIDE, RUN, one_yes, roles_of, steps_now
from weixi.grading.models import GradeOverride
from weixi.grading.queries.overrides import (
    overrides_to_decide,
    waiting_by_others,
    waiting_by_others_with_runs,
    waiting_overrides,
)
from weixi.grading.queries.runs import runs_waiting_for
from weixi.grading.sections import grading_in_force
from weixi.kernel.prepared import Statement
from weixi.kernel.slices import Decision, Waiting
from weixi.organisation.scope import Viewer


def _runs(viewer: Viewer) -> Waiting | None:
    rows = runs_waiting_for(viewer)
    found = [] if rows is None else list(rows.order_by("pk"))
    if not found:
        return None
    url = found[0].get_absolute_url() if len(found) == 1 else reverse("grading")
    return Waiting(len(found), url, min(run.created_at for run in found))


def _overrides(viewer: Viewer) -> Waiting | None:
    found = overrides_to_decide(viewer)
    return Waiting(len(found), f"{reverse('grading')}#overrides", found[0].at) if found else None


def waiting_here(viewer: Viewer) -> QuerySet[Any] | Statement | None:
    """The number in the menu: both, as they are decided on the same page. Asked on every page, so only of people whom
    the chain in force asks at all."""
    runs, section = runs_waiting_for(viewer), grading_in_force()
    role = section.override.approved_by if section and section.override else None
    steps = steps_now(OVERRIDE, role)
    if viewer.user is None or viewer.user.role not in roles_of(steps):
        return runs
    if one_yes(steps) and runs is None:
        return waiting_by_others(viewer)
    if one_yes(steps) and section is not None and one_yes(steps_now(RUN, section.approve_by)):
        return waiting_by_others_with_runs(viewer)
    if one_yes(steps):
        rows = waiting_overrides(viewer).exclude(by=viewer.user)
    else:
        rows = GradeOverride.objects.filter(pk__in=[row.pk for row in overrides_to_decide(viewer)])
    asked = rows.select_related(None).order_by().values("pk")
    return asked if runs is None else asked.union(runs.order_by().values("pk"), all=True)


DECISIONS = (
    Decision("grading", _("Grading"), _runs, 10),
    Decision("overrides", _("Grades set by hand"), _overrides, 20),
)
