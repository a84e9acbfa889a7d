"""Customers that may be the one somebody is about to enter — only among those he sees."""

from __future__ import annotations

from dataclasses import dataclass

from weixi.customers.models import Customer
from weixi.customers.naming import name_key
from weixi.customers.queries.find import visible_customers
from weixi.customers.queries.matching import matching_customers
from weixi.organisation.scope import Viewer

OFFERED = 5
# What many company names end in says nothing of which company it is.
_ENDINGS = ("股份有限公司", "有限责任公司", "集团有限公司", "有限公司", "公司", "集团")


@dataclass(frozen=True, slots=True)
class Alike:
    """`equal`: the same name; `similar`: the telling part of the name is the same."""

    equal: tuple[Customer, ...] = ()
    similar: tuple[Customer, ...] = ()


def telling_part(name: str) -> str:
    """苏州恒泰纺织有限公司 -> 苏州恒泰纺织."""
    key = name_key(name)
    for ending in _ENDINGS:
        if key.endswith(ending) and len(key) > len(ending) + 1:
            return key[: -len(ending)]
    return key


def alike(viewer: Viewer, name: str, *, leaving_out: int | None = None) -> Alike:
    """Equal and similar names among the viewer's customers; hidden ones are not disclosed."""
    part = telling_part(name)
    if len(part) < 2:
        return Alike()
    rows = visible_customers(viewer).select_related("owner").exclude(pk=leaving_out or 0)
    equal = tuple(rows.filter(name_key=name_key(name)[:200])[:OFFERED])
    ids = matching_customers(viewer, part[:40], limit=OFFERED + len(equal), kinds=("customer",))
    others = rows.filter(pk__in=ids).exclude(pk__in=[row.pk for row in equal])
    return Alike(equal, tuple(others[:OFFERED]))
