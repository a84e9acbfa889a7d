"""The rules of all roles as this process remembers them, by the mark of their state.

A mark is random and never used again: what is remembered under one stays right, and of a change that was
rolled back nobody ever carries the mark. Without a mark nothing was ever changed.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from functools import lru_cache

from weixi.organisation.enums import Role
from weixi.organisation.roles.models import RoleSetting
from weixi.organisation.roles.rules import RoleRules, rules_with, shipped_rules

_SHIPPED = {role.value: shipped_rules(role) for role in Role}


def rules_of(role: str, mark: str) -> RoleRules:
    """The rules of a role for a person who carries this mark; a query only after a change."""
    return (_changed(mark) if mark else _SHIPPED)[role]


def rules_now() -> Mapping[str, RoleRules]:
    """The rules of all roles as they stand in the table; one query."""
    given: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for role, key, value in RoleSetting.objects.order_by("pk").values_list("role", "key", "value"):
        given[role].append((key, value))
    return {role.value: rules_with(role, given[role]) for role in Role}


@lru_cache(maxsize=8)
def _changed(mark: str) -> Mapping[str, RoleRules]:
    return rules_now()
