"""Imports in the API: one's own runs, what came of them, and taking one back."""

from __future__ import annotations

from django.utils.translation import gettext_noop
from ninja import Query, Router
from pydantic import Field

from weixi.customers.importing.models import ImportRun, RunState
from weixi.customers.importing.queries import get_run_for, job_of, runs_for
from weixi.customers.importing.undo.run import undo
from weixi.customers.importing.undo.words import SHOWN, kept_of
from weixi.kernel.api.answers import read, write
from weixi.kernel.api.paging import Page, Paged, page_of
from weixi.kernel.api.values import Given, Moment
from weixi.organisation.enums import Right
from weixi.organisation.requests import Asked
from weixi.organisation.scope import Viewer

router = Router(tags=["imports"])


class ImportsAsked(Paged):
    state: RunState | None = None


class ImportOut(Given):
    """One import. read = created + updated + unchanged + rejected + skipped, in rows of the file."""

    id: int
    kind: str
    state: RunState
    file_name: str
    read: int
    created: int
    updated: int
    unchanged: int
    rejected: int
    skipped: int
    taken_back: int
    restored: int
    kept: int
    created_at: Moment
    finished_at: Moment | None
    undone_at: Moment | None


class KeptOut(Given):
    """Something that taking back has left as it is. `field` is empty for the thing as a whole."""

    kind: str
    id: int
    number: str
    field: str
    reason: str


class ImportDetail(ImportOut):
    done: int = Field(0, description=gettext_noop("How far the work at hand is."))
    total: int | None = None
    fault: str
    left: list[KeptOut] = Field(description=gettext_noop("The first of what was left as it is."))


@router.get("/imports", summary=gettext_noop("List one's own imports"), **read(Page[ImportOut]))
def list_imports(request: Asked, asked: Query[ImportsAsked]) -> dict[str, object]:
    request.viewer.require(Right.CUSTOMERS_IMPORT)
    rows = runs_for(request.viewer)
    return page_of(rows.filter(state=asked.state) if asked.state else rows, asked, ImportOut.model_validate)


@router.get("/imports/{int:import_id}", summary=gettext_noop("One import"), **read(ImportDetail))
def get_import(request: Asked, import_id: int) -> ImportDetail:
    return _detail(request.viewer, get_run_for(request.viewer, import_id))


@router.post(
    "/imports/{int:import_id}/undo",
    summary=gettext_noop("Take an import back"),
    description=gettext_noop("Begins the work and answers at once; ask for the import to see how far it is."),
    **write(ImportDetail),
)
def undo_import(request: Asked, import_id: int) -> ImportDetail:
    return _detail(request.viewer, undo(get_run_for(request.viewer, import_id), viewer=request.viewer))


def _detail(viewer: Viewer, run: ImportRun) -> ImportDetail:
    job = job_of(run)
    left = kept_of(run, viewer, SHOWN) if run.state == RunState.UNDONE else []
    return ImportDetail(
        **ImportOut.model_validate(run).model_dump(),
        done=job.done if job else 0,
        total=job.total if job else None,
        fault=run.fault,
        left=[KeptOut(**each.as_json()) for each in left],
    )
