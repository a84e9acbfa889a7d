"""The exports that wait for somebody's yes."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from weixi.customers.exporting import approving
from weixi.customers.exporting.models import ExportRun, ExportState
from weixi.kernel import clock
from weixi.kernel.slices import Decision, Waiting
from weixi.organisation.scope import Viewer
from weixi.policy.queries.spans import export_request_waits, later


def exports_to_decide(viewer: Viewer) -> list[ExportRun]:
    """The requests whose next yes is this person's, the oldest first; those that have waited too long can only be made
    anew. One small query where none waits."""
    if not approving.may_approve_any(viewer):
        return []
    now, waits = clock.now(), export_request_waits()
    rows = ExportRun.objects.filter(state=ExportState.WAITING).select_related("requested_by").order_by("pk")
    return [run for run in rows if now <= later(run.requested_at, waits) and approving.may_decide(viewer, run)]


def _exports(viewer: Viewer) -> Waiting | None:
    found = exports_to_decide(viewer)
    if not found:
        return None
    url = found[0].get_absolute_url() if len(found) == 1 else f"{reverse('exports')}?waiting=1"
    return Waiting(len(found), url, found[0].requested_at)


DECISION = Decision("exports", _("Exports"), _exports, 40)
