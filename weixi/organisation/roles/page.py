"""What the page of roles shows: every right, class and field per role, and where it differs from the shipped."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from django.utils.translation import gettext_lazy as _

from weixi.organisation.enums import KEPT_BY_ADMIN, Access, DataScope, FieldClass, Right, Role
from weixi.organisation.models import RolesState, User
from weixi.organisation.passwords import rules as security_rules
from weixi.organisation.roles.fields import FieldLine, field_lines
from weixi.organisation.roles.given import CAN_BE_GIVEN, Given, given_to
from weixi.organisation.roles.memory import rules_now
from weixi.organisation.roles.rules import CLASS, FACTOR, FIELD, NO, RIGHT, SCOPE, YES, RoleRules, shipped_rules
from weixi.organisation.scope import Viewer

# What the part of a right before its dot stands for.
KINDS: dict[str, Any] = {
    "customers": _("Customers and contacts"),
    "orders": _("Orders and contracts"),
    "interactions": _("Interactions"),
    "duties": _("Duties"),
    "grading": _("Grading"),
    "policy": _("Policy"),
    "standard": _("Data standard"),
    "personal": _("Personal data"),
    "people": _("People"),
    "roles": _("Roles"),
    "team": _("Team"),
    "audit": _("Audit trail"),
    "exports": _("Exports"),
    "views": _("List views"),
    "system": _("Installation"),
}


@dataclass(frozen=True, slots=True)
class Cell:
    """How one role stands to one line. `own`: the company changed it; `shipped` says from what. `given`: the policy
    gives it, whatever is set."""

    role: str
    value: str
    label: Any
    own: bool = False
    shipped: Any = ""
    given: Given | None = None


@dataclass(frozen=True, slots=True)
class Line:
    label: Any
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Group:
    title: Any
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class RoleHead:
    role: str
    label: Any
    people: int
    changes: int


@dataclass(frozen=True, slots=True)
class Matrix:
    heads: tuple[RoleHead, ...]
    groups: tuple[Group, ...]


def matrix(viewer: Viewer) -> Matrix:
    """All roles side by side; two queries. Raises Forbidden without the right to change roles."""
    viewer.require(Right.ROLES_MANAGE)
    now = rules_now()
    people = list(User.objects.filter(is_active=True).values_list("role", flat=True))
    fields = field_lines()
    heads = tuple(
        RoleHead(role.value, role.label, people.count(role.value), len(changed_keys(now[role.value], fields)))
        for role in Role
    )
    apart = [line for line in fields if any(line.key in rules.fields for rules in now.values())]
    groups = [
        Group(_("Data scope"), (Line(_("Whose customers"), _cells(now.values(), SCOPE)), *_asked_scopes(now.values()))),
        Group(_("Log-in"), (Line(_("Second factor"), _cells(now.values(), FACTOR)),)),
    ]
    for code, rights in _by_kind():
        lines = tuple(Line(right.label, _cells(now.values(), f"{RIGHT}:{right.value}")) for right in rights)
        groups.append(Group(KINDS.get(code, code), lines))
    classes = tuple(Line(each.label, _cells(now.values(), f"{CLASS}:{each.value}")) for each in FieldClass)
    groups.append(Group(_("Fields by class"), classes))
    if apart:
        lines = tuple(Line(line.label, _cells(now.values(), f"{FIELD}:{line.key}")) for line in apart)
        groups.append(Group(_("Fields set apart"), lines))
    return Matrix(heads, tuple(groups))


def scope_asked(rules: RoleRules) -> str:
    """How far the policy says this role sees, in words, where what is set differs; else empty."""
    asked = security_rules().sees.get(rules.role, "")
    return str(DataScope(asked).label) if asked in DataScope and asked != rules.scope else ""


def _asked_scopes(rules: Iterable[RoleRules]) -> tuple[Line, ...]:
    """The policy's word on the data scope, where some role is set otherwise."""
    asked = {each.role: scope_asked(each) for each in rules}
    if not any(asked.values()):
        return ()
    return (Line(_("the policy says"), tuple(Cell(role, "", text or "", bool(text)) for role, text in asked.items())),)


def changed_keys(rules: RoleRules, fields: Iterable[FieldLine]) -> list[str]:
    """The settings in which a role differs from what is shipped."""
    shipped = shipped_rules(rules.role)
    keys = [
        SCOPE,
        FACTOR,
        *(f"{RIGHT}:{right.value}" for right in Right),
        *(f"{CLASS}:{each.value}" for each in FieldClass),
    ]
    keys += [f"{FIELD}:{line.key}" for line in fields]
    return [key for key in keys if rules.value(key) != shipped.value(key)]


def _by_kind() -> list[tuple[str, list[Right]]]:
    def kind(right: Right) -> str:
        return right.value.partition(".")[0]

    places = {code: place for place, code in enumerate(KINDS)}
    ordered = sorted(Right, key=lambda right: places.get(kind(right), len(places)))
    return [(code, list(rights)) for code, rights in groupby(ordered, kind)]


def _by_group(fields: Iterable[FieldLine]) -> list[tuple[Any, list[FieldLine]]]:
    """The fields of each part of the form, parts in the order in which the first field of each comes."""
    found: dict[str, tuple[Any, list[FieldLine]]] = {}
    for line in fields:
        found.setdefault(str(line.group), (line.group, []))[1].append(line)
    return list(found.values())


def _cells(rules: Iterable[RoleRules], key: str) -> tuple[Cell, ...]:
    cells = []
    for each in rules:
        value, shipped = each.value(key), shipped_rules(each.role).value(key)
        own = value != shipped
        given = given_for(each.role, key)
        cells.append(Cell(each.role, value, words(key, value), own, words(key, shipped) if own else "", given))
    return tuple(cells)


def given_for(role: str, key: str) -> Given | None:
    """What of a setting the policy gives a role by itself."""
    kind, _colon, name = key.partition(":")
    if kind != RIGHT or name not in CAN_BE_GIVEN:
        return None
    return next((each for each in given_to(role) if each.right == name), None)


def words(key: str, value: str) -> Any:
    """A setting's value in words."""
    kind = key.partition(":")[0]
    if kind == SCOPE:
        return DataScope(value).label
    if kind == FACTOR:
        return _("demanded") if value == YES else _("left to each")
    if kind == RIGHT:
        return _("may") if value == YES else _("may not")
    return Access(value).label if value else _("as its class")


# --- one role ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Setting:
    """One line of a role's form. `name` is the input's; `choices` are (value, label)."""

    name: str
    label: Any
    value: str
    choices: tuple[tuple[str, Any], ...]
    shipped: Any = ""
    fixed: bool = False
    sub: Any = ""
    # The policy gives it: it is on, and taken away there.
    given: Given | None = None

    @property
    def on(self) -> bool:
        return self.value == YES or self.given is not None


@dataclass(frozen=True, slots=True)
class SettingGroup:
    title: Any
    settings: tuple[Setting, ...]

    @property
    def own(self) -> int:
        return sum(bool(each.shipped) for each in self.settings)


@dataclass(frozen=True, slots=True)
class RolePage:
    """A role's form: `mark` is the state it was opened on."""

    role: str
    label: Any
    mark: str
    scope: Setting
    factor: Setting
    # The policy wants it of this role, whatever is set.
    factor_asked: bool
    # How far the policy says it sees, where the scope is set otherwise.
    scope_asked: str
    rights: tuple[SettingGroup, ...]
    classes: SettingGroup
    fields: tuple[SettingGroup, ...]
    changes: int


def role_page(viewer: Viewer, role: str, typed: dict[str, str] | None = None) -> RolePage:
    """One role as a form; `typed` are values of a refused one. Raises Forbidden, KeyError for no role."""
    viewer.require(Right.ROLES_MANAGE)
    rules, shipped = rules_now()[role], shipped_rules(role)
    state = RolesState.objects.first()
    typed = typed or {}

    def setting(
        key: str, label: Any, choices: Iterable[tuple[str, Any]], sub: Any = "", fixed: bool = False
    ) -> Setting:
        value, first, given = typed.get(key, rules.value(key)), shipped.value(key), given_for(role, key)
        differs = words(key, first) if value != first else ""
        return Setting(key, label, value, tuple(choices), differs, fixed or given is not None, sub, given)

    def right_setting(right: Right) -> Setting:
        fixed = role == Role.ADMIN and right in KEPT_BY_ADMIN
        return setting(f"{RIGHT}:{right.value}", right.label, ((YES, _("may")), (NO, _("may not"))), fixed=fixed)

    accesses = tuple((value, label) for value, label in Access.choices)
    fields = field_lines()
    groups = []
    for title, lines in _by_group(fields):
        made = tuple(
            setting(f"{FIELD}:{line.key}", line.label, (("", _("as its class")), *accesses), line.field_class.label)
            for line in lines
        )
        groups.append(SettingGroup(title, made))
    return RolePage(
        role=role,
        label=Role(role).label,
        mark=state.mark if state else "",
        scope=setting(SCOPE, _("Data scope"), DataScope.choices),
        factor=setting(FACTOR, _("Second factor"), ((value, words(FACTOR, value)) for value in (NO, YES))),
        scope_asked=scope_asked(rules),
        factor_asked=role in security_rules().second_factor_for,
        rights=tuple(
            SettingGroup(KINDS.get(code, code), tuple(map(right_setting, rights))) for code, rights in _by_kind()
        ),
        classes=SettingGroup(
            _("Fields by class"),
            tuple(setting(f"{CLASS}:{each.value}", each.label, accesses) for each in FieldClass),
        ),
        fields=tuple(groups),
        changes=len(changed_keys(rules, fields)),
    )


def settings_of(page: RolePage, posted: Any) -> dict[str, str]:
    """What a posted form sets: a box that is not there is off, any other line not there stays as it is."""
    found: dict[str, str] = {}
    for group in page.rights:
        for each in group.settings:
            if not each.fixed:
                found[each.name] = YES if posted.get(each.name) else NO
    for each in (
        page.scope,
        page.factor,
        *page.classes.settings,
        *(each for group in page.fields for each in group.settings),
    ):
        if each.name in posted:
            found[each.name] = posted[each.name]
    return found
