"""Exports and views of the list in the API."""

from __future__ import annotations

from typing import Annotated

from django.http import FileResponse, QueryDict
from django.utils.translation import gettext_noop
from ninja import Router, Status
from pydantic import Field

from weixi.customers.exporting import files, services
from weixi.customers.exporting.models import ExportRun
from weixi.customers.filtering.text import from_text
from weixi.customers.filtering.tree import LONGEST_TEXT, to_json
from weixi.customers.lists.address import Place, columns_of
from weixi.customers.lists.models import SavedView
from weixi.customers.lists.saved import get_view_for, layouts_of, views_of
from weixi.kernel.api.answers import read, write
from weixi.kernel.api.values import Given, Moment, PersonRef, Taken, person_ref
from weixi.organisation.requests import Asked

router = Router()


class ViewOut(Given):
    """A view of the customer list. `where` is its filter in one line, `filter` the same as data."""

    id: int
    name: str
    audience: str
    owner: PersonRef | None
    where: str
    filter: dict[str, object]
    sort: str
    columns: list[str]
    version: int


class ViewList(Given):
    items: list[ViewOut]


class ExportOut(Given):
    """An export. The file is fetched, on its page or here, by who asked for it."""

    id: int
    number: str
    kind: str
    format: str
    state: str
    customers: int
    rows: int | None
    columns: list[str]
    masked: list[str]
    requested_at: Moment
    expires_at: Moment | None
    note: str


class AskExport(Taken):
    kind: Annotated[str, Field(min_length=1, max_length=20, description=gettext_noop("customers, contacts or orders"))]
    view_id: int | None = Field(
        None, ge=1, le=2**31 - 1, description=gettext_noop("A view whose filter and columns count.")
    )
    where: str = Field(
        "", max_length=LONGEST_TEXT, description=gettext_noop("A filter in one line; instead of the view's.")
    )
    format: Annotated[str, Field(pattern="^(xlsx|csv)$")] = "xlsx"
    reason: str = Field("", max_length=200, description=gettext_noop("What the file is for; needed for large ones."))


def view_out(view: SavedView) -> ViewOut:
    return ViewOut(
        id=view.pk, name=view.name, audience=view.audience, owner=person_ref(view.owner), where=view.where,
        filter=to_json(from_text(view.where)), sort=view.sort, columns=[code for code, _width in view.columns],
        version=view.version,
    )  # fmt: skip


def export_out(run: ExportRun) -> ExportOut:
    return ExportOut(
        id=run.pk, number=run.number, kind=run.kind, format=run.format, state=run.state, customers=run.customers,
        rows=run.rows, columns=[code for code, _width in run.columns], masked=run.masked,
        requested_at=run.requested_at, expires_at=run.expires_at, note=run.note,
    )  # fmt: skip


@router.get("/views", tags=["customers"], summary=gettext_noop("Views of the customer list"), **read(ViewList))
def list_views(request: Asked) -> ViewList:
    return ViewList(items=[view_out(view) for view in views_of(request.viewer)[:200]])


@router.get("/views/{int:view_id}", tags=["customers"], summary=gettext_noop("One view"), **read(ViewOut))
def get_view(request: Asked, view_id: int) -> ViewOut:
    return view_out(get_view_for(request.viewer, view_id))


@router.post(
    "/exports", tags=["customers"], summary=gettext_noop("Ask for an export"), **write(ExportOut, 201, scope="export")
)
def ask_export(request: Asked, payload: AskExport) -> Status[ExportOut]:
    viewer = request.viewer
    view = get_view_for(viewer, payload.view_id) if payload.view_id else None
    query = QueryDict(mutable=True)
    for name, value in (view.pairs() if view else {}).items():
        query[name] = value
    if payload.where:
        query["where"] = payload.where
    columns = columns_of(viewer, Place(view, query, layouts_of(viewer)))
    run = services.request_export(
        viewer, payload.kind, query, [[c.code, c.css] for c in columns], format=payload.format, reason=payload.reason
    )
    return Status(201, export_out(run))


@router.get(
    "/exports/{int:export_id}", tags=["customers"], summary=gettext_noop("How an export stands"), **read(ExportOut)
)
def get_export(request: Asked, export_id: int) -> ExportOut:
    return export_out(services.get_export_for(request.viewer, export_id))


@router.post(
    "/exports/{int:export_id}/file",
    tags=["customers"],
    summary=gettext_noop("Fetch an export's file"),
    description=gettext_noop("The file itself, for who asked for it, once it is written. Taking it is noted."),
    **write(None, 200, scope="export"),
)
def fetch_export(request: Asked, export_id: int) -> FileResponse:
    run = services.fetch(services.get_export_for(request.viewer, export_id), viewer=request.viewer)
    return files.answer_of(run)
