"""Runs, as lists and for the menu."""

from __future__ import annotations

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from weixi.grading.deciding import RUN, one_yes, roles_of, steps_now
from weixi.grading.enums import RunState
from weixi.grading.models import GradingRun
from weixi.grading.sections import grading_in_force
from weixi.grading.services.runs import may_approve
from weixi.kernel.errors import NotFound
from weixi.organisation.scope import Viewer


def list_runs(viewer: Viewer) -> QuerySet[GradingRun]:
    """Every run, the newest first. A run belongs to nobody: who may not see a customer does not see its
    row, but that a grading took place is known to all."""
    return GradingRun.objects.select_related("created_by", "decided_by").order_by("-pk")


def get_run_for(viewer: Viewer, pk: int) -> GradingRun:
    run = GradingRun.objects.select_related("created_by", "decided_by", "previous").filter(pk=pk).first()
    if run is None:
        raise NotFound(_("There is no grading with this number."), code="grading.not_found")
    return run


def runs_waiting_for(viewer: Viewer) -> QuerySet[GradingRun] | None:
    """The runs that wait for this viewer's decision; None for who decides none (for the menu)."""
    section = grading_in_force()
    steps = steps_now(RUN, section.approve_by) if section is not None else []
    if viewer.user is None or viewer.user.role not in roles_of(steps):
        return None
    rows = GradingRun.objects.filter(state=RunState.PREVIEW)
    if one_yes(steps):
        return rows
    return rows.filter(pk__in=[run.pk for run in rows if may_approve(viewer, run)])
