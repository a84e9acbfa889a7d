"""Names of persons, Chinese and Latin."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from weixi.customers.matching.fold import closed_up, fold, has_han, words_of

_TITLES = frozenset(["mr", "mrs", "ms", "miss", "dr", "prof", "sir", "madam"])
_CALLED = re.compile("(?:先生|女士|小姐|老师|经理|总监|总|主任|医生|教授)$")
_SOUNDS = str.maketrans("bfpvcgjkqsxzdtlmnr", "111122222222334556")


@dataclass(frozen=True, slots=True)
class PersonName:
    """`words` of a Latin name in their order; a Chinese name is one `text`."""

    text: str
    words: tuple[str, ...] = ()

    @property
    def latin(self) -> bool:
        return bool(self.words)


@lru_cache(maxsize=65536)
def person_name(name: str) -> PersonName:
    """A person's name without titles. 王先生 alone is the surname."""
    folded = fold(name)
    if has_han(folded):
        text = closed_up(folded).replace("(", "").replace(")", "")
        short = _CALLED.sub("", text)
        return PersonName(short or text)
    every = words_of(folded)
    words = tuple(word for word in every if word not in _TITLES) or every
    return PersonName(" ".join(words), words)


@lru_cache(maxsize=65536)
def sound_of(word: str) -> str:
    """A word's first letter and its consonants in classes (as Soundex): what is misheard or mistyped often agrees."""
    if not word:
        return ""
    rest = word[1:].replace("h", "").replace("w", "")
    digits = re.sub("[^1-6]", "0", rest.translate(_SOUNDS))
    first = word[0].translate(_SOUNDS)
    digits = re.sub(r"(.)\1+", r"\1", (first if first.isdigit() else "") + digits)
    tail = (digits[1:] if first.isdigit() else digits).replace("0", "")
    return (word[0] + tail + "000")[:4]
