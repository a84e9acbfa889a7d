"""What the pages of the importer show: one's own runs, their columns, their plan."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from django.db.models import QuerySet
from django.http import FileResponse
from django.utils.translation import gettext as _

from weixi.customers.importing.mapping import remembered, suggested
from weixi.customers.importing.models import ImportPart, ImportRun, RunState
from weixi.customers.importing.rights import may_import
from weixi.customers.importing.rows import Act
from weixi.customers.importing.runs import open_source
from weixi.customers.models import Customer
from weixi.customers.queries import visible_customers
from weixi.kernel.errors import NotFound
from weixi.kernel.importing.reading import Table, sample_texts
from weixi.kernel.jobs.models import Job
from weixi.kernel.slices import ImportKind, registry
from weixi.organisation.enums import Right
from weixi.organisation.scope import Viewer

SHOWN_CUSTOMERS = 12
SAMPLES = 3


def kinds_for(viewer: Viewer) -> list[ImportKind]:
    """The kinds this person may import."""
    if not viewer.may(Right.CUSTOMERS_IMPORT):
        return []
    return [kind for kind in registry.imports.values() if viewer.may(kind.right)]


def runs_for(viewer: Viewer) -> QuerySet[ImportRun]:
    """One's own imports; for who manages the installation everybody's. A file is nobody else's business."""
    rows = ImportRun.objects.select_related("created_by")
    return rows if viewer.may(Right.SYSTEM_MANAGE) else rows.filter(created_by=viewer.user)


def get_run_for(viewer: Viewer, pk: int) -> ImportRun:
    """One import. Raises NotFound for somebody else's as for a missing one."""
    viewer.require(Right.CUSTOMERS_IMPORT)
    run = runs_for(viewer).filter(pk=pk).first()
    if run is None:
        raise NotFound(_("There is no such import among yours."))
    return run


@dataclass(frozen=True, slots=True)
class ColumnLine:
    """One column on the page where columns are matched."""

    number: int
    header: str
    samples: list[str]
    field: str | None
    why: str
    doubt: str
    state: str


def column_lines(run: ImportRun, viewer: Viewer) -> tuple[Table, list[ColumnLine]]:
    """The columns with what they are taken for; what a person chose for this run stands first."""
    spec = registry.imports[run.kind].spec
    table = open_source(spec, run.source, run.choices)
    memory = remembered(viewer, run.kind, table.header)
    texts = sample_texts(table, 50)
    lines = []
    for made in suggested(spec, table, memory):
        barred = made.field is not None and not may_import(viewer, run.kind, made.field)
        chosen = run.fields[made.column] if run.fields else None if barred else made.field
        samples = [text[:40] for text in dict.fromkeys(texts[made.column])][:SAMPLES]
        state = made.state if chosen == made.field else "mapped" if chosen else "unknown"
        lines.append(
            ColumnLine(
                made.column,
                made.header,
                samples,
                chosen,
                _("Your role does not change this field.") if barred else made.reason.render(_),
                made.doubt.render(_) if made.doubt is not None and chosen == made.field else "",
                state,
            )
        )
    return table, lines


def remembered_answers(run: ImportRun, viewer: Viewer) -> dict[int, str]:
    """What was answered about columns of the same name before, by column."""
    memory = remembered(viewer, run.kind, run.header)
    return {column: answer for column, name in enumerate(run.header) if (answer := memory.answer_for(name))}


def job_of(run: ImportRun) -> Job | None:
    return Job.objects.filter(pk=run.job_id).first() if run.job_id else None


def customers_of(run: ImportRun, viewer: Viewer) -> Sequence[Customer]:
    """Some of the customers that a finished import of customers has made or changed."""
    if run.kind != "customers" or run.state != RunState.DONE:
        return []
    ids: list[int] = []
    for part in ImportPart.objects.filter(run=run).exclude(created=0, updated=0).order_by("seq")[:5]:
        taken: Any = (entry[2] for entry in part.plan if entry[1] in (Act.CREATE, Act.UPDATE) and entry[2])
        ids += islice(taken, SHOWN_CUSTOMERS - len(ids))
        if len(ids) >= SHOWN_CUSTOMERS:
            break
    return list(visible_customers(viewer).filter(pk__in=ids))


def error_file_of(run: ImportRun) -> FileResponse:
    """The rejected rows as a file to be saved. Raises NotFound when none was rejected."""
    if run.error_file is None or not run.error_file.is_file():
        raise NotFound(_("This import has no error file."))
    stem = run.file_name.rpartition(".")[0] or run.file_name
    name = _("%(name)s - not imported") % {"name": stem} + run.error_file.suffix
    return FileResponse(
        run.error_file.open("rb"), as_attachment=True, filename=name, content_type="application/octet-stream"
    )
