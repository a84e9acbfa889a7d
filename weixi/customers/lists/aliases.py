"""The short names of the list's address (`?region=华东`) as conditions of the filter language."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from weixi.customers.filtering.tree import Group, Node, Test, all_of
from weixi.customers.queries.listing.filters import FILTERS

Values = tuple[str, ...]
_PLAIN = {
    "owner": ("owner", "in"), "grade": ("grade", "in"), "lifecycle": ("lifecycle", "in"), "kind": ("kind", "in"),
    "reach": ("reach", "in"), "region": ("region", "in"), "city": ("city", "in"), "industry": ("industry", "in"),
    "amount_from": ("annual_amount", "ge"), "amount_to": ("annual_amount", "le"), "quiet": ("interaction", "quiet"),
    "complete_below": ("completeness", "lt"), "tag": ("tags", "has_all"),
    "quality": ("quality", "in"),
}  # fmt: skip


def _entered(values: Values) -> Test:
    return Test("created_at", "period" if values[0] == "quarter" else "within", values[:1])


def _due(values: Values) -> Test:
    known = {"overdue": Test("duty", "overdue"), "week": Test("duty", "soon", ("7",)), "none": Test("duty", "none")}
    return known.get(values[0], Test("duty", "open"))


_OTHER: dict[str, Callable[[Values], Test]] = {"entered": _entered, "due": _due}


def tree_of(given: Mapping[str, Sequence[str]]) -> Group:
    """The conditions of the short names in an address, all of which must hold."""
    found: list[Node] = []
    for name, values in given.items():
        clean = tuple(value for value in values if value)
        if name not in FILTERS or not clean:
            continue
        if name in _OTHER:
            found.append(_OTHER[name](clean))
        else:
            field, op = _PLAIN[name]
            found.append(Test(field, op, clean))
    return all_of(*found)
