"""Portions as the check has read them, kept for the writing that follows in the same process.

They stand in an unnamed file on the disk of the imports: memory stays small however long the import is, and
the file is gone with the process. Who goes on with an import that was ended reads the source anew.
"""

from __future__ import annotations

import pickle
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

from weixi.customers.importing.rows import Portion, Row


def packed(portion: Portion) -> bytes:
    """A portion as bytes, without the cells, which have done their part: their digests stand in `places`."""
    rows = [(row.number, row.values, row.faults, row.read) for row in portion.rows]
    return pickle.dumps((portion.seq, portion.places, rows), protocol=pickle.HIGHEST_PROTOCOL)


def unpacked(text: bytes) -> Portion:
    """The portion in bytes that this process or one of its children has just made."""
    seq, places, rows = pickle.loads(text)  # noqa: S301 - nobody else can reach them
    digests = {number: digest for number, _skipped, digest in places}
    made = [Row(number, values, faults, (), read, digests[number]) for number, values, faults, read in rows]
    return Portion(seq, places, made)


class KeptRows:
    """The portions in order."""

    def __init__(self, folder: Path) -> None:
        self._file: IO[Any] = tempfile.TemporaryFile(dir=folder)  # noqa: SIM115 - closed by `close`
        self._lengths: list[int] = []

    def put(self, text: bytes) -> None:
        self._file.write(text)
        self._lengths.append(len(text))

    def portions(self) -> Iterator[Portion]:
        """The portions from the first on; may be called again."""
        self._file.seek(0)
        for length in self._lengths:
            yield unpacked(self._file.read(length))

    def close(self) -> None:
        self._file.close()
