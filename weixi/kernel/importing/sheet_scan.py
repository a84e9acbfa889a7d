"""One look through the XML of a worksheet before its cells are read: how far it reaches, its error cells, its
formulas that were never calculated, its merged cells.

The cell reader allocates the whole used rectangle and gives errors and uncalculated formulas as empty cells;
both are found here. Works on raw bytes in blocks of whole rows, in memory bounded by the largest row.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from weixi.kernel.importing.cells import NOT_CALCULATED
from weixi.kernel.importing.extent import MOST_ERRORS, SheetExtent
from weixi.kernel.importing.package_check import broken_workbook
from weixi.kernel.importing.rows import Merge

_PREFIX = rb"(?:[^\s<>/:!?]+:)?"
_REFERENCE = re.compile(rb"<" + _PREFIX + rb"c\s[^>]*?\br\s*=\s*[\"']([A-Za-z]{1,3})(\d{1,7})[\"']")
_CELL_OPEN = re.compile(rb"<" + _PREFIX + rb"c[\s/>]")
_TOKEN = re.compile(
    rb"<" + _PREFIX + rb"(?:row\b([^>]*)|c(?=[\s/>])([^>]*?)(?:/>|>(.*?)</" + _PREFIX + rb"c\s*>))", re.DOTALL
)
_ROW_NUMBER = re.compile(rb"\br\s*=\s*[\"'](\d{1,7})[\"']")
_CELL_PLACE = re.compile(rb"\br\s*=\s*[\"']([A-Za-z]{1,3})(\d{1,7})[\"']")
_HAS_PLACE = re.compile(rb"(?:^|\s)r\s*=")
_IS_ERROR = re.compile(rb"\bt\s*=\s*[\"']e[\"']")
_IS_TEXT = re.compile(rb"\bt\s*=\s*[\"'](?:str|s|inlineStr)[\"']")
_VALUE = re.compile(rb"<" + _PREFIX + rb"v(?:\s[^>]*)?>([^<]+)")
_FORMULA = re.compile(rb"<" + _PREFIX + rb"f[\s/>]")
_ROW_END = re.compile(rb"</" + _PREFIX + rb"row\s*>")
_MERGE = re.compile(
    rb"<" + _PREFIX + rb"mergeCell\b[^>]*?\bref\s*=\s*[\"']([A-Za-z]{1,3})(\d{1,7}):([A-Za-z]{1,3})(\d{1,7})[\"']"
)
MOST_MERGES = 100_000
LARGEST_ROW_BYTES = 64 * 1024 * 1024


def column_index(letters: bytes | str) -> int:
    """`A` is 0, `AA` is 26."""
    text = letters.decode("ascii") if isinstance(letters, bytes) else letters
    index = 0
    for letter in text.upper():
        index = index * 26 + ord(letter) - 64
    return index - 1


def scan_sheet(chunks: Iterable[bytes], part: str) -> tuple[SheetExtent, list[Merge]]:
    """Extent (with errors) and merged cells of one worksheet part.

    Raises FileRefused for a cell whose place cannot be read, and for absurd numbers of merged cells.
    """
    extent = SheetExtent()
    merges: list[Merge] = []
    row = -1
    for block in _blocks(chunks, part):
        places = _REFERENCE.findall(block)
        plain = b"'e'" not in block and b'"e"' not in block and not _FORMULA.search(block)
        if plain and len(places) == len(_CELL_OPEN.findall(block)):
            if places:
                extent.grow(
                    max(map(int, {number for _letters, number in places})) - 1,
                    max(column_index(letters) for letters in {letters for letters, _number in places}),
                )
                row = int(places[-1][1]) - 1
        else:
            row = _walk(block, row, extent, part)
        for left, top, right, bottom in _MERGE.findall(block):
            merges.append(Merge(int(top), column_index(left), int(bottom), column_index(right)))
        if len(merges) > MOST_MERGES:
            raise broken_workbook(part)
    return extent, merges


def _blocks(chunks: Iterable[bytes], part: str) -> Iterator[bytes]:
    """The bytes cut after the end of a row wherever possible, so that no cell is cut in two."""
    kept = b""
    for chunk in chunks:
        kept += chunk
        cut = max((match.end() for match in _ROW_END.finditer(kept)), default=0)
        if not cut and b"<mergeCell" in kept:
            # Behind the last row only lists of small elements follow.
            cut = kept.rfind(b">") + 1
        if cut:
            yield kept[:cut]
            kept = kept[cut:]
        elif len(kept) > LARGEST_ROW_BYTES:
            raise broken_workbook(part)
    if kept:
        yield kept


def _walk(block: bytes, row: int, extent: SheetExtent, part: str) -> int:
    """Cell by cell, for blocks with errors, formulas or cells whose place is only implied by their order."""
    column = -1
    for match in _TOKEN.finditer(block):
        row_attributes, attributes, body = match.groups()
        if row_attributes is not None:
            number = _ROW_NUMBER.search(row_attributes)
            row = int(number[1]) - 1 if number else row + 1
            column = -1
            continue
        place = _CELL_PLACE.search(attributes)
        if place is not None:
            at_row, column = int(place[2]) - 1, column_index(place[1])
        elif _HAS_PLACE.search(attributes):
            raise broken_workbook(part)
        else:
            at_row, column = max(row, 0), column + 1
        extent.grow(at_row, column)
        if body is None or len(extent.errors) >= MOST_ERRORS:
            continue
        value = _VALUE.search(body)
        if _IS_ERROR.search(attributes):
            extent.errors[at_row, column] = value[1].decode("utf-8", "replace") if value else "#ERROR!"
        elif value is None and _FORMULA.search(body) and not _IS_TEXT.search(attributes):
            extent.errors[at_row, column] = NOT_CALCULATED
    return row
