"""Workbooks (.xlsx and old .xls) as rows. Cells come from calamine, after the checks that make opening
safe.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from python_calamine import CalamineError, CalamineWorkbook, PasswordError, SheetTypeEnum, SheetVisibleEnum

from weixi.kernel.importing.biff_scan import BiffContents, scan_biff
from weixi.kernel.importing.cells import Cell, CellError, tidy
from weixi.kernel.importing.compound import BrokenCompound, CompoundFile
from weixi.kernel.importing.errors import FileRefused
from weixi.kernel.importing.extent import SheetExtent
from weixi.kernel.importing.limits import Limits
from weixi.kernel.importing.package_check import (
    SAVE_PLAIN,
    PackageSheet,
    broken_workbook,
    check_package,
    external_found,
    macros_found,
    part_chunks,
    password_needed,
)
from weixi.kernel.importing.rows import Merge, RawRow
from weixi.kernel.importing.sheet_scan import scan_sheet
from weixi.kernel.importing.wording import gettext_noop as _
from weixi.kernel.importing.wording import say, shown

Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class SheetInfo:
    """One worksheet of a workbook, or one table of an HTML file."""

    name: str
    hidden: bool


@dataclass(frozen=True)
class Workbook:
    """A checked workbook: its worksheets in order and what is needed to read one of them."""

    path: Path
    sheets: tuple[SheetInfo, ...]
    _parts: tuple[PackageSheet, ...] = ()
    _records: BiffContents | None = None
    _numbers: tuple[int, ...] = ()

    def measure(self, name: str, limits: Limits) -> tuple[SheetExtent, list[Merge]]:
        """Extent, error cells and (for .xlsx) merged cells of a sheet. Raises FileRefused beyond the
        limits.
        """
        extent, merges = SheetExtent(), list[Merge]()
        if self._records is not None:
            number = self._numbers[[sheet.name for sheet in self.sheets].index(name)]
            if number < len(self._records.positions):
                extent = self._records.sheets.get(self._records.positions[number], extent)
        else:
            part = next((sheet.part for sheet in self._parts if sheet.name == name), "")
            if not part:
                raise broken_workbook(name)
            extent, merges = scan_sheet(part_chunks(self.path, part), part)
        extent.check(limits, shown(name))
        return extent, merges

    def rows(self, name: str, extent: SheetExtent) -> Iterator[RawRow]:
        """Rows of a sheet from its first row, blank ones included, columns from column A."""
        with _opened(self.path) as book:
            sheet = _guard(lambda: book.get_sheet_by_name(name), name)
            offset = sheet.start[1] if sheet.start else 0
            before: tuple[Cell, ...] = (None,) * offset
            wrong_rows = {row for row, _column in extent.errors}
            source = sheet.iter_rows()
            number = 0
            while (values := _guard(lambda: next(source, None), name)) is not None:
                cells = before + tuple(tidy(value) for value in values)
                if number in wrong_rows:
                    cells = _with_errors(cells, number, extent)
                number += 1
                yield RawRow(number, cells)

    def merges(self, name: str) -> list[Merge]:
        """Merged cells of a sheet of an old .xls (an .xlsx gives them with `measure`)."""
        with _opened(self.path) as book:
            ranges = _guard(lambda: book.get_sheet_by_name(name).merged_cell_ranges, name) or []
        return [Merge(top + 1, left, bottom + 1, right) for (top, left), (bottom, right) in ranges]


def _with_errors(cells: tuple[Cell, ...], row: int, extent: SheetExtent) -> tuple[Cell, ...]:
    marked = list(cells)
    for column in range(extent.last_column + 1):
        text = extent.errors.get((row, column))
        if text is None:
            continue
        marked.extend([None] * (column + 1 - len(marked)))
        marked[column] = CellError(text)
    return tuple(marked)


def open_package(path: Path, limits: Limits) -> Workbook:
    """An .xlsx after every check of `package_check`."""
    parts = check_package(path, limits)
    return _listed(path, parts=tuple(parts), records=None)


def open_compound(path: Path, limits: Limits) -> Workbook:
    """An old .xls. Raises FileRefused: password, macros, external_links, wrong_type, broken."""
    try:
        container = CompoundFile(path)
        names = {name.lower() for name in container.names()}
        stream = container.stream("Workbook") or container.stream("Book")
    except BrokenCompound as fault:
        raise broken_workbook() from fault
    if "encryptedpackage" in names:
        raise password_needed()
    if stream is None:
        raise FileRefused(
            "wrong_type",
            say(_("This is an old Office file, but not a workbook.")),
            way_out=say(SAVE_PLAIN),
        )
    records = scan_biff(stream)
    if records.encrypted:
        raise password_needed()
    if "_vba_project_cur" in names or records.macro_sheets:
        raise macros_found()
    if records.external_links:
        raise external_found()
    if records.absurd:
        raise broken_workbook()
    for extent in records.sheets.values():
        extent.check(limits, "")
    return _listed(path, parts=(), records=records)


def _listed(path: Path, *, parts: tuple[PackageSheet, ...], records: BiffContents | None) -> Workbook:
    with _opened(path) as book:
        every = _guard(lambda: list(book.sheets_metadata), "")
    kept = [(number, sheet) for number, sheet in enumerate(every) if sheet.typ == SheetTypeEnum.WorkSheet]
    if not kept:
        raise FileRefused("no_sheet", say(_("The workbook has no sheet with cells.")), way_out=say(SAVE_PLAIN))
    sheets = tuple(SheetInfo(sheet.name, sheet.visible != SheetVisibleEnum.Visible) for _number, sheet in kept)
    return Workbook(path, sheets, parts, records, tuple(number for number, _sheet in kept))


@contextmanager
def _opened(path: Path) -> Iterator[CalamineWorkbook]:
    # Given a path, the reader would believe its ending; given a stream, it looks at the content.
    with path.open("rb") as stream, _guard(lambda: CalamineWorkbook.from_filelike(stream), "") as book:
        yield book


def _guard(call: Callable[[], Result], sheet: str) -> Result:
    """Run a call into the cell reader; whatever it stumbles over is a damaged workbook to the person."""
    try:
        return call()
    except PasswordError as fault:
        raise password_needed() from fault
    except (CalamineError, OSError, ValueError, OverflowError) as fault:
        raise broken_workbook(sheet or None) from fault
    except BaseException as fault:
        # A panic in the reader's native code arrives as a BaseException of its own class.
        if type(fault).__name__ != "PanicException":
            raise
        raise broken_workbook(sheet or None) from fault
