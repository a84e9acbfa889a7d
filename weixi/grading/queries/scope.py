"""Results within the viewer's scope."""

from __future__ import annotations

from django.db.models import QuerySet

from weixi.grading.models import GradeResult, GradingRun
from weixi.organisation.scope import Viewer


def visible_results(viewer: Viewer, run: GradingRun) -> QuerySet[GradeResult]:
    """A run's rows of customers the viewer looks after. Uses index: grade_result_once."""
    rows = GradeResult.objects.filter(run=run)
    return rows if viewer.sees_all else rows.filter(viewer.owned("customer__"))
