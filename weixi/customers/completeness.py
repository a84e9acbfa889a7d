"""How complete an archive is by the data standard (A-5, A-7): a pure function of fields and values.

Two measures, kept apart: the share of required fields that are filled, and the key fields that are
missing. A field that follows from orders is nobody's to fill, so it never counts in the share; as a
key field it is still missing when there is nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from weixi.policy.document.archive import ArchiveField

EVERYBODY = "all"
FULL = 100
_EMPTY = (None, "", False, 0)


@dataclass(frozen=True, slots=True)
class Gap:
    """A field that should be filled and is not."""

    key: str
    title: str
    of: str
    group: str


@dataclass(frozen=True, slots=True)
class Standing:
    """`percent` is rounded down, so 100 means complete. `key_gaps` are missing key fields."""

    percent: int
    gaps: tuple[Gap, ...] = ()
    key_gaps: tuple[Gap, ...] = ()

    @property
    def complete(self) -> bool:
        return not self.gaps


def is_required(field: ArchiveField, grade: str) -> bool:
    """Whether the standard demands this field of a customer of that grade (empty: not graded yet)."""
    return not field.computed and (EVERYBODY in field.required_for or (bool(grade) and grade in field.required_for))


def standing(fields: Iterable[ArchiveField], values: Mapping[str, Any], *, kind: str, grade: str) -> Standing:
    """Judge one archive. `values` has every key that can be filled here; a field of the standard whose
    key is not among them is kept elsewhere and asks nothing."""
    required, gaps, key_gaps = 0, [], []
    for field in fields:
        if field.key not in values or field.of not in ("customer", "contact", kind):
            continue
        filled = values[field.key] not in _EMPTY
        gap = Gap(field.key, field.title, field.of, field.group)
        if is_required(field, grade):
            required += 1
            if not filled:
                gaps.append(gap)
        if field.key_field and not filled:
            key_gaps.append(gap)
    percent = _share(required, len(gaps))
    return Standing(percent, tuple(gaps), tuple(key_gaps))


def _share(required: int, missing: int) -> int:
    return FULL if not required else (required - missing) * FULL // required


class Standard:
    """The percentages of many archives by one standard: what it demands is worked out once per kind and grade."""

    def __init__(self, fields: Sequence[ArchiveField]) -> None:
        self._fields = fields
        self._required: dict[tuple[str, str], tuple[str, ...]] = {}

    @property
    def keys(self) -> frozenset[str]:
        """The keys that some archive must have."""
        return frozenset(field.key for field in self._fields if not field.computed and field.required_for)

    def percent(self, values: Mapping[str, Any], *, kind: str, grade: str) -> int:
        """`standing(...).percent` of the same fields and values."""
        required = self._required.get((kind, grade))
        if required is None:
            required = self._required[kind, grade] = tuple(
                field.key
                for field in self._fields
                if field.of in ("customer", "contact", kind) and is_required(field, grade) and field.key in values
            )
        missing = len([key for key in required if values[key] in _EMPTY])
        return _share(len(required), missing)
