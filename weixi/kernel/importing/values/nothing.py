"""Words by which people and other systems say that nothing is written: 无, NULL, -, N/A.

Where a column holds numbers of people and things, times or names, such a word is no value to be refused: it is a blank,
and that is told. In a plain text it may mean what it says (贷款情况：无), in an amount a dash may be a zero: there it stays.
"""

from __future__ import annotations

from weixi.kernel.importing.cells import WHITE, Cell

_WORDS = frozenset(
    ("无", "没有", "暂无", "暂缺", "未知", "不详", "未填", "未填写", "null", "(null)", "<null>", "none", "nil", "nan", "n/a", "\\n", "-", "--", "---", "—", "——", "/", "//",
     # The day that is none, of databases and of spreadsheets.
     "0000-00-00", "0000-00-00 00:00:00", "1900-01-00", "1900/1/0")
)  # fmt: skip
_LONGEST = max(map(len, _WORDS)) + 4


def says_nothing(cell: Cell) -> bool:
    """Whether a cell only says that there is nothing."""
    return isinstance(cell, str) and len(cell) <= _LONGEST and cell.strip(WHITE).casefold() in _WORDS
