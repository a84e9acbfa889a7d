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
from weixi.kernel.importing.reading import SourceRow


class KeptRows:
    """The portions in order."""

    def __init__(self, folder: Path) -> None:
        self._file: IO[Any] = tempfile.TemporaryFile(dir=folder)  # noqa: SIM115 - closed by `close`
        self._count = 0

    def put(self, portion: Portion) -> None:
        sources = [(source.number, source.skipped, source.cells) for source in portion.sources]
        # Cells stand in both: the second time they cost a reference.
        rows = [(row.number, row.values, row.faults, row.cells, row.read) for row in portion.rows]
        pickle.dump((portion.seq, sources, rows), self._file, protocol=pickle.HIGHEST_PROTOCOL)
        self._count += 1

    def portions(self) -> Iterator[Portion]:
        """The portions from the first on; may be called again."""
        self._file.seek(0)
        for _place in range(self._count):
            # Nobody else can reach the file: it has no name.
            seq, sources, rows = pickle.load(self._file)  # noqa: S301
            yield Portion(
                seq,
                [SourceRow(number, None, cells, skipped) for number, skipped, cells in sources],
                [Row(*row) for row in rows],
            )

    def close(self) -> None:
        self._file.close()
