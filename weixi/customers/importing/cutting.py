"""The file cut into portions that are decided and written together."""

from __future__ import annotations

from collections.abc import Iterator

from weixi.customers.importing.reading import Reading
from weixi.customers.importing.rows import Handler, Portion, Row
from weixi.customers.importing.survey import Survey
from weixi.kernel.importing.reading import SourceRow

# Rows of a portion at most: written in one transaction, short enough that people keep saving. The fewer portions, the
# less often a page of an index is written: half as many save a tenth of an import of customers.
PORTION = 2000


def size_for(handler: type[Handler]) -> int:
    """Rows of a portion of this kind: some 0.4 s of the database."""
    return min(PORTION, handler.at_once)


def portions(reading: Reading, survey: Survey, handler: type[Handler], size: int) -> Iterator[Portion]:
    """The file in portions of so many rows, groups never divided; the same for every pass over the same file."""
    open_groups: dict[str, list[tuple[SourceRow, Row]]] = {}
    seq = 0
    portion = Portion(seq)
    for source in reading.source_rows():
        if source.skipped is not None:
            portion.add(source, None)
        else:
            row = reading.row(source)
            group = handler.group(row)
            if group and (group in open_groups or survey.last_row.get(hash(group), 0) > row.number):
                open_groups.setdefault(group, []).append((source, row))
                if survey.last_row.get(hash(group), 0) <= row.number:
                    for each in open_groups.pop(group):
                        portion.add(*each)
            else:
                portion.add(source, row)
        if len(portion.places) >= size:
            yield portion
            seq += 1
            portion = Portion(seq)
    for rows in open_groups.values():
        for each in rows:
            portion.add(*each)
    if portion.places:
        yield portion
