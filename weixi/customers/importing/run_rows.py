"""The rows of a file that one figure of a run is made of, page by page: as they stand in the file, and what each became."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import takewhile
from typing import Any

from django.core.paginator import Page, Paginator
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from weixi.customers.importing.models import ImportPart, ImportRun
from weixi.customers.importing.refused_rows import rows_with_reason
from weixi.customers.importing.rows import Act
from weixi.customers.importing.runs import open_source
from weixi.customers.queries import visible_customers
from weixi.kernel.errors import NotFound, WeixiError
from weixi.kernel.importing.cells import cell_text
from weixi.kernel.importing.layout import SkipReason
from weixi.kernel.importing.reading import SourceRow, Table
from weixi.kernel.one_of import one_of
from weixi.kernel.slices import registry
from weixi.organisation.scope import Viewer

PER_PAGE = 50
COLUMNS = 5
LONGEST = 60
# A file is read from its beginning: rows behind this one are told by their number alone.
READ_TO = 20_000
# What an address calls it: the letter of the plan, the figure of a run and of its parts, and its title.
FIGURES: dict[str, tuple[Act, str, Any]] = {
    "new": (Act.CREATE, "created", gettext_lazy("New")),
    "changed": (Act.UPDATE, "updated", gettext_lazy("Changed")),
    "same": (Act.SAME, "unchanged", gettext_lazy("Unchanged")),
    "rejected": (Act.REJECT, "rejected", gettext_lazy("Rejected")),
    "skipped": (Act.SKIP, "skipped", gettext_lazy("Skipped")),
}


@dataclass(frozen=True, slots=True)
class RunRow:
    """One row of the file; `name` and `url` are of the customer it stands for, as far as the viewer sees it."""

    number: int
    cells: Sequence[str]
    why: str
    name: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class RowsPage:
    """`page` counts the rows of the figure; `header` names the columns that are shown."""

    title: str
    page: Any
    header: Sequence[str]
    rows: Sequence[RunRow]
    read: bool


def rows_page(run: ImportRun, viewer: Viewer, figure: str, number: Any, reason: str = "") -> RowsPage:
    """A page of the rows behind one figure; `reason` (`refused_rows.key_of`) leaves the rejected rows that have it.
    Raises NotFound for a figure there is none of."""
    if figure not in FIGURES:
        raise NotFound(_("An import has no such figure."))
    act, column, title = FIGURES[figure]
    page: Any
    entries: list[tuple[int, int | None, str]]
    if reason and act == Act.REJECT:
        page = Paginator(rows_with_reason(run, reason), PER_PAGE).get_page(number)
        entries = [(row, None, why) for row, why in page]
    else:
        page, entries = _of_figure(run, act, column, number)
    stood = _as_in_the_file(run, {row for row, _target, _why in entries})
    header, cells = stood or ((), {})
    customers = _customers(run, viewer, [target for _row, target, _why in entries if target])
    rows = []
    for row, target, why in entries:
        texts, skipped = cells.get(row, ((), ""))
        name, url = customers.get(target or 0, ("", ""))
        rows.append(RunRow(row, texts, why or skipped, name, url))
    return RowsPage(str(title), page, header, rows, bool(cells) or not entries)


def _of_figure(
    run: ImportRun, act: Act, column: str, number: Any
) -> tuple[Page[int], list[tuple[int, int | None, str]]]:
    """The page of a figure's rows, and (row, target, why) of those on it."""
    # Uses index: import_part_once. A light row for some hundred rows of the file.
    sizes = list(ImportPart.objects.filter(run=run, **{f"{column}__gt": 0}).order_by("seq").values_list("pk", column))
    page = Paginator(range(sum(size for _pk, size in sizes)), PER_PAGE).get_page(number)
    start = max(0, page.start_index() - 1)
    return page, _entries(sizes, act, start, start + PER_PAGE)


def _entries(sizes: Sequence[tuple[int, int]], act: Act, start: int, end: int) -> list[tuple[int, int | None, str]]:
    """(row, target, why) of the figure's rows from `start` up to `end`, counted over the parts."""
    wanted, before, first = [], 0, None
    for pk, size in sizes:
        if before < end and before + size > start:
            first = before if first is None else first
            wanted.append(pk)
        before += size
    found: list[tuple[int, int | None, str]] = []
    for part in ImportPart.objects.filter(pk__in=wanted).order_by("seq"):
        reasons: Mapping[str, list[str]] = part.reasons
        for row, what, target, _digest in part.plan:
            if what == act:
                found.append((row, target, " ".join(reasons.get(str(row), ()))))
    begin = start - (first or 0)
    return found[begin : begin + end - start]


def _as_in_the_file(run: ImportRun, rows: set[int]) -> tuple[Sequence[str], dict[int, tuple[list[str], str]]] | None:
    """The names of the first columns that say something, and by row its texts and why it was skipped; None when the
    file is gone, or too long to be read up to there."""
    if not rows or max(rows) > READ_TO or not run.source.is_file():
        return None
    try:
        table = open_source(registry.imports[run.kind].spec, run.source, run.choices)
        last = max(rows)
        stood = [each for each in takewhile(lambda each: each.number <= last, table.rows()) if each.number in rows]
    except WeixiError:
        return None
    columns = _telling(table, stood)
    names = [table.header[column] or _("column %(number)d") % {"number": column + 1} for column in columns]
    return names, {each.number: (_texts(each, columns), _skipped(each)) for each in stood}


def _telling(table: Table, rows: Sequence[SourceRow]) -> list[int]:
    """The first columns in which one of these rows has something."""
    filled = [
        column
        for column in range(len(table.header))
        if any(column < len(row.cells) and cell_text(row.cells[column]).strip() for row in rows)
    ]
    return filled[:COLUMNS]


def _texts(row: SourceRow, columns: Sequence[int]) -> list[str]:
    return [cell_text(row.cells[column])[:LONGEST] if column < len(row.cells) else "" for column in columns]


def _skipped(row: SourceRow) -> str:
    return {
        SkipReason.BLANK: _("An empty row"), SkipReason.TOTAL: _("A row of totals"),
        SkipReason.REPEATED_HEADER: _("The column names once more"), SkipReason.FOOTER: _("A note below the table"),
    }.get(row.skipped or "", "")  # fmt: skip


def _customers(run: ImportRun, viewer: Viewer, ids: Sequence[int]) -> dict[int, tuple[str, str]]:
    if run.kind != "customers" or not ids:
        return {}
    seen = visible_customers(viewer).filter(one_of("pk", ids)).values_list("pk", "name", "number")
    return {pk: (f"{name} {number}", reverse("customer", args=[pk])) for pk, name, number in seen}
