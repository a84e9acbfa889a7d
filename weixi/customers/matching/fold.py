"""One way of writing: widths, case, traditional characters, invisible marks, blanks and brackets."""

from __future__ import annotations

import re
import unicodedata

from weixi.customers.matching.traditional import SIMPLIFIED

# Marks nobody sees: zero width, direction, soft hyphen, joiners, the byte order mark.
_INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff]"
)
_BRACKETS = str.maketrans("[]{}〔〕【】〈〉《》「」『』〖〗", "()()()()()()()()()")
_ONE_WAY = SIMPLIFIED | _BRACKETS
_BETWEEN = re.compile(r"[^\w()]+|_+")
_HAN = re.compile("[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff〇\U00020000-\U000323af]")


def fold(text: str) -> str:
    """Half width, small letters, simplified characters, round brackets, without invisible marks; words stay apart."""
    if text.isascii():
        return text.casefold().translate(_BRACKETS)
    plain = unicodedata.normalize("NFKC", _INVISIBLE.sub("", text)).casefold()
    return plain.translate(_ONE_WAY)


def has_han(text: str) -> bool:
    """Whether a Chinese character stands in it."""
    return not text.isascii() and _HAN.search(text) is not None


def closed_up(text: str) -> str:
    """Folded text without blanks and punctuation, brackets kept: how a Chinese name is compared."""
    return _BETWEEN.sub("", text)


def words_of(text: str) -> tuple[str, ...]:
    """The words of a folded Latin text, accents taken off: `art's` is one word, `n.y.` is `ny`."""
    if not text.isascii():
        text = "".join(char for char in unicodedata.normalize("NFD", text) if unicodedata.category(char) != "Mn")
    joined = re.sub(r"(?<=\w)['’`](?=\w)", "", text)
    joined = re.sub(r"\b(\w)\.(?=\w\b)", r"\1", joined)
    return tuple(re.findall(r"[^\W_]+", joined))
