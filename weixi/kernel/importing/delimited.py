"""Delimited text (csv, tsv, semicolons, bars) as rows, streamed in flat memory.

Only CR, LF and CRLF end a line: NEL, form feed and the Unicode line separators stay inside their cell. A
quote opens a cell only at its beginning; one that never closes spoils its own row, not the rest of the file.
"""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator
from enum import Enum, auto
from pathlib import Path
from typing import TextIO

from weixi.kernel.importing.errors import FileRefused
from weixi.kernel.importing.limits import Limits
from weixi.kernel.importing.rows import RawRow
from weixi.kernel.importing.text_encoding import Encoding
from weixi.kernel.importing.wording import Said, say
from weixi.kernel.importing.wording import gettext_noop as _

DELIMITERS = (",", "\t", ";", "|", "，")
# Columns of numbers kept apart by blanks, as old programs print them.
BLANKS = " "
_FIGURE = re.compile(r"^[-+]?\d[\d.,:/\-]*$")
SAMPLE_RECORDS = 60

_UNCLOSED = _("A quotation mark is opened here and never closed.")
_MISUSED = _("A quotation mark closes a cell and text follows it.")
_LONG_CELL = _("A cell has more than %(limit)s characters.")
# csv's own cap is a process-wide setting; raising it once is harmless because lines are capped before
# parsing.
csv.field_size_limit(max(csv.field_size_limit(), 1 << 24))


def is_figure(cell: object) -> bool:
    """True for a text of digits, with the marks of numbers, dates and times."""
    return isinstance(cell, str) and _FIGURE.match(cell) is not None


def open_text(path: Path, encoding: Encoding) -> TextIO:
    """The file as text after its byte order mark, line ends untouched."""
    stream = path.open("rb")
    stream.seek(len(encoding.mark))
    return io.TextIOWrapper(stream, encoding=encoding.codec, errors="strict", newline="")


def find_delimiter(path: Path, encoding: Encoding, limits: Limits) -> str:
    """The separator of cells, judged by how evenly it divides the first records.

    A file of a single column has none; it is read with commas, which then do not occur. Excel's own first
    line
    `sep=;` decides at once.
    """
    with open_text(path, encoding) as text:
        directive = _directive(text.readline(limits.line_characters))
    if directive is not None:
        return directive
    best, best_score = ",", 0.0
    for delimiter in DELIMITERS:
        widths = Counter[int]()
        for row in read_delimited(path, encoding, delimiter, limits):
            if any(cell != "" for cell in row.cells):
                widths[len(row.cells)] += 1
            if row.number >= SAMPLE_RECORDS:
                break
        wide = {width: count for width, count in widths.items() if width > 1}
        if not wide:
            continue
        width, count = max(wide.items(), key=lambda item: (item[1], item[0]))
        # Evenness first (share of records with the same width), then more columns.
        score = count / sum(widths.values()) + min(width, 50) / 1000
        if score > best_score:
            best, best_score = delimiter, score
    return BLANKS if not best_score and _aligned(path, encoding, limits) else best


def _aligned(path: Path, encoding: Encoding, limits: Limits) -> bool:
    """True for columns kept apart by blanks: each record has the same number of words, three at least, and nearly all of
    them are figures (a list of names of three words is none).
    """
    widths, figures, words = Counter[int](), 0, 0
    for row in read_delimited(path, encoding, BLANKS, limits):
        if row.cells:
            widths[len(row.cells)] += 1
            words += len(row.cells)
            figures += sum(map(is_figure, row.cells))
        if row.number >= SAMPLE_RECORDS:
            break
    return len(widths) == 1 and min(widths) > 2 and figures >= 0.8 * words


def _directive(line: str) -> str | None:
    bare = line.rstrip("\r\n").strip('"')
    return bare[4] if len(bare) == 5 and bare[:4].lower() == "sep=" else None


def read_delimited(path: Path, encoding: Encoding, delimiter: str, limits: Limits) -> Iterator[RawRow]:
    """Rows in file order; cells are text exactly as written, None where nothing stands between delimiters.

    Blank lines are given as rows without cells, so that `number` keeps counting records.
    Raises FileRefused for a line or a number of rows beyond the limits.
    """
    with open_text(path, encoding) as text:
        yield from _rows(text, delimiter, limits)


def _rows(text: TextIO, delimiter: str, limits: Limits) -> Iterator[RawRow]:
    records = _Records(text, delimiter, limits)
    number = 0
    for record, line, fault in records:
        if line == 1 and _directive(record) is not None:
            continue
        number += 1
        if number > limits.rows:
            raise _too_many_rows(limits)
        if delimiter == BLANKS:
            cells, fault = record.split(), None
        else:
            cells = _literal(record, delimiter) if fault is not None else _parsed(record, delimiter)
        if len(cells) > limits.columns:
            raise _too_many_columns(limits, line)
        if len(record) > limits.cell_characters and any(len(cell) > limits.cell_characters for cell in cells):
            fault = say(_LONG_CELL, limit=limits.cell_characters)
        yield RawRow(number, tuple([cell or None for cell in cells]), line, fault)


def _parsed(record: str, delimiter: str) -> list[str]:
    # One record at a time: a record is complete here, so the reader gives exactly one row. A lone CR inside
    # quotes is data for csv as long as it gets the record in one piece.
    return next(csv.reader([record], delimiter=delimiter), [])


def _literal(record: str, delimiter: str) -> list[str]:
    """The cells of a broken line with its quotes as plain characters, so that nothing of it is lost."""
    return record.rstrip("\r\n").split(delimiter)


class _Records:
    """Complete records of a text: physical lines joined while a quoted cell is open."""

    def __init__(self, text: TextIO, delimiter: str, limits: Limits) -> None:
        self._text = text
        self._delimiter = delimiter
        self._limits = limits
        self._line = 0
        self._pending: list[str] = []

    def __iter__(self) -> Iterator[tuple[str, int, Said | None]]:
        while (line := self._next()) is not None:
            start = self._line
            if '"' not in line or (state := _quoting(line, self._delimiter)) is _Quote.CLOSED:
                yield line, start, None
            elif state is _Quote.BROKEN:
                yield line, start, say(_MISUSED)
            else:
                yield self._joined(line, start)

    def _next(self) -> str | None:
        self._line += 1
        if self._pending:
            return self._pending.pop()
        line = self._text.readline(self._limits.line_characters + 1)
        if len(line) > self._limits.line_characters:
            raise FileRefused(
                "line_too_long",
                say(_("A line has more than %(limit)s characters."), limit=self._limits.line_characters),
                place=say(_("Line %(line)s."), line=self._line),
                way_out=say(_("Check that this is a table and that its lines end where they should.")),
            )
        return line or None

    def _joined(self, first: str, start: int) -> tuple[str, int, Said | None]:
        lines = [first]
        length = len(first)
        state = _Quote.OPEN
        while (
            state is _Quote.OPEN and len(lines) < self._limits.lines_in_a_row and length <= self._limits.line_characters
        ):
            line = self._next()
            if line is None:
                break
            lines.append(line)
            length += len(line)
            if '"' in line:
                state = _quoting(line, self._delimiter, inside=True)
        if state is _Quote.CLOSED:
            return "".join(lines), start, None
        # Never closed: the first line is the broken row, the others are read again as lines of their own.
        self._pending.extend(reversed(lines[1:]))
        self._line = start
        return first, start, say(_UNCLOSED)


class _Quote(Enum):
    CLOSED = auto()
    OPEN = auto()
    BROKEN = auto()


def _quoting(line: str, delimiter: str, *, inside: bool = False) -> _Quote:
    """Whether a quoted cell is still open at the end of `line`; `inside` when one was open before it.

    BROKEN: a closing quote is followed by text, so the quotes do not mean what they seem to.
    """
    if not inside and not line.startswith('"') and delimiter + '"' not in line:
        return _Quote.CLOSED
    at, end = 0, len(line)
    while at < end:
        if inside:
            at = line.find('"', at)
            if at < 0:
                return _Quote.OPEN
            if line.startswith('"', at + 1):
                at += 2
                continue
            inside = False
            at += 1
            if at < end and not line.startswith((delimiter, "\r", "\n"), at):
                return _Quote.BROKEN
        elif line[at] == '"':
            inside = True
            at += 1
            continue
        at = line.find(delimiter, at)
        if at < 0:
            return _Quote.CLOSED
        at += len(delimiter)
    return _Quote.OPEN if inside else _Quote.CLOSED


def _too_many_rows(limits: Limits) -> FileRefused:
    return FileRefused(
        "too_many_rows",
        say(_("The file has more than %(limit)s rows."), limit=limits.rows),
        way_out=say(_("Split it into several files and import them one after another.")),
    )


def _too_many_columns(limits: Limits, line: int) -> FileRefused:
    return FileRefused(
        "too_many_columns",
        say(_("A row has more than %(limit)s columns."), limit=limits.columns),
        place=say(_("Line %(line)s."), line=line),
        way_out=say(_("Leave out the columns that are not needed and save the file again.")),
    )
