"""Cutting a paper into A4 sheets for the page that prints. Pure: parts in, sheets out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from weixi.web.papers.content import Grid, Lines, Part

# Heights in lines of the sheet: what fits on one, and what a title, a head and signatures take.
ROOM, TITLE, HEAD, SIGNS = 31, 2, 1, 4
# Characters of a line: half a sheet for a value of two beside each other, a whole one for a grid.
HALF, LABEL, WHOLE = 20, 8, 46


def sheets_of(parts: Iterable[Part]) -> list[list[Part]]:
    """The parts on as many sheets as they need; a long one goes on under its title on the next."""
    sheets: list[list[Part]] = [[]]
    left = ROOM
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
            if not taken and left < ROOM:
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
        return max(max(-(-max(1, len(value)) // HALF), -(-len(label) // LABEL)) for label, value in row)
    (cells,) = row
    return max(
        -(-max(1, len(text)) // max(1, WHOLE * share // 100)) for text, share in zip(cells, part.widths, strict=True)
    )
