"""Rows on their way: as read from the file, as decided, and what a handler of a kind has to do."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from hashlib import blake2b
from typing import Any, Protocol

from weixi.kernel.importing.cells import Cell, cell_text
from weixi.kernel.importing.reading import SourceRow
from weixi.organisation.scope import Viewer

# So many warnings of a run are told with their words; of the others it is told how many they are.
MOST_WARNINGS = 200


class Act(StrEnum):
    """What happens with a row; the letter is what the stored plan holds."""

    CREATE = "c"
    UPDATE = "u"
    SAME = "s"
    REJECT = "r"
    SKIP = "k"


@dataclass(slots=True)
class Row:
    """One record: `values` by field key, blanks left out; `faults` are why it cannot be taken as it is."""

    number: int
    values: dict[str, Any]
    faults: list[str] = field(default_factory=list)
    cells: Sequence[Cell] = ()
    # What the handler has made of the values (see `Handler.read`).
    read: Any = None
    _digest: str = ""

    @property
    def digest(self) -> str:
        """Eight characters that change with the content; worked out when asked for."""
        if not self._digest:
            self._digest = digest_of(self.cells)
        return self._digest


def digest_of(cells: Sequence[Cell]) -> str:
    """Eight characters that change with the row's content."""
    return blake2b("\x1f".join(map(cell_text, cells)).encode("utf-8", "replace"), digest_size=4).hexdigest()


@dataclass
class Portion:
    """Rows of the file that are decided and written together. `places` has all of them as they stand in the file:
    (number, why it is skipped or None, digest)."""

    seq: int
    places: list[tuple[int, str | None, str]] = field(default_factory=list)
    rows: list[Row] = field(default_factory=list)

    def add(self, source: SourceRow, row: Row | None) -> None:
        """Put a row into the portion; without `row` it is skipped."""
        if row is None:
            self.places.append((source.number, source.skipped, digest_of(source.cells)))
        else:
            self.places.append((source.number, None, row.digest))
            self.rows.append(row)


@dataclass(slots=True)
class Decision:
    """What is to happen with a row. `target` is the id of what it makes or meets, as far as it is known;
    `work` is the handler's own note for writing."""

    row: int
    act: Act
    target: int | None = None
    reasons: list[str] = field(default_factory=list)
    warning: str = ""
    # There is a warning whose words nobody will see.
    counted: bool = False
    work: Any = None
    # People that the row brings beside it: how many contacts are made and changed.
    contacts: tuple[int, int] = (0, 0)


@dataclass(frozen=True, slots=True)
class Hindsight:
    """A row that the check had taken (`act`) before it learned that what the row hangs on does not come."""

    row: int
    act: Act
    reason: str


def rejected(row: Row, *reasons: str) -> Decision:
    return Decision(row.number, Act.REJECT, reasons=[*row.faults, *reasons])


@dataclass(frozen=True, slots=True)
class Context:
    """`repeated` are hashes of the keys that stand more than once in the file (see `survey`); `writing`
    is False in the check, which decides the same way but finds nothing of its own rows in the database."""

    viewer: Viewer
    create_customers: bool
    repeated: frozenset[int]
    writing: bool
    mapped: frozenset[str]
    # Hashes of all keys of the file, where a row may name one further down.
    present: frozenset[int] = frozenset()


class Handler(Protocol):
    """Plans and writes rows of one kind. Made anew for each pass over the file."""

    # Rows of a portion: as many as are written within half a second.
    at_once: int

    def __init__(self, context: Context) -> None: ...

    @staticmethod
    def key_fields() -> tuple[str, ...]:
        """Fields whose values say that two rows speak of the same thing; () for the row as a whole."""

    @staticmethod
    def keys(row: Row) -> Sequence[str]:
        """Under what the row is known; rows that share one are looked at together by `decide`."""

    @staticmethod
    def group(row: Row) -> str:
        """Rows of one group are decided and written together; "" for a row on its own."""

    @staticmethod
    def read(row: Row) -> Any:
        """What the row says as the archive would take it, worked out once for both passes: `row.read`.
        It depends on nothing but the row, and `decide` leaves it as it is."""

    @staticmethod
    def foresee(row: Row) -> None:
        """Work out what `decide` will ask of a row that was read: called where a process has nothing else to do, so
        that `decide` must not count on it. Like `read` without the database."""

    def decide(self, rows: Sequence[Row]) -> list[Decision]:
        """One decision per row, in order. Reads the database, changes nothing in it."""

    def write(self, decisions: Sequence[Decision]) -> None:
        """Do what `decide` has just said, inside a unit of work, and fill in the targets."""

    def absorb(self, rows: Sequence[Row], targets: Sequence[int | None]) -> None:
        """Learn of rows that an earlier process has written already."""

    def hindsight(self) -> Sequence[Hindsight]:
        """After the check of the last row: rows that hang on rows of this file which are not taken. The plan then has them
        rejected, and writing does not ask for them again."""

    def left_over(self) -> Sequence[tuple[int, str]]:
        """After the last row was written: (row, sentence) of what could not be done as planned, the row being there."""


class PlainHandler:
    """What handlers need not say whose rows stand each for itself."""

    at_once = 1000

    @staticmethod
    def read(row: Row) -> Any:
        """Nothing is kept beside the values."""

    @staticmethod
    def foresee(row: Row) -> None:
        """Nothing is worked out beforehand."""

    def hindsight(self) -> Sequence[Hindsight]:
        return ()

    def left_over(self) -> Sequence[tuple[int, str]]:
        return ()
