"""What comes of reading a value: the value, None for an empty cell, a `Bad` with its reason; for a whole
column also a `NeedsAnswer`, when two readings are possible and nothing in the column decides."""

from __future__ import annotations

from dataclasses import dataclass

from weixi.kernel.importing.cells import NOT_CALCULATED, Cell, CellError
from weixi.kernel.importing.wording import Said, say, shown
from weixi.kernel.importing.wording import gettext_noop as _

_ERROR_TEXTS = frozenset(
    ("#N/A", "#DIV/0!", "#VALUE!", "#REF!", "#NAME?", "#NUM!", "#NULL!", "#SPILL!", "#CALC!", NOT_CALCULATED)
)


@dataclass(frozen=True, slots=True)
class Bad:
    """A cell that cannot be taken. `code` is stable, `reason` is one sentence that quotes the value."""

    code: str
    reason: Said


@dataclass(frozen=True, slots=True)
class Option:
    """One possible answer; `key` is what is remembered."""

    key: str
    label: Said


@dataclass(frozen=True, slots=True)
class NeedsAnswer:
    """A question about a whole column that only a person can answer. `examples` are texts from the column."""

    code: str
    question: Said
    options: tuple[Option, ...]
    examples: tuple[str, ...] = ()


def error_cell(cell: Cell) -> Bad | None:
    """The refusal of an error cell, or of its text in a CSV; None for every other cell."""
    if isinstance(cell, str):
        if cell[:1] != "#" or cell.strip() not in _ERROR_TEXTS:
            return None
        cell = CellError(cell.strip())
    if not isinstance(cell, CellError):
        return None
    if cell.text == NOT_CALCULATED:
        return Bad(
            "formula_not_calculated",
            say(_("The cell holds a formula that was never calculated. Open and save the file once in a spreadsheet.")),
        )
    return Bad("error_cell", say(_("The cell holds the error %(error)s."), error=shown(cell.text)))


def bad(code: str, template: str, cell: object) -> Bad:
    """A `Bad` whose sentence quotes the cell as `%(value)s`."""
    return Bad(code, say(template, value=shown(cell)))
