"""From words to the tokens of the index and of a question; pure text, the same for both databases.

An entry's tokens stand in one text with single blanks between:
* of each run of Chinese characters all pairs and the last character alone (启明星 -> 启明 明星 星), so that
  any two neighbours are one token, any one character begins one, and a longer part of a name is found
  by its pairs standing side by side;
* each run of Latin letters and digits as a word;
* of names the sound: the syllables joined and their initials, from the first syllables on, so that
  `qiming` and `qm` find 上海启明;
* of phones the digits behind a mark, and backwards behind another, so that any tail begins a token; the marks
  keep them apart, so that who sees no telephones asks for none (`question(text, phones=False)`);
* of numbers (codes) their letters and digits without what stands between.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

from weixi.kernel.pinyin import HAN, may_have_surname, plain, syllables

# Stands before digits written backwards; no name has it, and both databases take it as a letter.
TAIL = "¬"
# Stands before digits of a telephone written forwards.
HEAD = "¦"
PHONE_TAIL = 4
LONGEST_TOKEN = 40
LONGEST_QUESTION = 100
MOST_TERMS = 8
# From how many places of a name its sound is indexed, and how far.
SOUND_PLACES = 5
SOUND_LENGTH = 24
INITIALS_LENGTH = 12

_RUN = re.compile(rf"([{HAN}]+)|[^\W_{HAN}]+")
_has_han = re.compile(f"[{HAN}]").search
_NO_DIGIT = re.compile("[^0-9]+")


class Doc(NamedTuple):
    """What one object can be found by. `names` also by sound; `words` are further texts, as they are
    written; `codes` are numbers people know things by."""

    kind: str
    object_id: int
    title: str
    customer_id: int | None = None
    names: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    phones: tuple[str, ...] = ()
    codes: tuple[str, ...] = ()


def runs(text: str) -> Iterator[tuple[bool, str]]:
    """Runs of Chinese characters (True) and of other letters and digits (False) of a `plain` text."""
    return ((match[1] is not None, match[0]) for match in _RUN.finditer(text))


def pairs(run: str) -> list[str]:
    """启明星 -> 启明, 明星."""
    return [run[at : at + 2] for at in range(len(run) - 1)]


def _words(text: str) -> list[str]:
    found: list[str] = []
    for match in _RUN.finditer(plain(text)):
        run = match[0]
        if match[1] is not None:
            found += pairs(run)
            found.append(run[-1])
        else:
            found.append(run[:LONGEST_TOKEN])
    return found


def _sounds(name: str) -> list[str]:
    found: list[str] = []
    readings = [syllables(name)]
    if may_have_surname(name) and (other := syllables(name, surname=False)) != readings[0]:
        readings.append(other)
    for spoken in readings:
        sound, initials = "".join(spoken), "".join([part[0] for part in spoken])
        begins = 0
        for place, part in enumerate(spoken[:SOUND_PLACES]):
            found.append(sound[begins : begins + SOUND_LENGTH])
            if place < len(spoken) - 1:
                found.append(initials[place : place + INITIALS_LENGTH])
            begins += len(part)
    return found


def digits_of(phone: str) -> str:
    """A phone's digits without the country's 86 before a mobile number."""
    digits = _NO_DIGIT.sub("", plain(phone))
    return digits[2:] if len(digits) == 13 and digits.startswith("86") else digits


def entry_text(doc: Doc) -> str:
    """The tokens of an object, each once where order does not matter."""
    ordered: list[str] = []
    for text in (*doc.names, *doc.words):
        ordered += _words(text)
    loose: list[str] = []
    for name in doc.names:
        if _has_han(name):
            loose += _sounds(name)
    for phone in doc.phones:
        if digits := digits_of(phone)[-20:]:
            loose += [HEAD + digits, TAIL + digits[::-1]]
    for code in doc.codes:
        parts = [match[0] for match in _RUN.finditer(plain(code))]
        loose += [*[part[:LONGEST_TOKEN] for part in parts], "".join(parts)[:LONGEST_TOKEN]]
    seen = set(ordered)
    return " ".join([*ordered, *dict.fromkeys([token for token in loose if token not in seen])])


# --- the question -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Token:
    text: str
    prefix: bool = False


@dataclass(frozen=True, slots=True)
class Question:
    """Every group must be met, by one of its tokens. `phrases` must stand so in the entry's text."""

    groups: tuple[tuple[Token, ...], ...] = ()
    phrases: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.groups)


def question(text: str, *, phones: bool = True) -> Question:
    """Read what a person typed; empty when nothing in it can be searched for.

    Without `phones` no telephone is asked for: the answer is the same whatever numbers are kept.
    """
    groups: list[tuple[Token, ...]] = []
    phrases: list[str] = []
    terms = list(runs(plain(text[:LONGEST_QUESTION])))[:MOST_TERMS]
    for place, (han, run) in enumerate(terms):
        if len(run) == 1 and run.isascii() and any(other.isdigit() for _, other in terms[place + 1 : place + 2]):
            # K-0004711: as a prefix the letter alone would gather half the index.
            groups.append((Token(run),))
        elif not han:
            groups.append(tuple(_word_tokens(run[:LONGEST_TOKEN], phones)))
        elif len(run) == 1:
            groups.append((Token(run, prefix=True),))
        else:
            groups.extend((Token(pair),) for pair in pairs(run))
            if len(run) > 2:
                phrases.append(" ".join(pairs(run)))
    return Question(tuple(dict.fromkeys(groups)), tuple(phrases))


def _word_tokens(word: str, phones: bool) -> Iterable[Token]:
    yield Token(word, prefix=True)
    if not (phones and word.isdigit() and word.isascii()):
        return
    digits = digits_of(word)
    yield Token(HEAD + digits, prefix=True)
    if digits != word:
        yield Token(HEAD + word, prefix=True)
    if len(word) >= PHONE_TAIL:
        yield Token(TAIL + digits[::-1], prefix=True)


def meets(tokens: Iterable[str], asked: Question) -> bool:
    """Whether what has these tokens is asked for, as the index answers it: for short lists that stand in memory."""
    known = tuple(tokens)
    return bool(asked) and all(
        any(one.startswith(token.text) if token.prefix else one == token.text for token in group for one in known)
        for group in asked.groups
    )
