"""A look through the records of an old .xls workbook (BIFF8) before its cells are read.

Finds encryption, macro sheets, the used rectangle of each sheet and its error cells, which the cell reader
gives as empty.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass

from weixi.kernel.importing.extent import MOST_ERRORS, SheetExtent

_BOF, _EOF, _FILEPASS, _BOUNDSHEET = 0x0809, 0x000A, 0x002F, 0x0085
_BOOLERR, _FORMULA, _SUPBOOK, _DIMENSIONS, _SST = 0x0205, 0x0006, 0x01AE, 0x0200, 0x00FC
# What the format itself can hold; the cell reader reserves memory for whatever a record claims.
_MOST_ROWS, _MOST_COLUMNS = 65_536, 256
_SINGLE = frozenset({0x0201, 0x0203, 0x0204, 0x0205, 0x027E, 0x00FD, 0x0006, 0x00D6})
_MANY = frozenset({0x00BD, 0x00BE})
_ERRORS = {
    0x00: "#NULL!",
    0x07: "#DIV/0!",
    0x0F: "#VALUE!",
    0x17: "#REF!",
    0x1D: "#NAME?",
    0x24: "#NUM!",
    0x2A: "#N/A",
}


@dataclass(frozen=True, slots=True)
class BiffContents:
    """What the record stream holds; `absurd` when a record claims more than the format can hold.

    `sheets` by the position of their BOF, `positions` these positions in the order of the workbook.
    """

    encrypted: bool
    external_links: bool
    macro_sheets: bool
    absurd: bool
    sheets: dict[int, SheetExtent]
    positions: tuple[int, ...]


def scan_biff(stream: bytes) -> BiffContents:
    """Go once through the records. A stream that ends in the middle of a record simply ends there."""
    external = macros = absurd = False
    positions: list[int] = []
    sheets: dict[int, SheetExtent] = {}
    current: SheetExtent | None = None
    depth = 0
    for at, kind, body in _records(stream):
        if kind == _BOF:
            depth += 1
            # A chart inside a sheet has a BOF of its own; its records are not cells of the sheet.
            if depth == 1 and len(body) >= 4 and struct.unpack_from("<H", body, 2)[0] != 0x0005:
                current = sheets.setdefault(at, SheetExtent())
        elif kind == _EOF:
            depth -= 1
            current = current if depth else None
        elif kind == _FILEPASS:
            # Everything after this record is scrambled.
            return BiffContents(True, external, macros, absurd, sheets, tuple(positions))
        elif kind == _BOUNDSHEET and len(body) >= 6:
            positions.append(struct.unpack_from("<I", body)[0])
            macros = macros or body[5] in (0x01, 0x06)
        elif kind == _SUPBOOK:
            external = external or _is_external(body)
        elif kind == _DIMENSIONS and len(body) >= 8:
            first, rows, left, columns = struct.unpack_from("<IIHH" if len(body) >= 12 else "<HHHH", body)
            absurd = absurd or first > rows or left > columns or rows > _MOST_ROWS or columns > _MOST_COLUMNS
        elif kind == _SST and len(body) >= 8:
            absurd = absurd or struct.unpack_from("<I", body, 4)[0] > len(stream) // 3
        elif current is not None and depth == 1:
            _cell(current, kind, body)
    return BiffContents(False, external, macros, absurd, sheets, tuple(positions))


def _records(stream: bytes) -> Iterator[tuple[int, int, bytes]]:
    at, end = 0, len(stream)
    while at + 4 <= end:
        kind, length = struct.unpack_from("<HH", stream, at)
        yield at, kind, stream[at + 4 : at + 4 + length]
        at += 4 + length


def _is_external(body: bytes) -> bool:
    """A reference to another workbook or a DDE link; references within the workbook and to add-ins are
    not.
    """
    return len(body) >= 4 and body[2:4] not in (b"\x01\x04", b"\x01\x3a")


def _cell(extent: SheetExtent, kind: int, body: bytes) -> None:
    if kind in _SINGLE and len(body) >= 6:
        row, column = struct.unpack_from("<HH", body)
        extent.grow(row, column)
        if len(extent.errors) >= MOST_ERRORS:
            return
        if kind == _BOOLERR and len(body) >= 8 and body[7] == 1:
            extent.errors[row, column] = _ERRORS.get(body[6], "#ERROR!")
        elif kind == _FORMULA and len(body) >= 14 and body[12:14] == b"\xff\xff" and body[6] == 2:
            extent.errors[row, column] = _ERRORS.get(body[8], "#ERROR!")
    elif kind in _MANY and len(body) >= 6:
        row, _first = struct.unpack_from("<HH", body)
        (last,) = struct.unpack_from("<H", body, len(body) - 2)
        extent.grow(row, last)
