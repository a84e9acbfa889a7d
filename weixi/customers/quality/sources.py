"""Further numbers of the board that other topics count (duplicates): one line each registers them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from weixi.organisation.scope import Viewer


@dataclass(frozen=True, slots=True)
class QualitySource:
    """`count(viewer)` gives the number within the viewer's scope from an index, or None when it is not known;
    `url_name` is the page with the things behind it and the work on them. `target` is what it should be."""

    code: str
    label: Any
    count: Callable[[Viewer], int | None]
    url_name: str
    target: int = 0


_sources: dict[str, QualitySource] = {}


def quality_source(source: QualitySource) -> None:
    """Put a number on the board."""
    _sources[source.code] = source


def sources() -> tuple[QualitySource, ...]:
    return tuple(_sources.values())
