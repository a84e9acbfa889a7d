"""Rejected rows by their reason: what is wrong with a file, once for all the rows that have it."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from weixi.customers.importing.error_files import parts_with_faults
from weixi.customers.importing.models import ImportRun

SHOWN_GROUPS = 20
SHOWN_NUMBERS = 5
# What a sentence quotes from the row, and numbers: the same fault of another row says something else there.
_QUOTED = re.compile(r"“[^”]*”|[0-9]+")


@dataclass
class Refused:
    """The rows with one reason. `text` is the reason of the first of them; `alike`: others quote other values."""

    key: str
    text: str
    alike: bool = False
    count: int = 0
    numbers: list[int] = field(default_factory=list)

    def add(self, number: int, text: str) -> None:
        self.count += 1
        self.alike = self.alike or text != self.text
        if len(self.numbers) < SHOWN_NUMBERS:
            self.numbers.append(number)

    @property
    def more(self) -> bool:
        """Whether there are rows whose number is not among `numbers`."""
        return self.count > len(self.numbers)


def refused_by_reason(run: ImportRun) -> list[Refused]:
    """All reasons, the one with most rows first. Rows with several faults are counted once, under all of them."""
    groups: dict[str, Refused] = {}
    for number, texts in _reasons(run):
        text, key = " ".join(texts), key_of(texts)
        groups.setdefault(key, Refused(key, text)).add(number, text)
    return sorted(groups.values(), key=lambda group: (-group.count, group.numbers))


def rows_with_reason(run: ImportRun, key: str) -> list[tuple[int, str]]:
    """(row, its reason) of all rows with this reason, in the order of the file."""
    return [(number, " ".join(texts)) for number, texts in _reasons(run) if key_of(texts) == key]


def key_of(texts: Sequence[str]) -> str:
    """Equal for the same faults, whatever they quote; short enough for an address."""
    return hashlib.sha256("\n".join(_QUOTED.sub("“”", text) for text in texts).encode()).hexdigest()[:16]


def _reasons(run: ImportRun) -> Iterator[tuple[int, list[str]]]:
    for part in parts_with_faults(run):
        for number in sorted(map(int, part.reasons)):
            yield number, part.reasons[str(number)]
