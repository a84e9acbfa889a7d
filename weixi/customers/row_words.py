"""Words about the rows of a page that another slice knows: the next duty's title, the last contact's way.

    add("due", lambda viewer, rows: {row.pk: "回复需求" for row in rows})

One call per page, so a slice answers with one query for all rows.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from weixi.customers.models import Customer
from weixi.organisation.scope import Viewer

Words = Callable[[Viewer, Sequence[Customer]], Mapping[int, str]]
_words: dict[str, Words] = {}


def add(column: str, read: Words) -> None:
    """Let a slice say something beside a column's value; registering again replaces it."""
    _words[column] = read


def words(column: str, viewer: Viewer, rows: Sequence[Customer]) -> Mapping[int, str]:
    read = _words.get(column)
    return read(viewer, rows) if read and rows else {}
