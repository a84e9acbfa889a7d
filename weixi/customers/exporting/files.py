"""Writing an export: xlsx or CSV, row by row, with the mark of who took it in every row, if there is one.

Text that begins like a formula stays text: in a workbook as a typed text cell, in CSV behind an apostrophe that
the importer takes off again.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.http import FileResponse
from django.utils.translation import gettext as _

from weixi.customers.exporting.models import ExportRun
from weixi.customers.exporting.rows import Row
from weixi.kernel.errors import Invalid
from weixi.kernel.importing.neutral import guarded, neutral
from weixi.kernel.os_words import os_reason

TYPES = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv; charset=utf-8",
}
ROWS_PER_SHEET = 1_000_000
_OPTIONS = {
    "constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False,
}  # fmt: skip


def write(
    path: Path, kind: str, head: Sequence[str], portions: Iterable[Iterator[Row]], mark: str, *, title: str = ""
) -> int:
    """Write the file whole or not at all; returns how many rows it has. Raises Invalid when the disk is full.
    `title` names the sheet of a workbook; where the rows need several, they are numbered."""
    half = path.with_suffix(".part")
    heads = [*head, *([_("Export mark")] if mark else [])]
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        number = _csv(half, heads, portions, mark) if kind == "csv" else _xlsx(half, heads, portions, mark, title)
        half.chmod(0o600)
        half.replace(path)
    except OSError as error:
        half.unlink(missing_ok=True)
        raise Invalid(
            _("The file cannot be kept: %(reason)s. Make room and try again.") % {"reason": os_reason(error)},
            code="export.disk",
        ) from None
    except BaseException:
        half.unlink(missing_ok=True)
        raise
    return number


def answer_of(run: ExportRun) -> FileResponse:
    """The file of an export as a download."""
    name = f"{run.number}-{run.kind}.{run.format}"
    return FileResponse(run.path.open("rb"), as_attachment=True, filename=name, content_type=TYPES[run.format])


def _csv(path: Path, head: Sequence[str], portions: Iterable[Iterator[Row]], mark: str) -> int:
    number = 0
    with path.open("w", encoding="utf-8-sig", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\r\n")
        writer.writerow([neutral(text) for text in head])
        for rows in portions:
            for row in rows:
                writer.writerow([*(_text(cell) for cell in row), *([mark] if mark else [])])
                number += 1
    return number


def _text(cell: Any) -> str:
    if cell is None:
        return ""
    if isinstance(cell, datetime):
        return cell.isoformat(sep=" ")
    if isinstance(cell, date):
        return cell.isoformat()
    # A number is no text that somebody typed: a minus before it is no formula.
    return f"{cell:f}" if isinstance(cell, Decimal) else str(cell) if isinstance(cell, int) else neutral(cell)


def _xlsx(path: Path, head: Sequence[str], portions: Iterable[Iterator[Row]], mark: str, title: str) -> int:
    # Loaded where a workbook is written: every process would carry its 20 MB.
    import xlsxwriter  # noqa: PLC0415

    with xlsxwriter.Workbook(str(path), _OPTIONS) as book:
        if mark:
            book.set_properties({"comments": mark, "title": mark})
        bold = book.add_format({"bold": True, "bottom": 1})
        money = book.add_format({"num_format": "#,##0.00"})
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        moment = book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})
        number, sheet, place = 0, None, ROWS_PER_SHEET
        for rows in portions:
            for row in rows:
                if place >= ROWS_PER_SHEET:
                    sheet, place = _sheet(book, head, bold, mark, title), 0
                place += 1
                _fill(sheet, place, row, mark, money, day, moment)
                number += 1
        if sheet is None:
            _sheet(book, head, bold, mark, title)
    return number


def _sheet(book: Any, head: Sequence[str], bold: Any, mark: str, title: str) -> Any:
    earlier = len(book.worksheets())
    sheet = book.add_worksheet(f"{title[:25]} {earlier + 1}" if title and earlier else title[:31] or None)
    sheet.freeze_panes(1, 2)
    if mark:
        sheet.set_header(f"&L{plain_header(mark)}")
    sheet.set_footer("&C&P / &N")
    for place, text in enumerate(head):
        sheet.set_column(place, place, 28 if place == 1 else 14)
        sheet.write_string(0, place, guarded(text), bold)
    return sheet


def plain_header(mark: str) -> str:
    """A header's text: `&` begins a code there."""
    return mark.replace("&", "&&")[:200]


def _fill(sheet: Any, place: int, row: Row, mark: str, money: Any, day: Any, moment: Any) -> None:
    for column, cell in enumerate([*row, mark]):
        if cell is None or cell == "":
            continue
        if isinstance(cell, date):
            sheet.write_datetime(place, column, cell, moment if isinstance(cell, datetime) else day)
        elif isinstance(cell, Decimal):
            sheet.write_number(place, column, float(cell), money)
        elif isinstance(cell, int):
            sheet.write_number(place, column, cell)
        else:
            sheet.write_string(place, column, guarded(cell))
