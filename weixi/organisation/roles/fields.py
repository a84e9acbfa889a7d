"""The fields whose access roles are given, as the slice above that owns them tells.

The customer archive calls `take_fields_from` in its `slice.py`; the page of roles lists what it names.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from weixi.organisation.enums import FieldClass


@dataclass(frozen=True, slots=True)
class FieldLine:
    """A field on the page of roles. `of` is `customer` or `contact`, `group` the form's part it stands in."""

    key: str
    label: Any
    of: str
    group: Any
    field_class: FieldClass


_source: list[Callable[[], Sequence[FieldLine]]] = []


def take_fields_from(source: Callable[[], Sequence[FieldLine]]) -> None:
    """Say where the fields come from; saying it again replaces it."""
    _source[:] = [source]


def field_lines() -> Sequence[FieldLine]:
    """All fields whose access can be set, in the order of the form."""
    return _source[0]() if _source else ()
