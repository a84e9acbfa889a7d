"""Ways to reach somebody, in one form: phones, mail addresses, legal numbers, postal addresses, birthdays."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache

from weixi.customers.matching.fold import closed_up, fold, has_han, words_of

_EXTENSION = re.compile(r"(?:转|ext\.?|x|#|分机).*$")
_NO_DIGIT = re.compile(r"\D")
_CODE = re.compile(r"[0-9A-HJ-NPQRTUWXY]{18}")
# 00000000, 12345678: typed because the field had to be filled.
_FILLER = re.compile(r"(\d)\1{5,}|12345678|87654321|01234567")
# Country codes after + or 00, China's aside; of the three figures where no shorter one begins so.
_ABROAD = re.compile(r"(?:\+|00)(?!86)(1|7|2[07]|3[0-469]|4[013-9]|5[1-8]|6[0-6]|8[1246]|9[0-58]|[2-9]\d\d)")
# Where nobody dials a 0 before the area, or there are no areas: Hong Kong, Macao, Singapore ...
_NO_ZERO = frozenset(["1", "7", "30", "34", "39", "45", "47", "48", "65", "852", "853"])
# Set apart as nobody writes a Chinese mobile number, which has as many digits.
_NORTH_AMERICAN = re.compile(r"1[-. (/]+\d{3}[-. )/]+\d{3}[-. /]+\d{4}(?:\s*(?:ext\.?|x|#)\s*\d+)?")
_STREET = {
    "street": "st", "str": "st", "avenue": "ave", "av": "ave", "boulevard": "blvd", "blv": "blvd", "road": "rd", "drive": "dr",
    "place": "pl", "lane": "ln", "court": "ct", "square": "sq", "highway": "hwy", "parkway": "pkwy", "crescent": "cr", "cres": "cr",
    "circuit": "cct", "terrace": "tce", "close": "cl", "first": "1st", "second": "2nd", "third": "3rd", "fourth": "4th",
    "fifth": "5th", "sixth": "6th", "seventh": "7th", "eighth": "8th", "ninth": "9th", "tenth": "10th",
}  # fmt: skip
_DIRECTIONS = frozenset(
    [
        "n",
        "s",
        "e",
        "w",
        "ne",
        "nw",
        "se",
        "sw",
        "north",
        "south",
        "east",
        "west",
        "between",
        "and",
        "at",
        "near",
        "off",
        "the",
        "of",
        "in",
    ]
)


def phone_of(text: str) -> str:
    """The digits that tell a line from others, as they are dialled at home: without the country's code, 0 before a
    mobile, the extension; empty for fillers.

    `+86 138-0013-8000`, `013800138000` -> `13800138000`; `010-8265 1234转8` -> `01082651234`;
    `+1 (310) 246-1501` -> `3102461501`; `+44 (0)20 7946 0958` -> `02079460958`.
    """
    plain = text.isascii() and text.isdigit()
    digits = text if plain else _NO_DIGIT.sub("", _EXTENSION.sub("", fold(text)))
    if not plain or digits.startswith("00"):
        called = ("+" if "+" in fold(text)[:2] else "") + digits
        if (abroad := _ABROAD.match(called)) and 7 <= len(called) - abroad.end() <= 12:
            rest = called[abroad.end() :].lstrip("0")
            return _unless_filler(rest if abroad.group(1) in _NO_ZERO else "0" + rest)
        if _NORTH_AMERICAN.fullmatch(text.strip()):
            return _unless_filler(digits[1:])
    if len(digits) > 11 and digits.startswith("0086"):
        digits = digits[2:]
    if len(digits) > 10 and digits.startswith("86"):
        digits = digits[2:]
        if not digits.startswith("0") and not (len(digits) == 11 and digits.startswith("1")):
            digits = "0" + digits
    if len(digits) == 12 and digits.startswith("01") and digits[2] in "3456789":
        digits = digits[1:]
    return _unless_filler(digits)


def _unless_filler(digits: str) -> str:
    return "" if len(digits) < 7 or _FILLER.search(digits) else digits


def phones_of(texts: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(phone for text in texts if text and (phone := phone_of(text))))


def same_phone(one: str, other: str) -> bool:
    """Equal, or the same local number with and without its area code."""
    if one == other:
        return True
    short, long = sorted((one, other), key=len)
    return 7 <= len(short) <= 8 and long.startswith("0") and long.endswith(short) and len(long) - len(short) in (3, 4)


def share_line(mine: Iterable[str], theirs: Sequence[str]) -> bool:
    """Whether one of these lines is one of those."""
    for line in mine:
        for other in theirs:
            # A number with its area code has ten digits at least.
            if line == other or ((len(line) < 10 or len(other) < 10) and same_phone(line, other)):
                return True
    return False


def email_of(text: str) -> str:
    """The address in small letters, without blanks."""
    mail = "".join(fold(text).split())
    return mail if mail.count("@") == 1 and not mail.startswith("@") else ""


def code_of(text: str) -> str:
    """A unified social credit code of 18 characters, or nothing: shorter numbers tell little."""
    if not text:
        return ""
    code = re.sub(r"[\s-]", "", fold(text)).upper()
    return code if _CODE.fullmatch(code) else ""


@lru_cache(maxsize=32768)
def address_of(text: str) -> tuple[str, str]:
    """(house number, street) of an address; a Chinese one is left whole, its numbers being part of it."""
    folded = fold(text)
    if has_han(folded):
        whole = re.sub("[省市区县镇乡]", "", closed_up(folded))
        return "".join(re.findall(r"\d+", whole)), whole
    words = [_STREET.get(word, word) for word in words_of(folded)]
    number = next((word for word in words if word[0].isdigit() and len(word) <= 6), "")
    street = [word for word in words if word != number and word not in _DIRECTIONS]
    return number, " ".join(street)


@lru_cache(maxsize=32768)
def birthday_of(text: str) -> str:
    """YYYYMMDD of a date as it is kept, or the digits people typed; empty when there is no year."""
    digits = re.sub(r"\D", "", fold(text))
    return digits if len(digits) == 8 else ""
