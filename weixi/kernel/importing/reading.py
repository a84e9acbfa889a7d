"""Open a file of any readable kind as one table: a header and rows that know their place in the source."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from weixi.kernel.importing.cells import Cell, cell_text, is_blank
from weixi.kernel.importing.delimited import BLANKS, find_delimiter, is_figure, read_delimited
from weixi.kernel.importing.errors import FileRefused
from weixi.kernel.importing.layout import LOOK_AHEAD, Layout, find_layout, folded, skip_reason
from weixi.kernel.importing.limits import DEFAULT_LIMITS, Limits
from weixi.kernel.importing.markup import find_tables, read_tables
from weixi.kernel.importing.neutral import restored
from weixi.kernel.importing.rows import Merge, RawRow
from weixi.kernel.importing.sniffing import FileKind, sniff_binary, sniff_text, text_encoding
from weixi.kernel.importing.text_encoding import Encoding
from weixi.kernel.importing.wording import Said, say, shown
from weixi.kernel.importing.wording import gettext_noop as _
from weixi.kernel.importing.workbook import SheetInfo, Workbook, open_compound, open_package

# Names of the column that an error file adds; a column of such a name is never data.
REASONS_HEADERS = ("未导入原因", "Reasons not imported")
# Sheets that explain a table to whoever fills it in.
NOTES_SHEETS = ("说明", "Notes")
_NOTES = frozenset(map(folded, (*NOTES_SHEETS, "填写说明", "使用说明", "导入说明", "Instructions", "Readme")))
_OVERFLOW = _("This row has %(found)s cells, but the table has %(expected)s columns.")


@dataclass(slots=True)
class SourceRow:
    """One row below the header.

    `number`   row of the sheet or record of the text, from 1, header and titles counted
    `line`     physical line of a text file where it starts, else None
    `cells`    as many as the table has columns; of a row that is too long all of them, so that nothing is
    lost
    `skipped`  a `SkipReason` code: the row is no record (blank, total, repeated header, footer)
    `fault`    why the row cannot be trusted as a whole; it must be rejected with this reason
    """

    number: int
    line: int | None
    cells: tuple[Cell, ...]
    skipped: str | None = None
    fault: Said | None = None


@dataclass(frozen=True)
class Table:
    """A table in a file. `rows()` may be called again and again; each call reads the file anew, streaming.

    `header` has one name per column ("" for none; a two-row header as `group / name`, its parts in
    `header_parts`);
    `sheet` is the one read, `sheets` all of them; `encoding` and `delimiter` are None for workbooks.
    `header_sure` is False when no row looks like a header: ask before relying on it.
    """

    path: Path
    kind: FileKind
    header: tuple[str, ...]
    header_parts: tuple[tuple[str, ...], ...]
    header_rows: tuple[int, ...]
    header_sure: bool
    title_rows: tuple[int, ...]
    titles: tuple[str, ...]
    encoding: Encoding | None
    delimiter: str | None
    sheet: str | None
    sheets: tuple[SheetInfo, ...]
    _source: Callable[[], Iterator[RawRow]] = field(repr=False)
    _filled_down: dict[int, list[tuple[int, Merge]]] = field(default_factory=dict, repr=False)
    # Some programs leave out empty cells at the end of a line. Where most lines are complete, a short one is
    # broken.
    _short_rows: bool = field(default=True, repr=False)
    _reasons: int | None = field(default=None, repr=False)

    def rows(self) -> Iterator[SourceRow]:
        """Rows below the header in file order, skipped ones included (marked); trailing blank rows left out.

        Raises FileRefused when a cap is met or the file turns out damaged on the way.
        """
        last = self.header_rows[-1] if self.header_rows else 0
        reasons = self._reasons
        width = len(self.header)
        repeated = self._header_texts()
        carried: dict[int, Cell] = {}
        blanks: list[SourceRow] = []
        for row in self._source():
            if row.number <= last:
                continue
            cells = self._filled(row, carried) if self._filled_down else row.cells
            if reasons is not None:
                cells = cells[:reasons] + cells[reasons + 1 :]
            cells = _without_guards(cells)
            reason = skip_reason(cells, repeated) if row.fault is None else None
            found = len(cells)
            fault = row.fault
            if found < width:
                if found and fault is None and reason is None and not self._short_rows:
                    fault = say(_OVERFLOW, found=found, expected=width)
                cells += (None,) * (width - found)
            elif found > width:
                if all(is_blank(cell) for cell in cells[width:]):
                    cells = cells[:width]
                elif fault is None:
                    fault = say(_OVERFLOW, found=found, expected=width)
            made = SourceRow(row.number, row.line, cells, reason, fault)
            if reason == "blank":
                # Held back: blank rows at the end of a sheet are no rows at all.
                if len(blanks) < 10_000:
                    blanks.append(made)
                continue
            yield from blanks
            blanks.clear()
            yield made

    def _header_texts(self) -> frozenset[tuple[str, ...]]:
        whole = tuple(folded(parts[-1]) for parts in self.header_parts if parts)
        return frozenset({whole}) if len(whole) > 1 else frozenset()

    def _filled(self, row: RawRow, carried: dict[int, Cell]) -> tuple[Cell, ...]:
        """The row with the values of cells merged downwards into it."""
        cells = list(row.cells)
        for column, merge in self._filled_down.get(row.number, ()):
            if column >= len(cells):
                cells.extend([None] * (column + 1 - len(cells)))
            if row.number == merge.top:
                carried[column] = cells[column]
            elif is_blank(cells[column]):
                cells[column] = carried.get(column)
        return tuple(cells)


def _without_guards(cells: tuple[Cell, ...]) -> tuple[Cell, ...]:
    """Formula-like texts without the apostrophe that an export of ours put before them."""
    for cell in cells:
        if isinstance(cell, str) and cell.startswith("'"):
            return tuple(restored(each) if isinstance(each, str) else each for each in cells)
    return cells


@dataclass(frozen=True, slots=True)
class ReadChoices:
    """A person's answers about a file: which sheet, which row is the header, which encoding and separator."""

    sheet: str | None = None
    header_row: int | None = None
    encoding: str | None = None
    delimiter: str | None = None


def open_table(
    path: Path,
    choices: ReadChoices | None = None,
    *,
    limits: Limits = DEFAULT_LIMITS,
    known: Callable[[str], bool] | None = None,
) -> Table:
    """The table in the file at `path`, its kind told from its content.

    `known` says whether a text is a column name of the kind being imported; it helps to find the header row.
    Raises FileRefused with what is wrong, where, and the way out. Nothing is executed, followed or unpacked
    to disk.
    """
    asked = choices or ReadChoices()
    size = path.stat().st_size
    kind = sniff_binary(path)
    if kind is None:
        _check_size(size, limits.text_file_bytes)
        encoding = text_encoding(path, asked.encoding)
        if sniff_text(path, encoding) is FileKind.HTML:
            return _html_table(path, encoding, asked, limits, known)
        return _text_table(path, encoding, asked, limits, known)
    _check_size(size, limits.workbook_file_bytes)
    book = open_package(path, limits) if kind is FileKind.XLSX else open_compound(path, limits)
    return _sheet_table(book, kind, asked, limits, known)


def _check_size(size: int, most: int) -> None:
    if size > most:
        raise FileRefused(
            "too_large",
            say(_("The file is larger than %(limit)s MB."), limit=most // (1024 * 1024)),
            way_out=say(_("Split it into several files and import them one after another.")),
        )


def _text_table(
    path: Path, encoding: Encoding, asked: ReadChoices, limits: Limits, known: Callable[[str], bool] | None
) -> Table:
    delimiter = asked.delimiter or find_delimiter(path, encoding, limits)

    def source() -> Iterator[RawRow]:
        return read_delimited(path, encoding, delimiter, limits)

    first = _first(source)
    header_row = asked.header_row
    if delimiter == BLANKS and header_row is None and first and all(map(is_figure, first[0].cells)):
        header_row = 0
    layout = find_layout(first, (), header_row=header_row, known=known)
    kind = FileKind.TSV if delimiter == "\t" else FileKind.CSV
    return _table(
        path,
        kind,
        layout,
        source,
        encoding=encoding,
        delimiter=delimiter,
        short_rows=_short_rows_usual(first, layout),
    )


def _short_rows_usual(first: list[RawRow], layout: Layout) -> bool:
    below = [row for row in first if row.number > layout.header_rows[-1] and row.cells] if layout.header_rows else []
    return 4 * sum(len(row.cells) < len(layout.parts) for row in below) >= len(below) > 2


def _html_table(
    path: Path, encoding: Encoding, asked: ReadChoices, limits: Limits, known: Callable[[str], bool] | None
) -> Table:
    counts = find_tables(path, encoding, limits)
    names = tuple(SheetInfo(f"table {number + 1}", not count) for number, count in enumerate(counts))
    if asked.sheet is not None:
        chosen = [sheet.name for sheet in names].index(_chosen(names, asked.sheet))
    else:
        chosen = counts.index(max(counts))
    merges: list[Merge] = []
    for number, _row, spans in read_tables(path, encoding, limits):
        if number == chosen:
            merges.extend(spans)

    def source() -> Iterator[RawRow]:
        return (row for number, row, _merges in read_tables(path, encoding, limits) if number == chosen)

    layout = find_layout(_first(source), merges, header_row=asked.header_row, known=known)
    return _table(
        path,
        FileKind.HTML,
        layout,
        source,
        encoding=encoding,
        merges=merges,
        sheet=names[chosen].name,
        sheets=names,
    )


def _sheet_table(
    book: Workbook, kind: FileKind, asked: ReadChoices, limits: Limits, known: Callable[[str], bool] | None
) -> Table:
    name = _chosen(book.sheets, asked.sheet) if asked.sheet is not None else _best_sheet(book, limits)
    extent, merges = book.measure(name, limits)
    if kind is FileKind.XLS:
        merges = book.merges(name)

    def source() -> Iterator[RawRow]:
        return book.rows(name, extent)

    layout = find_layout(_first(source), merges, header_row=asked.header_row, known=known)
    return _table(book.path, kind, layout, source, merges=merges, sheet=name, sheets=book.sheets)


def _best_sheet(book: Workbook, limits: Limits) -> str:
    """The first visible sheet (none that only explains) with more than one used row, else the first visible one with anything in it.

    Raises FileRefused when only hidden sheets hold anything.
    """
    visible = [sheet.name for sheet in book.sheets if not sheet.hidden]
    visible = [name for name in visible if folded(name) not in _NOTES] or visible
    used: list[str] = []
    for name in visible:
        if len(visible) == 1:
            return name
        extent, _merges = book.measure(name, limits)
        if extent.last_row >= 1:
            return name
        if extent.last_row >= 0:
            used.append(name)
    if used or visible:
        return (used or visible)[0]
    raise FileRefused(
        "hidden_sheets",
        say(_("All sheets of this workbook are hidden.")),
        place=say(_("Sheets: %(names)s."), names=shown(", ".join(sheet.name for sheet in book.sheets), 200)),
        way_out=say(_("Choose one of them by name, or show it in the spreadsheet program and save again.")),
    )


def _chosen(sheets: tuple[SheetInfo, ...], asked: str) -> str:
    for sheet in sheets:
        if sheet.name == asked or folded(sheet.name) == folded(asked):
            return sheet.name
    raise FileRefused(
        "sheet_missing",
        say(_("There is no sheet called “%(sheet)s”."), sheet=shown(asked)),
        place=say(_("Sheets: %(names)s."), names=shown(", ".join(sheet.name for sheet in sheets), 200)),
        way_out=say(_("Choose one of the sheets of the file.")),
    )


def _first(source: Callable[[], Iterator[RawRow]]) -> list[RawRow]:
    return list(islice(source(), LOOK_AHEAD))


def _table(
    path: Path,
    kind: FileKind,
    layout: Layout,
    source: Callable[[], Iterator[RawRow]],
    *,
    encoding: Encoding | None = None,
    delimiter: str | None = None,
    merges: list[Merge] | None = None,
    sheet: str | None = None,
    sheets: tuple[SheetInfo, ...] = (),
    short_rows: bool = True,
) -> Table:
    if not layout.header_rows:
        raise FileRefused(
            "no_rows",
            say(_("There is nothing in the first %(rows)s rows."), rows=LOOK_AHEAD),
            place=None if sheet is None else say(_("Sheet “%(sheet)s”."), sheet=shown(sheet)),
            way_out=say(_("Choose a file with a row of column names and rows below it.")),
        )
    filled_down: dict[int, list[tuple[int, Merge]]] = {}
    for merge in merges or ():
        if merge.top <= layout.header_rows[-1] or merge.bottom == merge.top:
            continue
        for number in range(merge.top, min(merge.bottom, merge.top + 100_000) + 1):
            filled_down.setdefault(number, []).append((merge.left, merge))
    named = [folded(restored(name)) for name in layout.header]
    reasons = next((named.index(folded(name)) for name in REASONS_HEADERS if folded(name) in named), None)
    kept = [at for at in range(len(named)) if at != reasons]
    return Table(
        path=path,
        kind=kind,
        header=tuple(restored(layout.header[at]) for at in kept),
        header_parts=tuple(tuple(map(restored, layout.parts[at])) for at in kept),
        header_rows=layout.header_rows,
        header_sure=layout.sure,
        title_rows=layout.title_rows,
        titles=layout.titles,
        encoding=encoding,
        delimiter=delimiter,
        sheet=sheet,
        sheets=sheets,
        _source=source,
        _filled_down=filled_down,
        _short_rows=short_rows,
        _reasons=reasons,
    )


def sample_texts(table: Table, most: int = 200) -> list[list[str]]:
    """Up to `most` texts of each column from the first records, for suggestions."""
    columns: list[list[str]] = [[] for _name in table.header]
    for row in islice((row for row in table.rows() if row.skipped is None and row.fault is None), most):
        for column, cell in zip(columns, row.cells, strict=False):
            if not is_blank(cell):
                column.append(cell_text(cell))
    return columns
