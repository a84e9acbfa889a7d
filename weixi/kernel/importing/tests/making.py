"""Files made for the tests: small, each with one peculiarity."""

from __future__ import annotations

import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import xlsxwriter

from weixi.kernel.importing.cells import Cell
from weixi.kernel.importing.reading import ReadChoices, Table, open_table

PEOPLE = "编号,名称,电话\n1,甲公司,13800138000\n2,乙公司,13800138001\n"


def text_file(folder: Path, content: str | bytes, encoding: str = "utf-8", name: str = "f.csv") -> Path:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode(encoding))
    return path


def xlsx(folder: Path, fill: Callable[[Any, Any], None], options: dict[str, Any] | None = None) -> Path:
    """A workbook whose first sheet `fill(book, sheet)` writes."""
    path = folder / "f.xlsx"
    book = xlsxwriter.Workbook(str(path), options or {})
    fill(book, book.add_worksheet("客户"))
    book.close()
    return path


def simple_xlsx(folder: Path, *rows: tuple[Any, ...]) -> Path:
    def fill(_book: Any, sheet: Any) -> None:
        for number, row in enumerate(rows):
            sheet.write_row(number, 0, row)

    return xlsx(folder, fill)


def with_parts(path: Path, parts: dict[str, bytes], drop: tuple[str, ...] = ()) -> Path:
    """A copy of a package with some parts replaced, added or dropped."""
    copy = path.with_name("changed.xlsx")
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(copy, "w", zipfile.ZIP_DEFLATED) as new:
        for entry in old.infolist():
            if entry.filename not in parts and entry.filename not in drop:
                new.writestr(entry.filename, old.read(entry))
        for name, content in parts.items():
            new.writestr(name, content)
    shutil.move(copy, path)
    return path


def cells_of(path: Path, choices: ReadChoices | None = None) -> list[tuple[Cell, ...]]:
    """Cells of the rows that are records."""
    return [row.cells for row in open_table(path, choices).rows() if row.skipped is None]


def skipped_of(table: Table) -> list[tuple[int, str]]:
    return [(row.number, row.skipped) for row in table.rows() if row.skipped is not None]
