"""What is held on a natural person, wherever it stands (D-1).

Each slice says what it holds: `personal.source(...)` in its `slice.py`. A copy asks every source, an erasure
empties every source, and a test fails when a table that points at a customer or a contact is named by none.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Literal

from django.db.models import QuerySet

ERASED = "［已删除］"
# A mark shorter than this stands in too many words that are not the person.
SHORTEST_MARK = 2
SHORTEST_DIGITS = 5
# Rows read at once: an erasure is rare, and memory stays small.
PORTION = 200


@dataclass(frozen=True, slots=True)
class Person:
    """A natural person we hold data on: a contact, or a customer that is a person himself.

    `marks` are the texts that tell who it is (name, numbers, addresses), for finding him in free text.
    """

    kind: Literal["contact", "customer"]
    pk: int
    customer_id: int
    name: str
    marks: tuple[str, ...] = ()

    @property
    def subject(self) -> str:
        """As an event's subject is written: `contact:7`."""
        return f"{self.kind}:{self.pk}"


Rows = Iterable[Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Source:
    """What one slice holds on a person.

    `collect(person)` gives its rows as plain values (text, numbers, ISO times) for the person's own copy.
    `erase(person, wiper)` empties or removes them and gives how many rows it touched; it may be called
    again, is part of the caller's unit of work, and leaves what law or the books need without the person.
    `tables` are the labels (`customers.Contact`) of the models it answers for.
    `files(person)` are stored files (paths below the installation's files) to be destroyed once the erasure
    has been committed.
    """

    code: str
    label: Any
    collect: Callable[[Person], Rows]
    erase: Callable[[Person, Wiper], int]
    tables: Sequence[str] = ()
    files: Callable[[Person], Iterable[str]] | None = None
    order: int = 100


@dataclass
class Wiper:
    """Takes a person's marks out of free text."""

    marks: tuple[str, ...]
    _pattern: re.Pattern[str] | None = field(init=False, default=None)

    def __post_init__(self) -> None:
        found = sorted({mark for mark in map(_plain, self.marks) if _tells(mark)}, key=lambda mark: (-len(mark), mark))
        if found:
            self._pattern = re.compile("|".join(_loose(mark) for mark in found), re.IGNORECASE)

    def holds(self, text: str) -> bool:
        """Whether the text speaks of the person."""
        return bool(self._pattern and text and self._pattern.search(_plain(text)))

    def text(self, text: str) -> str:
        """The text with every mark replaced and everything else as it was typed."""
        if not self._pattern or not text:
            return text
        kept, end = [], 0
        for found in self._pattern.finditer(_plain(text)):
            kept += [text[end : found.start()], ERASED]
            end = found.end()
        return "".join([*kept, text[end:]])

    def value(self, value: Any) -> Any:
        """The same inside lists and mappings."""
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, Mapping):
            return {key: self.value(item) for key, item in value.items()}
        if isinstance(value, list | tuple):
            return [self.value(item) for item in value]
        return value

    def rows(self, rows: QuerySet[Any], *columns: str) -> int:
        """The same in these columns of every row, cut to what the column holds; returns how many rows changed."""
        lengths = {name: getattr(rows.model._meta.get_field(name), "max_length", None) for name in columns}
        touched = 0
        for row in rows.iterator(PORTION):
            held = {name: getattr(row, name) for name in columns}
            changed = {name: clean for name, value in held.items() if (clean := self.value(value)) != value}
            for name, clean in changed.items():
                if lengths[name] and isinstance(clean, str):
                    changed[name] = clean[: lengths[name]]
            if changed:
                touched += rows.model._default_manager.filter(pk=row.pk).update(**changed)
        return touched


def _plain(text: str) -> str:
    """Full-width letters and digits as half-width ones, place by place: as long as the text itself."""
    return "".join(char if char.isascii() else _plain_character(char) for char in text)


@lru_cache(maxsize=4096)
def _plain_character(char: str) -> str:
    plain = unicodedata.normalize("NFKC", char)
    return plain if len(plain) == 1 and plain.isalnum() else char


def _tells(mark: str) -> bool:
    mark = mark.strip()
    return len(mark) >= (SHORTEST_DIGITS if mark.isdigit() else SHORTEST_MARK)


def _loose(mark: str) -> str:
    """Digits of a number may be typed with blanks or hyphens between, and stand in no longer number."""
    mark = mark.strip()
    if mark.isdigit():
        return r"(?<!\d)" + r"[\s\-]?".join(mark) + r"(?!\d)"
    return re.escape(mark)


_sources: dict[str, Source] = {}


def source(thing: Source) -> None:
    """Register what a slice holds. Raises ValueError for a code that stands already."""
    if thing.code in _sources and _sources[thing.code] is not thing:
        raise ValueError(f"the personal source {thing.code} is registered twice")
    _sources[thing.code] = thing


def sources() -> list[Source]:
    """All of them, in the order they are asked."""
    return sorted(_sources.values(), key=lambda each: (each.order, each.code))
