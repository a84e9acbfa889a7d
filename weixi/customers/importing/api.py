"""Imports in the API, in the steps of the pages: a file is brought, its columns are matched, it is checked, and then written;
one's own runs, what came of them, and taking one back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from django.http import FileResponse
from django.utils.translation import gettext_noop
from ninja import Query, Router, Status
from pydantic import Field

from weixi.customers.importing import runs
from weixi.customers.importing.mapping import called, expect_names, from_document, remembered
from weixi.customers.importing.models import ImportRun, RunState
from weixi.customers.importing.queries import column_lines, error_file_of, get_run_for, job_of, runs_for
from weixi.customers.importing.rights import may_import
from weixi.customers.importing.undo.ahead import rehearsed
from weixi.customers.importing.undo.run import undo
from weixi.customers.importing.undo.words import SHOWN, kept_of, named
from weixi.kernel.api.answers import FILE, read, write
from weixi.kernel.api.files import blocks_of
from weixi.kernel.api.paging import Page, Paged, page_of
from weixi.kernel.api.values import Given, Moment, Taken
from weixi.kernel.slices import registry
from weixi.organisation.enums import Right
from weixi.organisation.requests import Asked
from weixi.organisation.scope import Viewer

router = Router(tags=["imports"])


class ImportsAsked(Paged):
    state: RunState | None = None


class BroughtFile(Taken):
    kind: str = Field(max_length=40, description=gettext_noop("`customers`, `contacts`, `orders`, `interactions` ..."))
    name: str = Field(min_length=1, max_length=200, description=gettext_noop("The file's name."))
    sheet: str | None = Field(None, max_length=100)
    header_row: Annotated[int, Field(ge=0, le=1000, strict=False)] | None = Field(
        None, description=gettext_noop("The row of the column names; 0: the file has none.")
    )
    encoding: str | None = Field(None, max_length=20)
    delimiter: str | None = Field(None, min_length=1, max_length=1)


class MatchColumns(Taken):
    """`columns` says which column feeds which field, by its name or as `#2`; null leaves it out. What is not named is taken
    as suggested."""

    columns: dict[Annotated[str, Field(max_length=200)], Annotated[str, Field(max_length=80)] | None] = Field(
        default_factory=dict, max_length=1000
    )
    answers: dict[Annotated[str, Field(max_length=200)], Annotated[str, Field(max_length=20)]] = Field(
        default_factory=dict, max_length=1000, description=gettext_noop("Answers to `questions`, by column.")
    )
    create_customers: bool = Field(False, description=gettext_noop("Make customers that the file names."))


class ColumnOut(Given):
    """One column of the file: what it is called (`#2` without a name), its first values, the field that it feeds."""

    column: str
    samples: list[str]
    field: str | None


class QuestionOut(Given):
    """What has to be answered before the file can be read: the key of one of the options, by `answers`."""

    column: str
    question: str
    examples: list[str]
    options: dict[str, str]


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
    contacts_created: int = Field(description=gettext_noop("Contacts that rows of customers bring beside them."))
    contacts_updated: int
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


class UndoAhead(Given):
    """What taking back would do now."""

    taken_back: int
    restored: int
    kept: int
    left: list[KeptOut] = Field(description=gettext_noop("The first of what would be left as it is."))


class ImportDetail(ImportOut):
    done: int = Field(0, description=gettext_noop("How far the work at hand is."))
    total: int | None = None
    fault: str
    header_sure: bool | None = Field(
        None, description=gettext_noop("While columns are matched: false when no row looks like column names.")
    )
    columns: list[ColumnOut] = Field(
        default_factory=list, description=gettext_noop("While columns are matched: as suggested, or as matched so far.")
    )
    questions: list[QuestionOut] = Field(default_factory=list)
    has_errors: bool = Field(False, description=gettext_noop("There is a file of the rows that are not taken."))
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
    "/imports",
    summary=gettext_noop("Bring a file to import"),
    description=gettext_noop(
        "The body is the file itself, with `Content-Type: application/octet-stream` and its length. Answers its columns with "
        "the fields that are suggested; nothing is read further until they are matched."
    ),
    **write(ImportDetail, 201, body=FILE),
)
def upload_import(request: Asked, asked: Query[BroughtFile]) -> Status[ImportDetail]:
    choices = {
        name: value for name, value in asked.given().items() if name not in ("kind", "name") and value is not None
    }
    run = runs.upload(asked.kind, asked.name, blocks_of(request), viewer=request.viewer, choices=choices)
    return Status(201, _detail(request.viewer, run))


@router.post(
    "/imports/{int:import_id}/match",
    summary=gettext_noop("Match the columns, or answer the questions"),
    description=gettext_noop(
        "The check begins at once and writes nothing; ask for the import until it is `checked`, or `asking`: then match again "
        "with the answers."
    ),
    **write(ImportDetail),
)
def match_import(request: Asked, import_id: int, payload: MatchColumns) -> ImportDetail:
    viewer = request.viewer
    run = get_run_for(viewer, import_id)
    fields, answers = _matched(viewer, run, payload.model_dump(include={"columns", "answers"}))
    runs.match_columns(run, fields, viewer=viewer, answers=answers, create_customers=payload.create_customers)
    return _detail(viewer, run)


@router.post(
    "/imports/{int:import_id}/start", summary=gettext_noop("Write what the check has planned"), **write(ImportDetail)
)
def start_import(request: Asked, import_id: int) -> ImportDetail:
    return _detail(request.viewer, runs.start(get_run_for(request.viewer, import_id), viewer=request.viewer))


@router.post(
    "/imports/{int:import_id}/cancel",
    summary=gettext_noop("End an import"),
    description=gettext_noop("What it has written stays; it can be taken back."),
    **write(ImportDetail),
)
def cancel_import(request: Asked, import_id: int) -> ImportDetail:
    return _detail(request.viewer, runs.cancel(get_run_for(request.viewer, import_id), viewer=request.viewer))


@router.get(
    "/imports/{int:import_id}/errors",
    summary=gettext_noop("The rows that are not taken, with the reasons"),
    description=gettext_noop("The columns of the file and one of reasons; put right, it is imported as it is."),
    **read(None),
)
def get_import_errors(request: Asked, import_id: int) -> FileResponse:
    return error_file_of(get_run_for(request.viewer, import_id))


@router.post(
    "/imports/{int:import_id}/undo",
    summary=gettext_noop("Take an import back"),
    description=gettext_noop("Begins the work and answers at once; ask for the import to see how far it is."),
    **write(ImportDetail),
)
def undo_import(request: Asked, import_id: int) -> ImportDetail:
    return _detail(request.viewer, undo(get_run_for(request.viewer, import_id), viewer=request.viewer))


@router.get(
    "/imports/{int:import_id}/undo",
    summary=gettext_noop("What taking an import back would do"),
    description=gettext_noop("Counted by the rules of taking back; nothing is changed."),
    **read(UndoAhead),
)
def undo_ahead(request: Asked, import_id: int) -> UndoAhead:
    ahead = rehearsed(get_run_for(request.viewer, import_id), viewer=request.viewer)
    left = named(ahead.kept[:SHOWN], request.viewer)
    return UndoAhead(
        taken_back=ahead.taken,
        restored=ahead.restored,
        kept=len(ahead.kept),
        left=[KeptOut(**each.as_json()) for each in left],
    )


def _matched(viewer: Viewer, run: ImportRun, said: Mapping[str, Any]) -> tuple[list[str | None], dict[str, str]]:
    """The field of every column and the answers. Questions are answered without saying the columns again."""
    spec = registry.imports[run.kind].spec
    table = runs.open_source(spec, run.source, run.choices)
    memory = remembered(viewer, run.kind, table.header)
    if run.fields and not said["columns"]:
        said = {**said, "columns": {f"#{place}": field for place, field in enumerate(run.fields, 1)}}
    expect_names(spec, table, run.choices, said, memory)
    return from_document(spec, table, said, memory, lambda name: may_import(viewer, run.kind, name))


def _detail(viewer: Viewer, run: ImportRun) -> ImportDetail:
    job = job_of(run)
    left = kept_of(run, viewer, SHOWN) if run.state == RunState.UNDONE else []
    columns: list[ColumnOut] = []
    sure = None
    if run.state == RunState.UPLOADED:
        table, lines = column_lines(run, viewer)
        sure = table.header_sure
        columns = [
            ColumnOut(column=called(table.header, line.number), samples=line.samples, field=line.field or None)
            for line in lines
        ]
    elif run.fields:
        columns = [
            ColumnOut(column=called(run.header, place), samples=[], field=field)
            for place, field in enumerate(run.fields)
        ]
    questions = run.questions if run.state == RunState.ASKING else []
    return ImportDetail(
        **ImportOut.model_validate(run).model_dump(),
        done=job.done if job else 0,
        total=job.total if job else None,
        fault=run.fault,
        header_sure=sure,
        columns=columns,
        questions=[
            QuestionOut(
                column=called(run.header, each["column"]), question=each["question"], examples=each["examples"],
                options=dict(each["options"]),
            )
            for each in questions
        ],
        has_errors=bool(run.error_name),
        left=[KeptOut(**each.as_json()) for each in left],
    )  # fmt: skip
