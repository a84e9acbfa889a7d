"""The rules of one role, worked out from what is shipped and what the company changed. Knows no tables."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from weixi.organisation.enums import CLASS_ACCESS, ROLE_RIGHTS, Access, DataScope, FieldClass, Right

SCOPE = "scope"
# Whether a log-in of this role asks for a second factor.
FACTOR = "factor"
RIGHT, CLASS, FIELD = "right", "class", "field"
YES, NO = "yes", "no"


@dataclass(frozen=True, slots=True)
class RoleRules:
    """What people of a role may see and do. `fields` are those set apart from their class."""

    role: str
    scope: DataScope
    rights: frozenset[Right]
    classes: Mapping[FieldClass, Access]
    fields: Mapping[str, Access]
    factor: bool = False

    def access(self, key: str, field_class: FieldClass) -> Access:
        """How far the role gets to a field, by its key in the catalogue and its class."""
        return self.fields.get(key) or self.classes[field_class]

    def value(self, key: str) -> str:
        """What a setting stands at, in the words of the table; empty for a field that goes with its class."""
        kind, _colon, name = key.partition(":")
        if kind == SCOPE:
            return self.scope.value
        if kind == FACTOR:
            return YES if self.factor else NO
        if kind == RIGHT:
            return YES if name in self.rights else NO
        if kind == CLASS:
            return self.classes[FieldClass(name)].value
        found = self.fields.get(name)
        return found.value if found else ""


def shipped_rules(role: str) -> RoleRules:
    scope, rights = ROLE_RIGHTS[role]
    return RoleRules(role, scope, rights, MappingProxyType(CLASS_ACCESS[role]), MappingProxyType({}))


def rules_with(role: str, settings: Iterable[tuple[str, str]]) -> RoleRules:
    """The shipped rules with these settings (`right:orders.edit`, `no`) over them.

    One that means nothing any more, because its right or class is gone, is passed over.
    """
    base = shipped_rules(role)
    scope, rights, classes, fields = base.scope, set(base.rights), dict(base.classes), dict(base.fields)
    factor = base.factor
    for key, value in settings:
        kind, _colon, name = key.partition(":")
        if kind == SCOPE and value in DataScope:
            scope = DataScope(value)
        elif kind == FACTOR:
            factor = value == YES
        elif kind == RIGHT and name in Right:
            (rights.add if value == YES else rights.discard)(Right(name))
        elif kind == CLASS and name in FieldClass and value in Access:
            classes[FieldClass(name)] = Access(value)
        elif kind == FIELD and value in Access:
            fields[name] = Access(value)
    return RoleRules(role, scope, frozenset(rights), MappingProxyType(classes), MappingProxyType(fields), factor)
