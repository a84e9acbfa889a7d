"""Whose customers a person sees; every scoped query asks here, and nowhere else."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any, Protocol

from django.db.models import Q, Subquery
from django.utils.translation import gettext_lazy as _

from weixi.kernel.errors import Forbidden
from weixi.kernel.one_of import one_of
from weixi.kernel.prepared import Prepared, plain
from weixi.organisation.enums import DataScope, Right
from weixi.organisation.models import Department, User

FORBIDDEN = _("Your role does not allow this: %(right)s. Ask an administrator for the right.")


class Owned(Protocol):
    """What a customer has that decides who sees it."""

    owner_id: int | None
    co_owner_id: int | None


@dataclass(frozen=True)
class Viewer:
    """A person looking at data, with what he may see worked out once per request.

    `system=True` is the worker or a command started by the installation's owner: sees all.
    """

    user: User | None
    system: str = ""

    @property
    def actor(self) -> str:
        return self.user.actor if self.user else f"system:{self.system}"

    def may(self, right: str) -> bool:
        return self.user.may(right) if self.user else True

    def require(self, right: Right) -> None:
        """Raises Forbidden unless this person has the right."""
        if not self.may(right):
            raise Forbidden(str(FORBIDDEN) % {"right": right.label}, code=f"forbidden.{right.value}")

    @property
    def sees_all(self) -> bool:
        return self.user is None or (self.user.is_active and self.user.data_scope == DataScope.ALL)

    @cached_property
    def owner_ids(self) -> frozenset[int]:
        """The people whose customers this person sees (himself included); one query at most, none
        for `own`. Meaningless when `sees_all`."""
        if self.user is None or not self.user.is_active:
            return frozenset()
        if self.user.data_scope == DataScope.OWN:
            return frozenset({self.user.pk})
        if self.user.data_scope == DataScope.TEAM:
            return team_ids(self.user)
        if self.user.department_id is None:
            return team_ids(self.user)
        return frozenset({self.user.pk, *(pk for (pk,) in _WITHIN(self.user.department_id).rows())})

    def owned(self, prefix: str = "") -> Q:
        """Condition on a row with `owner` and `co_owner` (behind `prefix`, e.g. `customer__`)."""
        if self.sees_all:
            return Q()
        return Q(**{f"{prefix}owner_id__in": self.owner_ids}) | Q(**{f"{prefix}co_owner_id__in": self.owner_ids})

    def sees(self, row: Owned) -> bool:
        """Whether a row at hand is in scope: `owned()` without a query."""
        return self.sees_all or bool({row.owner_id, row.co_owner_id} & self.owner_ids)


def owned_by(people: Any, prefix: str = "") -> Q:
    """`Viewer.owned` for a prepared statement: `people` is the blank where the viewer's `owner_ids` will stand."""
    return one_of(f"{prefix}owner_id", people) | one_of(f"{prefix}co_owner_id", people)


_LED = Prepared(lambda: User.objects.filter(leader__isnull=False).order_by().values_list("pk", "leader"))
# The people of a department and of those below it.
_WITHIN = Prepared(
    lambda department: (
        User.objects.filter(
            department__path__startswith=Subquery(Department.objects.filter(pk=department).values("path")[:1])
        )
        .order_by()
        .values_list("pk")
    ),
    plain,
)


def team_ids(user: User) -> frozenset[int]:
    """The person and everybody below him in the line of supervisors, however deep."""
    below: dict[int, list[int]] = {}
    for pk, leader in _LED().rows():
        below.setdefault(leader, []).append(pk)
    found, todo = {user.pk}, [user.pk]
    while todo:
        for pk in below.get(todo.pop(), ()):
            if pk not in found:
                found.add(pk)
                todo.append(pk)
    return frozenset(found)


def viewer_of(user: User) -> Viewer:
    return Viewer(user)


def system_viewer(name: str) -> Viewer:
    """The installation itself: the worker's clock, a command of the owner, demo data."""
    return Viewer(None, name)
