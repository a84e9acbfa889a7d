"""HTML tables, as many bookkeeping programs save them under the name .xls.

Streamed through the standard parser; nothing is loaded, run or rendered. Spreadsheet programs put the exact
number into `x:num`, which is taken instead of the displayed `1.38E+10`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

from weixi.kernel.importing.delimited import open_text
from weixi.kernel.importing.errors import FileRefused
from weixi.kernel.importing.limits import Limits
from weixi.kernel.importing.rows import Merge, RawRow
from weixi.kernel.importing.text_encoding import Encoding
from weixi.kernel.importing.wording import Said, say
from weixi.kernel.importing.wording import gettext_noop as _

CHUNK = 1 << 16
# An element may be this long before it closes; its parser rescans what is pending on every piece.
PENDING = 1 << 18
# A "<" that opens nothing is text; written so, the parser does not stop at each of them.
_NO_TAG = re.compile(r"<(?![a-zA-Z/!?])")
_SILENT = frozenset({"script", "style", "head", "title", "template", "noscript"})


def read_tables(path: Path, encoding: Encoding, limits: Limits) -> Iterator[tuple[int, RawRow, list[Merge]]]:
    """(table number from 0, row, merged cells that start in it) for each row of each table, in file order.

    Tables are numbered where they open; rows of a table count from 1. A cell spanning several columns or
    rows keeps its text in its first place.
    """
    parser = _TableParser(limits)
    with open_text(path, encoding) as text:
        while chunk := text.read(CHUNK):
            if chunk.endswith("<"):
                chunk += text.read(1)
            parser.feed(_NO_TAG.sub("&lt;", chunk))
            if len(parser.rawdata) > PENDING:
                raise _not_a_table()
            yield from parser.take()
    # An end tag instead of the parser's close(), which takes quadratic time over constructs that never end.
    parser.feed("</table>")
    parser.finish()
    yield from parser.take()


def find_tables(path: Path, encoding: Encoding, limits: Limits) -> list[int]:
    """Rows with content of each table. Raises FileRefused when there is none."""
    counts: list[int] = []
    for table, row, _merges in read_tables(path, encoding, limits):
        counts.extend([0] * (table + 1 - len(counts)))
        counts[table] += any(cell is not None for cell in row.cells)
    if not any(counts):
        raise _not_a_table()
    return counts


def _not_a_table() -> FileRefused:
    return FileRefused(
        "no_table",
        say(_("This is a web page without a table of rows.")),
        way_out=say(_("Open it in a spreadsheet program and save the table as .xlsx or CSV UTF-8.")),
    )


class _Open:
    """A table that is being read; a nested table goes on a stack above it."""

    __slots__ = ("cell", "cells", "covered", "fault", "merges", "number", "row", "span")

    def __init__(self, number: int) -> None:
        self.number = number
        self.row = 0
        self.cells: list[str | None] | None = None
        self.cell: list[str] | None = None
        self.span = (1, 1)
        # column -> rows still covered by a cell above
        self.covered: dict[int, int] = {}
        self.merges: list[Merge] = []
        self.fault: Said | None = None


class _TableParser(HTMLParser):
    def __init__(self, limits: Limits) -> None:
        super().__init__(convert_charrefs=True)
        self._limits = limits
        self._tables: list[_Open] = []
        self._opened = 0
        self._silent = 0
        self._exact: str | None = None
        self._length = 0
        self._done: list[tuple[int, RawRow, list[Merge]]] = []

    def take(self) -> list[tuple[int, RawRow, list[Merge]]]:
        done, self._done = self._done, []
        return done

    def finish(self) -> None:
        while self._tables:
            self._end_table()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _SILENT and tag != "head":
            self._silent += 1
        elif tag == "table":
            self._tables.append(_Open(self._opened))
            self._opened += 1
            if len(self._tables) > 50:
                raise _not_a_table()
        elif not self._tables:
            return
        elif tag == "tr":
            self._end_row()
            self._tables[-1].cells = []
        elif tag in ("td", "th"):
            self._end_cell()
            self._start_cell(dict(attrs))
        elif tag in ("br", "p", "div") and (cell := self._tables[-1].cell) is not None and any(cell):
            cell.append("\n")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag in _SILENT or tag in ("table", "tr", "td", "th"):
            self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in _SILENT:
            self._silent = max(0, self._silent - 1)
        elif not self._tables:
            return
        elif tag in ("td", "th"):
            self._end_cell()
        elif tag == "tr":
            self._end_row()
        elif tag == "table":
            self._end_table()

    def handle_data(self, data: str) -> None:
        if self._silent or not self._tables or (cell := self._tables[-1].cell) is None:
            return
        self._length += len(data)
        if self._length <= self._limits.cell_characters:
            cell.append(data)
        else:
            self._tables[-1].fault = say(
                _("A cell has more than %(limit)s characters."), limit=self._limits.cell_characters
            )

    def _start_cell(self, attributes: dict[str, str | None]) -> None:
        table = self._tables[-1]
        if table.cells is None:
            table.cells = []
        table.cell = []
        table.span = (_span(attributes.get("rowspan")), _span(attributes.get("colspan")))
        self._exact = attributes.get("x:num") or attributes.get("data-value")
        self._length = 0

    def _end_cell(self) -> None:
        table = self._tables[-1]
        if table.cell is None or table.cells is None:
            table.cell = None
            return
        while table.covered.get(len(table.cells), 0) > 0:
            table.cells.append(None)
        text = _lines("".join(table.cell))
        column = len(table.cells)
        down, right = table.span
        if column + right > self._limits.columns:
            raise FileRefused(
                "too_many_columns",
                say(_("A row has more than %(limit)s columns."), limit=self._limits.columns),
                place=say(_("Row %(row)s."), row=table.row + 1),
                way_out=say(_("Leave out the columns that are not needed and save the file again.")),
            )
        exact = self._exact
        table.cells.append((exact if exact is not None and "E+" in text.upper() else text) or None)
        table.cells.extend([None] * (right - 1))
        if down > 1 or right > 1:
            table.merges.append(Merge(table.row + 1, column, table.row + down, column + right - 1))
            for at in range(column, column + right):
                table.covered[at] = down
        table.cell = None

    def _end_row(self) -> None:
        table = self._tables[-1]
        self._end_cell()
        if table.cells is None:
            return
        table.row += 1
        if table.row > self._limits.rows:
            raise FileRefused(
                "too_many_rows",
                say(_("The file has more than %(limit)s rows."), limit=self._limits.rows),
                way_out=say(_("Split it into several files and import them one after another.")),
            )
        width = max([len(table.cells), *(at + 1 for at, left in table.covered.items() if left > 0)])
        cells = table.cells + [None] * (width - len(table.cells))
        self._done.append((table.number, RawRow(table.row, tuple(cells), None, table.fault), table.merges))
        table.fault = None
        # A cell with rowspan n covers its own row and n - 1 below.
        table.covered = {at: left - 1 for at, left in table.covered.items() if left > 1}
        table.merges = []
        table.cells = None

    def _end_table(self) -> None:
        self._end_row()
        self._tables.pop()


def _span(value: str | None) -> int:
    if value is None or not value.strip().isdecimal():
        return 1
    return min(max(int(value.strip()[:6]), 1), 65_534)


def _lines(text: str) -> str:
    """Cell text with the source's own line breaks folded, as a browser shows it; <br> stays a line end."""
    return "\n".join(" ".join(line.split(" ")).strip() for line in text.replace("\r", "").split("\n")).strip()
