"""The error file: refused rows with their original columns in their order, and one column saying why.

It can be corrected and imported as it is: the reader leaves the column of reasons out.
"""

from __future__ import annotations

import csv
from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path
from types import TracebackType
from typing import Protocol, TextIO

from weixi.kernel.importing.cells import Cell, cell_text
from weixi.kernel.importing.delimited import BLANKS
from weixi.kernel.importing.neutral import guarded, neutral
from weixi.kernel.importing.reading import REASONS_HEADERS, SourceRow, Table
from weixi.kernel.importing.sniffing import FileKind
from weixi.kernel.importing.text_encoding import Encoding

_UNICODE = frozenset({"utf-8", "gb18030", "utf-16-le", "utf-16-be"})
_WITH_MARK = Encoding("utf-8", b"\xef\xbb\xbf")
_TSV_OR_CSV = {FileKind.TSV: ".tsv", FileKind.CSV: ".csv", FileKind.HTML: ".csv"}


class _Sheet(Protocol):
    """What is used of a worksheet of XlsxWriter."""

    def write_string(self, row: int, col: int, string: str, cell_format: object = ...) -> int: ...
    def write_number(self, row: int, col: int, number: float, cell_format: object = ...) -> int: ...
    def write_boolean(self, row: int, col: int, boolean: bool, cell_format: object = ...) -> int: ...
    def write_datetime(self, row: int, col: int, date: date, cell_format: object = ...) -> int: ...


class ErrorFile:
    """Refused rows being written; use as a context manager. `count` rows stand in `path` once it is
    closed.
    """

    path: Path
    count: int = 0

    def add(self, row: SourceRow, reasons: Sequence[str]) -> None:
        """One refused row; cells beyond the table's columns follow behind the reasons, so that none is
        lost.
        """
        raise RuntimeError("open_error_file gives the writer that fits the table")

    def close(self) -> None:
        """Finish the file. Nothing may be added afterwards."""

    def __enter__(self) -> ErrorFile:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def open_error_file(folder: Path, stem: str, table: Table, *, reasons_header: str = REASONS_HEADERS[0]) -> ErrorFile:
    """A new error file for rows of `table`, in its own form: CSV in the source's encoding and separator, or
    .xlsx.

    Encodings that cannot hold the reasons become UTF-8 with a mark; .xls becomes .xlsx. `reasons_header`
    must be one of `REASONS_HEADERS`, or the file could not be imported again. An existing file is
    overwritten.
    """
    if reasons_header not in REASONS_HEADERS:
        raise ValueError(f"{reasons_header!r} would be read as a column of data")
    if table.kind in _TSV_OR_CSV:
        return _TextErrors(folder / f"{stem}{_TSV_OR_CSV[table.kind]}", table, reasons_header)
    return _SheetErrors(folder / f"{stem}.xlsx", table, reasons_header)


def _arranged(row: SourceRow, width: int) -> tuple[tuple[Cell, ...], tuple[Cell, ...]]:
    cells = row.cells[:width] + (None,) * (width - len(row.cells))
    return cells, row.cells[width:]


class _TextErrors(ErrorFile):
    def __init__(self, path: Path, table: Table, reasons_header: str) -> None:
        self.path = path
        self._width = len(table.header)
        source = table.encoding
        encoding = source if source is not None and source.codec in _UNICODE else _WITH_MARK
        with path.open("wb") as stream:
            stream.write(encoding.mark)
        self._stream: TextIO = path.open("a", encoding=encoding.codec, newline="")
        self._writer = csv.writer(
            self._stream, delimiter=(table.delimiter or "").strip(BLANKS) or ",", lineterminator="\r\n"
        )
        self._writer.writerow([*map(neutral, table.header), reasons_header])

    def add(self, row: SourceRow, reasons: Sequence[str]) -> None:
        cells, beyond = _arranged(row, self._width)
        texts = [neutral(cell_text(cell)) for cell in cells]
        self._writer.writerow([*texts, neutral(" ".join(reasons)), *(neutral(cell_text(cell)) for cell in beyond)])
        self.count += 1

    def close(self) -> None:
        self._stream.close()


class _SheetErrors(ErrorFile):
    def __init__(self, path: Path, table: Table, reasons_header: str) -> None:
        # Loaded where a workbook is written: every process would carry its 20 MB.
        import xlsxwriter  # noqa: PLC0415

        self.path = path
        self._width = len(table.header)
        # constant_memory writes each row out as soon as the next begins.
        self._book = xlsxwriter.Workbook(
            str(path), {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
        )
        self._sheet: _Sheet = self._book.add_worksheet()
        # The quote mark keeps a text a text when somebody edits the cell.
        self._text = self._book.add_format({"quote_prefix": True})
        self._day = self._book.add_format({"num_format": "yyyy-mm-dd"})
        self._moment = self._book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})
        for column, name in enumerate((*table.header, reasons_header)):
            self._sheet.write_string(0, column, guarded(name), self._text)

    def add(self, row: SourceRow, reasons: Sequence[str]) -> None:
        self.count += 1
        cells, beyond = _arranged(row, self._width)
        for column, cell in enumerate((*cells, " ".join(reasons), *beyond)):
            self._put(column, cell)

    def _put(self, column: int, cell: Cell) -> None:
        if cell is None:
            return
        if isinstance(cell, bool):
            self._sheet.write_boolean(self.count, column, cell)
        elif isinstance(cell, int | float):
            self._sheet.write_number(self.count, column, cell)
        elif isinstance(cell, date) and cell.year >= 1900:
            plain = cell.replace(tzinfo=None) if isinstance(cell, datetime) else cell
            style = self._moment if isinstance(cell, datetime) else self._day
            self._sheet.write_datetime(self.count, column, plain, style)
        else:
            self._sheet.write_string(self.count, column, guarded(cell_text(cell)), self._text)

    def close(self) -> None:
        self._book.close()
