"""What a sheet holds before its reader may allocate it: used rectangle, error cells, formulas without a
value.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from weixi.kernel.importing.errors import FileRefused
from weixi.kernel.importing.limits import Limits
from weixi.kernel.importing.wording import gettext_noop as _
from weixi.kernel.importing.wording import say

# More error cells than anybody will read; the rest still come out as empty error cells of their row's count.
MOST_ERRORS = 200_000


@dataclass(slots=True)
class SheetExtent:
    """Rows and columns from 0; `last_row`/`last_column` are -1 for an empty sheet.

    `errors` maps (row, column) to the text the spreadsheet shows (`#N/A`).
    """

    last_row: int = -1
    last_column: int = -1
    errors: dict[tuple[int, int], str] = field(default_factory=dict)

    def grow(self, row: int, column: int) -> None:
        """Take one more used cell into account."""
        self.last_row = max(self.last_row, row)
        self.last_column = max(self.last_column, column)

    def check(self, limits: Limits, sheet: str) -> None:
        """Raise FileRefused when the rectangle is beyond the limits."""
        rows, columns = self.last_row + 1, self.last_column + 1
        if rows <= limits.rows and columns <= limits.columns and rows * columns <= limits.workbook_cells:
            return
        raise FileRefused(
            "sheet_too_large",
            say(
                _("The sheet reaches to row %(rows)s and column %(columns)s; at most %(cells)s cells are read."),
                rows=rows,
                columns=columns,
                cells=limits.workbook_cells,
            ),
            place=say(_("Sheet “%(sheet)s”."), sheet=sheet),
            way_out=say(_("Delete the empty rows and columns around the table, or save it as CSV UTF-8.")),
        )
