"""Exports for the command line: asked for and written at once."""

from __future__ import annotations

from django.http import QueryDict
from django.utils.translation import gettext as _

from weixi.customers.exporting.models import ExportRun, ExportState
from weixi.customers.exporting.services import fetch, request_export
from weixi.customers.lists.address import Place, columns_of
from weixi.customers.lists.columns import archive_columns
from weixi.customers.lists.saved import layouts_of, view_named
from weixi.kernel.errors import Conflict
from weixi.kernel.jobs import services as jobs
from weixi.organisation.scope import Viewer


def export_now(kind: str, *, viewer: Viewer, view: str | None, where: str, format: str, reason: str) -> ExportRun:
    """Ask and write: what a view shows, or without one every field of the archive. Raises NotFound for an unknown
    view, Conflict when a second person has to agree first (the
    request then waits for him) or the job could not write it."""
    found = view_named(viewer, view) if view else None
    query = QueryDict(mutable=True)
    for name, value in (found.pairs() if found else {}).items():
        query[name] = value
    if where:
        query["where"] = f"({query['where']});({where})" if query.get("where") else where
    # A list has the columns that somebody chose to look at; a file without a view is for keeping or carrying over.
    columns = columns_of(viewer, Place(found, query, layouts_of(viewer))) if found else archive_columns(viewer)
    run = request_export(viewer, kind, query, [[c.code, c.css] for c in columns], format=format, reason=reason)
    if run.state == ExportState.WAITING:
        raise Conflict(
            _("%(number)s waits: a second person has to agree to so many customers. Fetch it on its page then.")
            % {"number": run.number},
            code="export.waits",
        )
    assert run.job_id is not None
    job = jobs.run_now(run.job_id)
    run.refresh_from_db()
    if run.state != ExportState.DONE:
        raise Conflict(run.note or job.error or _("The export could not be written."), code="export.failed")
    return fetch(run, viewer=viewer)
