"""Grades set by hand, and who has to decide about them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from weixi.customers.grades import grade_labels
from weixi.customers.models import Customer
from weixi.customers.queries.matching import seen_by
from weixi.grading.deciding import waits_for
from weixi.grading.enums import OverrideState, RunState
from weixi.grading.models import GradeHistory, GradeOverride, GradingRun
from weixi.grading.services.overrides import may_decide_about
from weixi.kernel.errors import NotFound
from weixi.kernel.literal import among
from weixi.kernel.prepared import Prepared, Statement, plain, several
from weixi.organisation.scope import Viewer, owned_by


def waiting_overrides(viewer: Viewer) -> QuerySet[GradeOverride]:
    """Requests that wait, of the customers the viewer looks after."""
    rows = _waiting().select_related("customer", "by")
    return rows.filter(seen_by(viewer)).order_by("at")


def _waiting() -> QuerySet[GradeOverride]:
    """Uses index: grade_override_waiting."""
    return GradeOverride.objects.filter(among("state", [OverrideState.WAITING]))


def _of(owned: Q) -> Exists:
    """Of these customers: each request's own is looked at. Joined, the database would begin with all the customers of a
    scope."""
    return Exists(Customer.objects.filter(owned, pk=OuterRef("customer_id")))


def _by_others(me: Any, owned: Q | None = None) -> QuerySet[Any, Any]:
    rows = _waiting() if owned is None else _waiting().filter(_of(owned))
    return rows.exclude(by=me).order_by().values_list("pk")


_BY_OTHERS = Prepared(_by_others, plain)
_BY_OTHERS_WITHIN = Prepared(lambda me, owners: _by_others(me, owned_by(owners)), plain, several)


def waiting_by_others(viewer: Viewer) -> Statement:
    """The keys of `waiting_overrides` that a person did not ask for himself: a number in the menu."""
    assert viewer.user is not None
    me = viewer.user.pk
    return _BY_OTHERS(me) if viewer.sees_all else _BY_OTHERS_WITHIN(me, viewer.owner_ids)


_WITH_RUNS = Prepared(lambda me: _by_others(me).union(_runs(), all=True), plain)
_WITH_RUNS_WITHIN = Prepared(
    lambda me, owners: _by_others(me, owned_by(owners)).union(_runs(), all=True), plain, several
)


def _runs() -> QuerySet[Any, Any]:
    return GradingRun.objects.filter(state=RunState.PREVIEW).order_by().values_list("pk")


def waiting_by_others_with_runs(viewer: Viewer) -> Statement:
    """The same together with the runs under review."""
    assert viewer.user is not None
    me = viewer.user.pk
    return _WITH_RUNS(me) if viewer.sees_all else _WITH_RUNS_WITHIN(me, viewer.owner_ids)


@dataclass(frozen=True, slots=True)
class WaitingLine:
    """A request that waits: `mine` where the next yes is the viewer's, else `waits` says whose it is."""

    row: GradeOverride
    grade_title: str
    mine: bool
    waits: str


def waiting_lines(viewer: Viewer) -> list[WaitingLine]:
    """Requests that wait, as the page of gradings lists them."""
    labels = grade_labels()
    return [
        WaitingLine(row, labels.get(row.grade, row.grade), may_decide_about(viewer, row), waits_for(row, row.steps))
        for row in waiting_overrides(viewer)
    ]


def overrides_to_decide(viewer: Viewer) -> list[GradeOverride]:
    """Of these the ones whose next yes is this very person's, the oldest first. One small query where none waits."""
    if viewer.user is None or not waiting_by_others(viewer).rows():
        return []
    return [row for row in waiting_overrides(viewer) if may_decide_about(viewer, row)]


def get_override_for(viewer: Viewer, pk: int) -> GradeOverride:
    rows = GradeOverride.objects.select_related("customer", "by")
    if not viewer.sees_all:
        rows = rows.filter(viewer.owned("customer__"))
    found = rows.filter(pk=pk).first()
    if found is None:
        raise NotFound(_("There is no such request among your customers."), code="grading.override_not_found")
    return found


def recent_changes(viewer: Viewer) -> QuerySet[GradeHistory]:
    """Changes of grade of the customers the viewer looks after, the newest first."""
    rows = GradeHistory.objects.select_related("customer", "run", "by").order_by("-pk")
    return rows if viewer.sees_all else rows.filter(viewer.owned("customer__"))
