"""Further numbers of the board that other topics count (duplicates): one line each registers them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from weixi.organisation.scope import Viewer


@dataclass(frozen=True, slots=True)
class QualitySource:
    """`count(viewer)` gives the number within the viewer's scope from an index, or None when it is not known;
    `where` asks the customer list for those behind it (a line of the filter language), `url_name` is the page on
    which it is worked at; without one they are gone through one by one. `target` is what it should be."""

    code: str
    label: Any
    count: Callable[[Viewer], int | None]
    url_name: str = ""
    where: str = ""
    target: int = 0


_sources: dict[str, QualitySource] = {}


def quality_source(source: QualitySource) -> None:
    """Put a number on the board."""
    _sources[source.code] = source


def sources() -> tuple[QualitySource, ...]:
    return tuple(_sources.values())
