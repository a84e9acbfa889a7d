"""How much of a file is looked at before it is refused. All are caps against accidents and attacks."""

from __future__ import annotations

from dataclasses import dataclass

MEBIBYTE = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Limits:
    """Sizes are bytes unless the name says otherwise.

    Workbooks are held in memory by their reader, so they have caps of their own; delimited text and HTML
    tables are streamed.
    """

    text_file_bytes: int = 1024 * MEBIBYTE
    workbook_file_bytes: int = 100 * MEBIBYTE
    zip_entries: int = 5_000
    zip_unpacked_bytes: int = 640 * MEBIBYTE
    # Real sheets pack 10 to 60 times; a bomb packs about 1,000 times. Small parts are let off, because a few
    # kilobytes of repeated styles reach high ratios honestly and cannot hurt.
    zip_ratio: int = 250
    zip_ratio_from_bytes: int = 16 * MEBIBYTE
    shared_text_bytes: int = 96 * MEBIBYTE
    styles_bytes: int = 24 * MEBIBYTE
    rows: int = 2_000_000
    columns: int = 1_000
    # A workbook's reader allocates the whole rectangle from the first to the last used cell.
    workbook_cells: int = 6_000_000
    cell_characters: int = 100_000
    line_characters: int = 4_000_000
    # An unclosed quote may swallow at most this many lines before its row is called broken.
    lines_in_a_row: int = 2_000


DEFAULT_LIMITS = Limits()
