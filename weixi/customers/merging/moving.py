"""Rows that hang on one customer (or person) and go to another: found, moved, brought back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db import models
from django.db.models import Exists, OuterRef, QuerySet

from weixi.kernel.one_of import one_of
from weixi.kernel.slices import CustomerChild, registry

Moved = dict[str, list[int]]


@dataclass(frozen=True, slots=True)
class Count:
    """How many rows of a kind would move, and how many stay because the other has the same."""

    label: Any
    moves: int
    stays: int


def children() -> list[CustomerChild]:
    """What moves with a customer."""
    return [child for child in registry.children.values() if not child.stays]


def people_children() -> list[CustomerChild]:
    """What moves with a person at a customer."""
    return list(registry.contact_children.values())


def model_of(child: CustomerChild) -> type[models.Model]:
    found: type[models.Model] = apps.get_model(child.model)
    return found


def _rows(child: CustomerChild, of: int, other: int) -> QuerySet[Any]:
    """The rows of `of` that can go to `other`: not what stands once and is there already, not what would tie
    `other` to itself."""
    model = model_of(child)
    rows = model._default_manager.filter(**{f"{child.field}_id": of}).order_by("pk")
    if model._meta.label == "customers.Customer":
        rows = rows.exclude(pk=other)
    if child.apart:
        rows = rows.exclude(**{f"{child.apart}_id": other})
    if child.once is not None:
        only = dict(child.only)
        there = model._default_manager.filter(
            **{f"{child.field}_id": other}, **only, **{name: OuterRef(name) for name in child.once}
        )
        rows = rows.exclude(Exists(there), **only) if only else rows.exclude(Exists(there))
    return rows


def counts(of: int, other: int) -> list[Count]:
    """What would move, by kind; kinds of which there is nothing are left out."""
    found = []
    for child in children():
        every = model_of(child)._default_manager.filter(**{f"{child.field}_id": of}).count()
        moves = _rows(child, of, other).count() if every else 0
        if every:
            found.append(Count(child.label, moves, every - moves))
    return found


def move(kinds: Iterable[CustomerChild], of: int, other: int) -> Moved:
    """Move the rows, two statements for each kind; returns the keys of those that went."""
    moved: Moved = {}
    for child in kinds:
        keys = list(_rows(child, of, other).values_list("pk", flat=True))
        if keys:
            model_of(child)._default_manager.filter(one_of("pk", keys)).update(**{f"{child.field}_id": other})
            moved[child.code] = keys
    return moved


def move_back(kinds: Iterable[CustomerChild], moved: Mapping[str, list[int]], of: int, other: int) -> dict[str, int]:
    """Bring the rows back to `of` that are still with `other`; returns how many of each kind are not."""
    left: dict[str, int] = {}
    for child in kinds:
        keys = moved.get(child.code, [])
        if not keys:
            continue
        rows = model_of(child)._default_manager.filter(one_of("pk", keys), **{f"{child.field}_id": other})
        missing = len(keys) - rows.update(**{f"{child.field}_id": of})
        if missing:
            left[child.code] = missing
    return left


def label_of(code: str) -> str:
    """What the rows of a kind are called; the code for one that this version does not know."""
    child = registry.children.get(code) or registry.contact_children.get(code)
    return str(child.label) if child else code
