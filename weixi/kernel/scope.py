"""How the kernel asks whose customers a person sees, without knowing customers: their slice tells it.

`customers/slice.py` calls `register_customer_scope(lambda viewer: <queryset of customer ids>)`.
Until then nobody but the installation and those who see everything sees anything.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

from django.db.models import Q, QuerySet


class Viewer(Protocol):
    """Who looks at data (`organisation.scope.Viewer`), as far as the kernel needs to know."""

    @property
    def user(self) -> Any: ...
    @property
    def actor(self) -> str: ...
    @property
    def sees_all(self) -> bool: ...
    def may(self, right: str) -> bool: ...


CustomerScope = Callable[[Any], "QuerySet[Any]"]
_scope: list[CustomerScope] = []


def register_customer_scope(ids_visible_to: CustomerScope) -> None:
    """`ids_visible_to(viewer)` gives a queryset of one column, the ids; registering again replaces it."""
    _scope[:] = [ids_visible_to]


def customers_seen(viewer: Viewer, column: str = "customer_id") -> Q:
    """Condition on a row that carries a customer's id in `column`: only customers the viewer sees.

    For who sees everything it is no condition at all: rows of no customer stay in too.
    """
    if viewer.sees_all:
        return Q()
    if not _scope:
        return Q(pk__in=[])
    return Q(**{f"{column}__in": _scope[0](viewer)})
