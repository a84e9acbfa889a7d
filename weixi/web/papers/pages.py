"""Cutting a paper into A4 sheets for the page that prints, and shortening one to a single sheet. Pure: parts in,
sheets out.

Heights are those of the stylesheet (`.wx-a4`, `.wx-form-sheet`) in its pixels; the PDF and the Word file are set a
little closer, so that what fits here fits there.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import replace

from weixi.web.papers.content import Grid, Lines, Part

# What there is between the head line and the foot of a sheet, and what the first one's heading takes of it.
ROOM, HEADING, SIGNS = 950, 112, 72
TITLE, HEAD, LINE, PADDING = 34, 26, 18, 7
# Widths of a sheet and of what a cell has around its text; a full-width character is as wide as it is high.
WHOLE, AROUND, CHARACTER = 674, 13, 12
LABEL, VALUE = 0.15, 0.35


def sheets_of(parts: Iterable[Part]) -> list[list[Part]]:
    """The parts on as many sheets as they need; a long one goes on under its title on the next."""
    sheets: list[list[Part]] = [[]]
    left = ROOM - HEADING
    for part in parts:
        rows, done = list(_rows(part)), 0
        overhead = TITLE + (HEAD if isinstance(part, Grid) else 0)
        while done < len(rows):
            taken, height = 0, overhead
            for row in rows[done:]:
                if height + _height(part, row) > left:
                    break
                height += _height(part, row)
                taken += 1
            if not taken and sheets[-1]:
                sheets.append([])
                left = ROOM
                continue
            taken = max(1, taken)
            sheets[-1].append(_with(part, rows[done : done + taken]))
            left -= height
            done += taken
    if left < SIGNS:
        sheets.append([])
    return sheets


def on_one_sheet(parts: Sequence[Part]) -> list[Part]:
    """The parts with as many rows left out at the ends of the grids that allow it (`Grid.least`) as are needed for
    one sheet; the longest gives first. What still does not fit then takes more sheets."""
    kept = list(parts)
    while len(sheets_of(kept)) > 1:
        giving = [
            (len(part.rows), -place)
            for place, part in enumerate(kept)
            if isinstance(part, Grid) and part.least is not None and len(part.rows) > part.least
        ]
        if not giving:
            break
        place = -max(giving)[1]
        part = kept[place]
        assert isinstance(part, Grid)
        kept[place] = replace(part, rows=part.rows[:-1])
    return kept


Row = tuple[tuple[str, ...], ...]


def _rows(part: Part) -> Iterable[Row]:
    """What is never cut: two values beside each other, or a row of a grid."""
    if isinstance(part, Grid):
        return [(row,) for row in part.rows]
    return [tuple(part.rows[at : at + 2]) for at in range(0, len(part.rows), 2)]


def _with(part: Part, rows: Sequence[Row]) -> Part:
    flat = tuple(each for row in rows for each in row)
    return replace(part, rows=flat)  # type: ignore[arg-type]


def _height(part: Part, row: Row) -> int:
    if isinstance(part, Lines):
        # A value alone in its row has the rest of the row.
        value_share = VALUE if len(row) > 1 else 1 - LABEL
        lines = max(max(_lines(value, value_share), _lines(label, LABEL)) for label, value in row)
    else:
        (cells,) = row
        lines = max(_lines(text, share / 100) for text, share in zip(cells, part.widths, strict=True))
    return lines * LINE + PADDING


def _lines(text: str, share: float) -> int:
    """How many lines a text takes in a cell of that share of the sheet."""
    width = sum(1.0 if unicodedata.east_asian_width(char) in "WFA" else 0.58 for char in text) * CHARACTER
    return max(1, -(-int(width) // max(CHARACTER, int(WHOLE * share) - AROUND)))
