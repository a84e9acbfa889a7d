"""A row as its source gives it, before anybody knows which row is the header."""

from __future__ import annotations

from dataclasses import dataclass

from weixi.kernel.importing.cells import Cell
from weixi.kernel.importing.wording import Said


# Not frozen: there is one for each row, and a frozen one takes three times as long to make.
@dataclass(slots=True)
class RawRow:
    """One row of a sheet or one record of a text file.

    `number` counts rows of a sheet, records of a text, rows of an HTML table, from 1 (what people see as row
    number in a spreadsheet program); `line` is the physical line where a text record starts, else None.
    `fault` says why the row cannot be trusted as a whole (an unclosed quote, a cell beyond the cap).
    """

    number: int
    cells: tuple[Cell, ...]
    line: int | None = None
    fault: Said | None = None


@dataclass(frozen=True, slots=True)
class Merge:
    """A merged rectangle; rows from 1 as in `RawRow.number`, columns from 0, both ends included."""

    top: int
    left: int
    bottom: int
    right: int
