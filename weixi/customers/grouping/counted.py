"""Counting and adding up by groups: one statement for all groups of what the list holds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, QuerySet
from django.db.models import Sum as SumOf

from weixi.customers.grouping.keys import Key
from weixi.customers.grouping.sums import Sum
from weixi.customers.models import Customer
from weixi.customers.queries.listing import Ask, matching_rows
from weixi.organisation.scope import Viewer

# A region is typed by hand: groups beyond so many are told by their number alone.
MOST_GROUPS = 200


@dataclass(frozen=True, slots=True)
class Tally:
    """How many customers, and per sum (total, of how many it is known)."""

    customers: int
    sums: Mapping[str, tuple[int | None, int]]


@dataclass(frozen=True, slots=True)
class Counted:
    """Values of the key with their tallies, the largest first; `more` groups are left out, `cut` when only the
    first matches of a text were looked at."""

    groups: tuple[tuple[Any, Tally], ...]
    whole: Tally
    more: int
    cut: bool


def count_groups(viewer: Viewer, ask: Ask, key: Key, sums: Sequence[Sum]) -> Counted:
    """All groups of what the viewer's list holds. One statement; a second one for the whole where groups overlap
    or are too many."""
    rows, cut = matching_rows(viewer, ask)
    grouped = _with(key.rows(rows), sums).values(key.path).annotate(customers_=Count("pk"), **_asked(sums))
    # Nothing is nothing, whether a column says so with NULL or with an empty text.
    found: dict[Any, Tally] = {}
    for row in grouped.order_by("-customers_"):
        value = row[key.path]
        value = value if value not in ("", None) else _nothing_of(key)
        found[value] = _added(found.get(value), _tally(row, sums))
    groups = sorted(found.items(), key=lambda pair: -pair[1].customers)
    if key.many:
        whole = _tally(_with(rows, sums).aggregate(customers_=Count("pk"), **_asked(sums)), sums)
    else:
        whole = Tally(0, {each.code: (None, 0) for each in sums})
        for _value, tally in groups:
            whole = _added(whole, tally)
    return Counted(tuple(groups[:MOST_GROUPS]), whole, max(0, len(groups) - MOST_GROUPS), cut)


def _nothing_of(key: Key) -> Any:
    return None if key.path.endswith("_id") else ""


def _with(rows: QuerySet[Customer], sums: Sequence[Sum]) -> QuerySet[Customer]:
    return rows.annotate(**{f"of_{place}": each.value() for place, each in enumerate(sums)})


def _asked(sums: Sequence[Sum]) -> dict[str, Any]:
    asked: dict[str, Any] = {}
    for place, _each in enumerate(sums):
        asked[f"sum_{place}"] = SumOf(f"of_{place}")
        asked[f"known_{place}"] = Count(f"of_{place}")
    return asked


def _tally(row: Mapping[str, Any], sums: Sequence[Sum]) -> Tally:
    return Tally(
        row["customers_"],
        {each.code: (row[f"sum_{place}"], row[f"known_{place}"]) for place, each in enumerate(sums)},
    )


def _added(one: Tally | None, other: Tally) -> Tally:
    if one is None:
        return other
    sums = {}
    for code, (total, known) in other.sums.items():
        before, already = one.sums[code]
        sums[code] = (total if before is None else before + (total or 0), known + already)
    return Tally(one.customers + other.customers, sums)
