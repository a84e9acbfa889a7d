"""What one cell of a source can hold, and its plain text."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import TypeAlias

# Beyond 15 digits a spreadsheet number has lost digits; such a float must not be shown as if exact.
EXACT_FLOAT = 10**15


@dataclass(frozen=True, slots=True)
class CellError:
    """A cell that holds an error instead of a value: `#N/A`, `#DIV/0!`, or a formula never calculated."""

    text: str

    def __str__(self) -> str:
        return self.text


# White space around a value, the ideographic and the zero-width blank included.
WHITE = " \t\r\n\v\f\u3000\xa0\u200b\ufeff"
NOT_CALCULATED = "#NOT-CALCULATED"

Cell: TypeAlias = str | int | float | bool | date | datetime | time | timedelta | CellError | None


def tidy(value: object) -> Cell:
    """A reader's value as a `Cell`: "" is None, 17850.0 is 17850, floats with lost digits stay floats."""
    if value == "" or value is None:
        return None
    if isinstance(value, bool | str | int):
        return value
    if isinstance(value, float):
        return int(value) if value.is_integer() and abs(value) < EXACT_FLOAT else value
    if isinstance(value, date | time | timedelta | CellError):
        return value
    return str(value)


def is_blank(cell: Cell) -> bool:
    """True for None and for text of nothing but white space."""
    return cell is None or (isinstance(cell, str) and not cell.strip(WHITE))


def cell_text(cell: Cell) -> str:
    """The cell as a person would write it; "" for an empty one.

    Dates are ISO, a midnight moment is its date, floats have at most the 15 digits a spreadsheet keeps.
    """
    if isinstance(cell, str):
        return cell
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, float):
        return format(cell, ".15g")
    if isinstance(cell, datetime):
        return cell.date().isoformat() if cell.time() == time() else cell.isoformat(sep=" ")
    if isinstance(cell, date | time):
        return cell.isoformat()
    return str(cell)
