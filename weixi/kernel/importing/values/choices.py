"""Yes or no, and values from a list."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from weixi.kernel.importing.cells import Cell, cell_text, is_blank
from weixi.kernel.importing.values.outcome import Bad, bad, error_cell
from weixi.kernel.importing.values.text import loose_key
from weixi.kernel.importing.wording import gettext_noop as _
from weixi.kernel.importing.wording import say, shown

_YES = frozenset(
    [
        "是",
        "有",
        "对",
        "真",
        "已",
        "√",
        "✓",
        "✔",
        "☑",
        "y",
        "yes",
        "t",
        "true",
        "1",
        "on",
        "启用",
        "同意",
        "农历",
        "阴历",
    ]
)
_NO = frozenset(
    [
        "否",
        "无",
        "不",
        "没有",
        "不是",
        "错",
        "假",
        "未",
        "×",
        "✗",
        "✘",
        "☐",
        "x",
        "n",
        "no",
        "f",
        "false",
        "0",
        "off",
        "停用",
        "不同意",
        "公历",
        "阳历",
        "新历",
    ]
)


def parse_yes_no(cell: Cell) -> bool | Bad | None:
    """是/否, 有/无, Y/N, true/false, 1/0, √/×; Bad for anything else (a blank is not a no)."""
    if is_blank(cell):
        return None
    if (fault := error_cell(cell)) is not None:
        return fault
    if isinstance(cell, bool):
        return cell
    word = loose_key(cell_text(cell))
    if word in _YES:
        return True
    if word in _NO:
        return False
    return bad("yes_no_unreadable", _("“%(value)s” is neither yes nor no."), cell_text(cell))


def choice_table(choices: Mapping[str, Iterable[str]]) -> dict[str, str]:
    """For `parse_choice`: the loose form of every word -> its key. The key itself is always a word."""
    table: dict[str, str] = {}
    for key, words in choices.items():
        for word in (key, *words):
            table.setdefault(loose_key(word), key)
    return table


def parse_choice(cell: Cell, table: Mapping[str, str], offered: str = "") -> str | Bad | None:
    """The key whose word the cell holds; Bad for a word that is not in the list, naming the words `offered`."""
    if is_blank(cell):
        return None
    if (fault := error_cell(cell)) is not None:
        return fault
    text = cell_text(cell)
    key = table.get(loose_key(text))
    if key is not None:
        return key
    if not offered:
        return bad("choice_unknown", _("“%(value)s” is not among the values of this column."), text)
    template = _("“%(value)s” is not among the values of this column: %(offered)s.")
    return Bad("choice_unknown", say(template, value=shown(text), offered=offered))
