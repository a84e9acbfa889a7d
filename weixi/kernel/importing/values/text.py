"""Texts: kept as written, compared by their normal form."""

from __future__ import annotations

import re
import unicodedata

from weixi.kernel.importing.cells import WHITE, Cell, cell_text
from weixi.kernel.importing.values.outcome import Bad, bad, error_cell
from weixi.kernel.importing.wording import gettext_noop as _
from weixi.kernel.importing.wording import say

_INVISIBLE = dict.fromkeys(map(ord, "\u200b\u200c\u200d\u2060\ufeff\u00ad\u200e\u200f\u202a\u202b\u202c\u202d\u202e"))
_HAN = r"[\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]"
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
_BETWEEN_HAN = re.compile(rf"(?<={_HAN})\s+(?={_HAN})")


def name_key(text: str) -> str:
    """The form by which two names are the same name: NFKC, invisible marks dropped, trimmed, blanks single.

    Letter case and inner blanks still count: this decides links, so it must not be generous.
    """
    return " ".join(unicodedata.normalize("NFKC", text).translate(_INVISIBLE).split())


def loose_key(text: str) -> str:
    """A generous form for similar names: as `name_key`, without case and without any blanks."""
    return re.sub(r"\s+", "", name_key(text)).casefold()


def parse_text(cell: Cell, *, longest: int = 2000) -> str | Bad | None:
    """The text as written, blanks around it cut and blanks between Chinese characters kept.

    Bad: error cells, NUL, other control characters, half a surrogate pair, more than `longest` characters.
    """
    text = (cell if isinstance(cell, str) else cell_text(cell)).strip(WHITE)
    if not text:
        return None
    # An error is a cell of its own kind, or in a text begins with a number sign.
    if (not isinstance(cell, str) or "#" in text) and (fault := error_cell(cell)) is not None:
        return fault
    if len(text) > longest:
        return Bad("text_too_long", say(_("The text has more than %(limit)s characters."), limit=longest))
    # What can be printed holds no control character: that is known in a tenth of the time.
    if not text.isprintable() and _CONTROL.search(text):
        return bad("text_control", _("The text “%(value)s” contains control characters."), text)
    return text


def parse_line(cell: Cell, *, longest: int = 250) -> str | Bad | None:
    """As `parse_text` on one line: inner line ends and tabs become one blank."""
    text = parse_text(cell, longest=longest)
    return " ".join(text.split()) if isinstance(text, str) else text


def parse_person_name(cell: Cell, *, longest: int = 100) -> str | Bad | None:
    """A person's name: `张  三` is written 张三, `John   Smith` keeps one blank."""
    name = parse_line(cell, longest=longest)
    return _BETWEEN_HAN.sub("", name) if isinstance(name, str) else name


def split_list(cell: Cell, *, longest: int = 100) -> list[str] | Bad:
    """Items of a list cell divided by 、 , ; ，； or line ends; blanks trimmed, repeated items once, order
    kept.
    """
    text = parse_text(cell, longest=10_000)
    if text is None:
        return []
    if isinstance(text, Bad):
        return text
    items = list(dict.fromkeys(item.strip() for item in re.split(r"[、,，;；\r\n]+", text) if item.strip()))
    for item in items:
        if len(item) > longest:
            return bad("item_too_long", _("“%(value)s” is too long for one item of a list."), item)
    return items
