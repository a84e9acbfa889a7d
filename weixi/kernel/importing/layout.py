"""Where the table is on its sheet: title rows, one- or two-row header, totals, repeated headers, footers.

Decided from the first rows and the merged cells; what is skipped is skipped with a reason, never in silence.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from weixi.kernel.importing.cells import Cell, cell_text, is_blank
from weixi.kernel.importing.rows import Merge, RawRow

LOOK_AHEAD = 40
_NUMERIC = re.compile(r"^[¥￥$€£(（]?[-+]?[\d][\d,.\s:/\-年月日]*(?:%|元|万|亿|[eE][-+]?\d+)?[)）]?$")
_TOTAL = re.compile(
    r"^(?:本?(?:页|月|年|日|季)?(?:合计|小计|总计|累计|共计|总和)(?:数|金额|行)?|汇总|(?:grand|sub|page)?[- ]?totals?"
    r"|(?:grand )?sum)(?:[(\[].*[)\]])?[::]?$",
    re.IGNORECASE,
)
# A total may count in words what it counts (10家, 共 3 户), where a column's name or a value would not.
_COUNTED = re.compile(r"^共?\s*[\d,]+\s*(?:家|户|个|条|行|人|名|位|笔|单|张|件|项|次|台|套|万元|亿元)$")
_GROUP_TOTAL = re.compile(r"^.{1,60}?(?:[ ::\-_]*(?:合计|小计|汇总|总计)|[ ::\-_]+(?:sub)?total)[::]?$", re.IGNORECASE)
_FOOTER = re.compile(
    r"^(?:制表人?|制单人?|审核人?|打印(?:时间|日期|人)|导出(?:时间|日期|人)|经办人|注|备注说明|说明|第\s*\d+\s*页)\s*[::/第]"
    r"|^第\s*\d+\s*页(?:[,,/ ]*共\s*\d+\s*页)?$|^page \d+(?: (?:of|/) ?\d+)?$"
    r"|^(?:总?共|合计|总计)[::]?\s*(?:有|查询到)?\s*[\d,]+\s*(?:家|户|个|条|行|人|名|位|笔|单|张|件|项)"
    r"(?:客户|联系人|记录|数据|订单|信息|结果)?(?:[,,;;。.]|$)"
    r"|^[-—─\s]*以下(?:空白|无正文)[-—─\s]*$",
    re.IGNORECASE,
)
# What stands in every label of the three above, small and without blanks: most rows need no closer look.
_TELLING = re.compile(
    "[合小总累共]计|总和|汇总|total|sum|制表|制单|审核|打印|导出|经办|注|说明|^第|^page|^总?共|以下",
)


@dataclass(frozen=True, slots=True)
class Layout:
    """The place of the header on its sheet; row numbers as in `RawRow.number`.

    `parts` has for each column the header texts from top to bottom (one, or two under a group heading).
    `sure` is False when no row looks like a header; then the first filled row is taken and a person must
    look.
    """

    title_rows: tuple[int, ...]
    titles: tuple[str, ...]
    header_rows: tuple[int, ...]
    parts: tuple[tuple[str, ...], ...]
    sure: bool

    @property
    def header(self) -> tuple[str, ...]:
        """One name per column; "" for a column without one."""
        return tuple(" / ".join(parts) for parts in self.parts)


def folded(text: str) -> str:
    """`text` for comparing labels: one width, no blanks, lower case."""
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", text)).lower()


def find_layout(
    rows: Sequence[RawRow],
    merges: Sequence[Merge],
    *,
    header_row: int | None = None,
    known: Callable[[str], bool] | None = None,
) -> Layout:
    """The layout from the first rows of a table (give it `LOOK_AHEAD`).

    `header_row` is a person's answer; 0 says that there are no column names, so that every row is a record and the
    columns have none (an error file made of such a table has a row with nothing but the name of its reasons: that one
    is no record). `known` tells whether a text is a column name of the kind being
    imported; a row with such names wins over one that only has the shape of a header.
    """
    filled = [row for row in rows if any(not is_blank(cell) for cell in row.cells)]
    if not filled:
        return Layout((), (), (), (), False)
    sure = True
    alone = sum(not is_blank(cell) for cell in filled[0].cells) == 1 and _width(filled[0]) > 1
    if header_row == 0 and not alone:
        return Layout((), (), (0,), ((),) * _table_width(filled[0], filled[1:]), True)
    if header_row is not None:
        at = next((index for index, row in enumerate(filled) if row.number == header_row), 0)
    else:
        at, sure = _header_index(filled, merges, known)
    header = filled[at]
    second = filled[at + 1] if at + 1 < len(filled) else None
    width = _table_width(header, filled[at + 1 :])
    top = _spread(header, merges, width)
    if second is not None and _is_second_row(header, second, filled[at + 2 :], merges, known):
        bottom = _texts(second, width)
        parts = tuple(_joined(above, below) for above, below in zip(top, bottom, strict=True))
        numbers: tuple[int, ...] = (header.number, second.number)
    else:
        parts = tuple((text,) if text else () for text in _texts(header, width))
        numbers = (header.number,)
    titles = filled[:at]
    return Layout(
        tuple(row.number for row in titles),
        tuple(" ".join(text for text in _texts(row, _width(row)) if text) for row in titles),
        numbers,
        parts,
        sure,
    )


def _texts(row: RawRow, width: int) -> list[str]:
    cells = list(row.cells[:width]) + [None] * (width - len(row.cells))
    return [" ".join(cell_text(cell).split()) for cell in cells]


def _width(row: RawRow) -> int:
    return max((at + 1 for at, cell in enumerate(row.cells) if not is_blank(cell)), default=0)


def _table_width(header: RawRow, below: Sequence[RawRow]) -> int:
    """Columns of the table: those with a name, and nameless ones that several rows fill.

    One row that is too long does not make a column; it is a broken row.
    """
    named = _width(header)
    wider = sorted((_width(row) for row in below), reverse=True)
    needed = max(2, len(wider) // 5)
    return max(named, wider[needed - 1]) if len(wider) >= needed else named


def _is_name(cell: Cell) -> bool:
    """True for what may name a column: short text that is no number, date, phone or address of mail."""
    if not isinstance(cell, str):
        return False
    text = unicodedata.normalize("NFKC", cell).strip()
    return 0 < len(text) <= 60 and not _NUMERIC.match(text) and "@" not in text


def _header_index(
    filled: Sequence[RawRow], merges: Sequence[Merge], known: Callable[[str], bool] | None
) -> tuple[int, bool]:
    counts = [sum(not is_blank(cell) for cell in row.cells) for row in filled]
    widest = max(counts)
    if known is not None:
        hits = [sum(known(text) for text in _texts(row, _width(row)) if text) for row in filled]
        best = max(hits)
        # Two known names, or every name of a narrow table, are no accident.
        if best >= 2 or (best == 1 and widest == 1):
            return _upper(hits.index(best), filled, merges, known), True
    for at, row in enumerate(filled):
        cells = [cell for cell in row.cells if not is_blank(cell)]
        merged_title = any(
            merge.top == row.number and merge.left == 0 and merge.right + 1 >= max(2, 0.6 * widest) for merge in merges
        )
        if widest > 2 and (len(cells) == 1 or (merged_title and len(cells) <= 2)):
            continue
        if widest > 2 and len(cells) * 2 < widest and not _opens_groups(row, merges):
            continue
        if widest > 3 and all(":" in unicodedata.normalize("NFKC", cell_text(cell)) for cell in cells):
            continue
        if all(_is_name(cell) for cell in cells):
            names = [folded(cell_text(cell)) for cell in cells]
            return at, len(set(names)) * 2 > len(names)
        break
    return 0, False


def _upper(at: int, filled: Sequence[RawRow], merges: Sequence[Merge], known: Callable[[str], bool] | None) -> int:
    """The row above where it names columns that row `at` leaves to it, beside headings; a mere title does not."""
    if not at:
        return at
    above, names = filled[at - 1], filled[at]
    width = max(_width(above), _width(names))
    pairs = zip(_texts(above, width), _texts(names, width), strict=True)
    alone = sum(bool(upper and not lower) for upper, lower in pairs)
    several = sum(not is_blank(cell) for cell in above.cells) > 1
    return at - 1 if alone and several and _is_second_row(above, names, filled[at + 1 :], merges, known) else at


def _opens_groups(row: RawRow, merges: Sequence[Merge]) -> bool:
    return any(merge.top == row.number and merge.right > merge.left for merge in merges)


def _spread(header: RawRow, merges: Sequence[Merge], width: int) -> list[str]:
    """Texts of the upper header row, group headings repeated over their columns."""
    texts = _texts(header, width)
    spans = [merge for merge in merges if merge.top <= header.number <= merge.bottom and merge.right > merge.left]
    if spans:
        for merge in spans:
            for column in range(merge.left + 1, min(merge.right + 1, width)):
                texts[column] = texts[column] or texts[merge.left]
        return texts
    carried = ""
    for column, text in enumerate(texts):
        carried = text or carried
        texts[column] = carried
    return texts


def _joined(above: str, below: str) -> tuple[str, ...]:
    if above and below and folded(above) != folded(below):
        return (above, below)
    return (below or above,) if below or above else ()


def _is_second_row(
    header: RawRow,
    second: RawRow,
    after: Sequence[RawRow],
    merges: Sequence[Merge],
    known: Callable[[str], bool] | None,
) -> bool:
    """True when the row below belongs to the header: names under group headings, nothing under plain
    names.
    """
    if second.number != header.number + 1:
        return False
    cells = [cell for cell in second.cells if not is_blank(cell)]
    if not cells or not all(_is_name(cell) for cell in cells):
        return False
    across = [merge for merge in merges if merge.top == header.number == merge.bottom and merge.right > merge.left]
    down = [merge for merge in merges if merge.top == header.number and merge.bottom == second.number]
    if across or down:
        under = {column for merge in across for column in range(merge.left, merge.right + 1)}
        places = {column for column, cell in enumerate(second.cells) if not is_blank(cell)}
        return bool(places & under) and not any(
            merge.left <= column <= merge.right for merge in down for column in places
        )
    if known is not None and sum(known(cell_text(cell)) for cell in cells) * 2 < len(cells):
        return False
    width = max(_width(header), _width(second))
    above, below = _texts(header, width), _texts(second, width)
    opened = [at for at in range(1, width) if not above[at] and below[at]]
    plain = [at for at in range(width) if above[at] and not below[at]]
    headed = all(_group_start(above, below, at) for at in opened)
    # The rows beneath must fill the columns that the second row leaves empty, else it is a sparse record.
    filled_after = any(not is_blank(row.cells[at]) for row in after[:5] for at in plain if at < len(row.cells))
    return bool(opened) and bool(plain) and headed and (filled_after or not after)


def _group_start(above: list[str], below: list[str], at: int) -> bool:
    start = at
    while start > 0 and not above[start]:
        start -= 1
    return bool(above[start]) and bool(below[start])


class SkipReason:
    """Stable codes for rows that are read but hold no record."""

    BLANK = "blank"
    TOTAL = "total"
    REPEATED_HEADER = "repeated_header"
    FOOTER = "footer"


def skip_reason(cells: Sequence[Cell], header_texts: frozenset[tuple[str, ...]]) -> str | None:
    """Why a row below the header is no record; None for a record.

    A total is a label such as 合计, 小计, Total beside nothing but numbers: a customer named Total has an
    address.
    `header_texts` are the folded header rows, for headers printed again on every page.
    """
    for first in cells:
        if not is_blank(first):
            break
    else:
        return SkipReason.BLANK
    if not isinstance(first, str):
        return None
    label = unicodedata.normalize("NFKC", first).strip()
    bare = "".join(label.split()).lower()
    if any(bare == texts[0] for texts in header_texts if texts):
        filled = tuple(folded(cell_text(cell)) for cell in cells if not is_blank(cell))
        if filled in header_texts:
            return SkipReason.REPEATED_HEADER
    if len(label) > 70 or not _TELLING.search(bare):
        return None
    exact = _TOTAL.match(bare) is not None
    if exact or _GROUP_TOTAL.match(label):
        others = [cell for cell in cells if not is_blank(cell)][1:]
        # "总计 12 条" style cells count as numbers; an exact label may stand alone, a group total may not.
        if all(_is_amount(cell) for cell in others) and (exact or (others and 2 * len(others) < len(cells) + 2)):
            return SkipReason.TOTAL
    if _FOOTER.match(label) and sum(not is_blank(cell) for cell in cells) <= max(1, len(cells) // 2):
        return SkipReason.FOOTER
    return None


def _is_amount(cell: Cell) -> bool:
    if not isinstance(cell, str):
        return True
    text = unicodedata.normalize("NFKC", cell).strip()
    if _NUMERIC.match(text) or _COUNTED.match(text) or text in ("-", "--", "/", "—"):
        return True
    return bool(_TOTAL.match(folded(text)))
