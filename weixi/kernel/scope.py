"""How the kernel asks whose customers a person sees, without knowing customers or people: their slices tell it.

`customers/slice.py` calls `register_customer_scope(...)`, `organisation/slice.py` `register_viewers(viewer_of)`.
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
_scope: list[tuple[CustomerScope, CustomerScope]] = []
_viewers: list[Callable[[Any], Viewer]] = []


def register_customer_scope(living: CustomerScope, *, put_away: CustomerScope) -> None:
    """Each gives a queryset of one column for a viewer: the ids he sees, of living customers and of those put away;
    registering again replaces them.
    """
    _scope[:] = [(living, put_away)]


def register_viewers(viewer_of: Callable[[Any], Viewer]) -> None:
    """`viewer_of(user)` says how a person looks at data; registering again replaces it."""
    _viewers[:] = [viewer_of]


def viewer_for(person: Any) -> Viewer | None:
    """How this person looks at data at this moment, for what goes out to him unasked; None before anybody registered."""
    return _viewers[0](person) if _viewers else None


def customers_seen(viewer: Viewer, column: str = "customer_id", *, put_away: bool = False) -> Q:
    """Condition on a row that carries a customer's id in `column`: only customers the viewer sees, with `put_away`
    those put away too.

    For who sees everything it is no condition at all: rows of no customer stay in too.
    """
    if viewer.sees_all:
        return Q()
    if not _scope:
        return Q(pk__in=[])
    living, away = _scope[0]
    found = Q(**{f"{column}__in": living(viewer)})
    return found | Q(**{f"{column}__in": away(viewer)}) if put_away else found
