"""Showing that a value is there, and as much of it as tells one from another, without giving it away.

    mask("13812345678", Mask.PHONE)         138****5678
    mask("zhang.wei@hengtai.cn", Mask.EMAIL) z****@hengtai.cn

What each kind shows stands in `SHOWN`. Whatever the text: no more than that is shown, and at least `HIDDEN`
characters are not; a text too short for both shows less, or nothing. Four stars stand for what is hidden,
however much that is. Masking what is masked changes nothing. Characters are what people see as one: an
accent stays with its letter.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator
from enum import StrEnum
from itertools import takewhile

STARS = "****"
NAME_STARS = "**"
# So many characters of a value are never shown.
HIDDEN = 4
_JOINER = "\u200d"
# Marks that reorder or hide text say nothing and could make the shown part read as something else.
_UNSEEN = re.compile("[\x00-\x1f\x7f-\x9f\u061c\u200b\u200c\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff]")
_SEVERAL = re.compile(r"([/、,，;；\s]+)")
_MOBILE = re.compile(r"(\+?86)?1[\d*]{10}")
_AREA = re.compile(r"\(?0(?:10|2\d|[3-9]\d{2})[-)]?")
_PLACE = re.compile(r"(?:[^\W\d_]{2,8}?(?:省|自治区))?(?:[^\W\d_]{2,8}?(?:市|自治州|地区|盟))?")
_DAY = re.compile(r"(?:\d{4}|\*{4}|-)-(\d{2}-\d{2})")


class Mask(StrEnum):
    """What kind of value it is, and so what of it may be seen."""

    PHONE = "phone"
    EMAIL = "email"
    ID_NUMBER = "id_number"
    UNIFIED_CODE = "unified_code"
    ADDRESS = "address"
    ACCOUNT = "account"
    WECHAT = "wechat"
    NAME = "name"
    BIRTHDAY = "birthday"
    TEXT = "text"


# Characters shown in front and behind. A phone is a mobile number; any other number shows its area code and
# the last three. An e-mail shows its domain as well, an address the province and the city, a birthday month
# and day. A name keeps its first character however short it is: that is how people call one whom they do not name.
SHOWN: dict[Mask, tuple[int, int]] = {
    Mask.PHONE: (3, 4),
    Mask.EMAIL: (1, 0),
    Mask.ID_NUMBER: (3, 4),
    Mask.UNIFIED_CODE: (4, 4),
    Mask.ADDRESS: (0, 0),
    Mask.ACCOUNT: (0, 4),
    Mask.WECHAT: (1, 1),
    Mask.NAME: (1, 0),
    Mask.BIRTHDAY: (0, 0),
    Mask.TEXT: (0, 0),
}
_LANDLINE = (0, 3)


def mask(value: str, kind: Mask) -> str:
    """The value as somebody sees it who may know that it is there. Nothing stays nothing."""
    text = _UNSEEN.sub("", value).strip()
    if not text:
        return ""
    return _MASKS.get(kind, _plain(kind))(text)


def hide(text: str, head: int, tail: int) -> str:
    """At most `head` characters, four stars, at most `tail` characters."""
    seen = list(characters(text))
    if _is_hidden(seen, head, tail):
        return text
    if len(seen) < head + tail + HIDDEN:
        head, tail = min(head, len(seen) // HIDDEN), min(tail, len(seen) // HIDDEN)
        if len(seen) < head + tail + HIDDEN:
            head = tail = 0
    # A star that somebody typed is as good as one of ours: where it begins, nothing more is shown.
    front = _until_star(seen[:head])
    back = _until_star(seen[len(seen) - tail :][::-1])[::-1]
    return "".join(front) + STARS + "".join(back)


def characters(text: str) -> Iterator[str]:
    """The text by what people see as one character: a letter with its accents, an emoji with its parts."""
    held = ""
    for char in text:
        joins = unicodedata.category(char)[0] == "M" or char == _JOINER or 0x1F3FB <= ord(char) <= 0x1F3FF
        if held and not joins and not held.endswith(_JOINER):
            yield held
            held = ""
        held += char
    if held:
        yield held


def _is_hidden(seen: list[str], head: int, tail: int) -> bool:
    """Whether the text is one that `hide` could have made."""
    front = len(_until_star(seen))
    back = len(seen) - front - len(STARS)
    return front <= head and 0 <= back <= tail and seen[front : front + len(STARS)] == list(STARS) and "*" not in seen[front + len(STARS) :]  # fmt: skip


def _until_star(seen: list[str]) -> list[str]:
    return list(takewhile(lambda char: "*" not in char, seen))


def _plain(kind: Mask) -> Callable[[str], str]:
    return lambda text: hide(text, *SHOWN[kind])


def _phones(text: str) -> str:
    """One number or several with a separator between."""
    # A lone accent is a space with it in its normal form.
    parts = _SEVERAL.split(unicodedata.normalize("NFKC", text).strip())
    return "".join(part if place % 2 else _phone(part) for place, part in enumerate(parts) if part)


def _phone(text: str) -> str:
    if found := _MOBILE.fullmatch(text):
        country = found[1] or ""
        return country + hide(text.removeprefix(country), *SHOWN[Mask.PHONE])
    found = _AREA.match(text)
    area = found[0] if found else ""
    return area + hide(text.removeprefix(area), *_LANDLINE)


def _email(text: str) -> str:
    local, at, domain = text.rpartition("@")
    if not at or not local:
        return hide(text, 0, 0)
    return f"{hide(local, *SHOWN[Mask.EMAIL])}@{domain}"


def _address(text: str) -> str:
    found = _PLACE.match(text)
    return (found[0] if found else "") + STARS


def _name(text: str) -> str:
    first = next(characters(text))
    return (first if first != "*" and len(text) > len(first) else "") + NAME_STARS


def _birthday(text: str) -> str:
    found = _DAY.fullmatch(text)
    return f"{STARS}-{found[1]}" if found else STARS


_MASKS: dict[Mask, Callable[[str], str]] = {
    Mask.PHONE: _phones,
    Mask.EMAIL: _email,
    Mask.ADDRESS: _address,
    Mask.NAME: _name,
    Mask.BIRTHDAY: _birthday,
}
