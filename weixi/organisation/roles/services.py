"""Changing what a role may see and do (A-11, D-2)."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext as _

from weixi.kernel.editing import VersionConflict
from weixi.kernel.errors import Forbidden, Invalid
from weixi.kernel.events.work import UnitOfWork, unit_of_work
from weixi.kernel.ids import new_id
from weixi.organisation.enums import KEPT_BY_ADMIN, Access, DataScope, FieldClass, Right, Role
from weixi.organisation.models import RoleSetting, RolesState, User
from weixi.organisation.roles import fields
from weixi.organisation.roles.changes import changes_since, label_of
from weixi.organisation.roles.given import given_to
from weixi.organisation.roles.memory import rules_now
from weixi.organisation.roles.rules import (
    CLASS,
    FACTOR,
    FIELD,
    NO,
    RIGHT,
    SCOPE,
    YES,
    RoleRules,
    rules_with,
    shipped_rules,
)
from weixi.organisation.scope import Viewer


def lock_state() -> RolesState:
    """The row of the state, held until the transaction ends: people are entered and roles changed in turn."""
    RolesState.objects.get_or_create(pk=1)
    return RolesState.objects.select_for_update().get(pk=1)


def change_role(role: str, settings: Mapping[str, str], *, viewer: Viewer, mark: str | None = None) -> RoleRules:
    """Set these of a role's settings (see `RoleSetting`); all people of the role have them at their next request.

    A field set to nothing goes with its class again. `mark` is the state the form was opened on.
    Raises Forbidden for a right, scope or access beyond the viewer's own, given, a right he has not, taken, and for
    one's own role upwards; Invalid for what is no setting, for rights the administrator's role keeps and for taking
    away what the policy gives; VersionConflict with what somebody else changed of this role meanwhile.
    """
    viewer.require(Right.ROLES_MANAGE)
    _refuse_given(role, settings)
    return _change(role, settings, viewer, mark)


def _change(role: str, settings: Mapping[str, str], viewer: Viewer, mark: str | None) -> RoleRules:
    if role not in Role.values:
        raise Invalid(_("There is no role %(role)s.") % {"role": role[:40]})
    for key, value in settings.items():
        _check_setting(key, value)
    with unit_of_work(actor=viewer.actor) as work:
        state = lock_state()
        if mark is not None and mark != state.mark:
            _refuse_moved(role, mark)
        now = rules_now()[role]
        changed = {key: [now.value(key), value] for key, value in settings.items() if now.value(key) != value}
        if not changed:
            return now
        _may_change(viewer, role, changed)
        _store(role, {key: new for key, (_old, new) in changed.items()}, viewer, work)
        return _put_in_force(role, changed, state, work)


def _refuse_moved(role: str, mark: str) -> None:
    """Raise VersionConflict with what others changed of this role since the state `mark`; a change of other roles
    is none of this form's."""
    rivals = changes_since(role, mark)
    if rivals is None:
        raise VersionConflict()
    if rivals:
        raise VersionConflict(rivals)


def reset_role(role: str, *, viewer: Viewer, mark: str | None = None) -> RoleRules:
    """Take a role back to what is shipped; the same refusals as a change to it by hand."""
    viewer.require(Right.ROLES_MANAGE)
    stored = RoleSetting.objects.filter(role=role).values_list("key", flat=True)
    shipped = shipped_rules(role) if role in Role.values else None
    return _change(role, {key: shipped.value(key) for key in stored} if shipped else {}, viewer, mark)


def _refuse_given(role: str, settings: Mapping[str, str]) -> None:
    """What the policy gives is not taken away here: it would be without effect."""
    for each in given_to(role):
        key = f"{RIGHT}:{each.right.value}"
        if settings.get(key) == NO:
            raise Invalid(
                _("The policy gives this role the right “%(right)s”; it is taken away in the policy, at %(place)s.")
                % {"right": each.right.label, "place": each.place},
                fields={key: _("Given by the policy.")},
                code="role.by_policy",
            )


def _check_setting(key: str, value: str) -> None:
    kind, _colon, name = key.partition(":")
    allowed: set[str] = set()
    if kind == SCOPE and not name:
        allowed = set(DataScope.values)
    elif (kind == RIGHT and name in Right.values) or (kind == FACTOR and not name):
        allowed = {YES, NO}
    elif kind == CLASS and name in FieldClass.values:
        allowed = set(Access.values)
    elif kind == FIELD and name in {line.key for line in fields.field_lines()}:
        allowed = {"", *Access.values}
    if value not in allowed:
        raise Invalid(
            _("A role has no setting %(key)s with the value %(value)s.") % {"key": key[:60], "value": value[:20]},
            fields={key[:60]: _("Choose one of the list.")},
        )


def _may_change(viewer: Viewer, role: str, changed: Mapping[str, list[str]]) -> None:
    """Least right: nobody gives what he has not or takes a right he has not, nobody lifts himself, somebody can always administer."""
    if role == Role.ADMIN and (lost := {key for key, (_old, new) in changed.items() if new == NO} & _KEPT):
        raise Invalid(
            _("The administrator's role keeps this right: %(right)s. Without it nobody could undo a mistake.")
            % {"right": Right(min(lost).partition(":")[2]).label}
        )
    if viewer.user is None:
        return
    for key, (old, new) in changed.items():
        more = _gives_more(key, old, new, role)
        # A right that is taken could not be given back by who has it not.
        if not more and not (key.startswith(f"{RIGHT}:") and new == NO):
            continue
        if more and viewer.user.role == role:
            raise Forbidden(_("Nobody gives his own role more; ask somebody of another role."), code="role.own")
        if not _has(viewer.user, key, new):
            raise Forbidden(
                _("Only somebody who has this himself can give or take it: %(what)s.") % {"what": label_of(key)},
                code="role.beyond_own",
            )


_KEPT = frozenset(f"{RIGHT}:{right.value}" for right in KEPT_BY_ADMIN)


def _gives_more(key: str, old: str, new: str, role: str) -> bool:
    kind, _colon, name = key.partition(":")
    if kind == FACTOR:
        return False  # how people log in, not what they reach
    if kind == RIGHT:
        return new == YES
    if kind == SCOPE:
        return not DataScope(new).within(DataScope(old))
    if kind == FIELD:
        # Nothing stands for what the class gives.
        classes = rules_now()[role].classes
        own_class = next(line.field_class for line in fields.field_lines() if line.key == name)
        old, new = old or classes[own_class].value, new or classes[own_class].value
    return not Access(new).within(Access(old))


def _has(person: User, key: str, new: str) -> bool:
    kind, _colon, name = key.partition(":")
    mine = person.rules
    if kind == RIGHT:
        return person.may(name)
    if kind == SCOPE:
        return DataScope(new).within(person.data_scope)
    if kind == CLASS:
        return Access(new or Access.WRITE).within(mine.classes[FieldClass(name)])
    line = next(line for line in fields.field_lines() if line.key == name)
    return Access(new or Access.WRITE).within(mine.access(name, line.field_class))


def _store(role: str, values: Mapping[str, str], viewer: Viewer, work: UnitOfWork) -> None:
    """Rows for what differs from the shipped rules, and none for what does not."""
    shipped = shipped_rules(role)
    RoleSetting.objects.filter(role=role, key__in=list(values)).delete()
    RoleSetting.objects.bulk_create(
        [
            RoleSetting(role=role, key=key, value=value, changed_at=work.now, changed_by=viewer.user)
            for key, value in values.items()
            if value != shipped.value(key)
        ]
    )


def _put_in_force(role: str, changed: Mapping[str, list[str]], state: RolesState, work: UnitOfWork) -> RoleRules:
    since, state.mark = state.mark, new_id()[:32]
    state.save(update_fields=["mark"])
    User.objects.update(rights_mark=state.mark)
    data = {"role": role, "changes": dict(changed), "since": since, "mark": state.mark}
    work.record("role.changed", subject=("role", role), data=data)
    return rules_with(role, RoleSetting.objects.filter(role=role).values_list("key", "value"))
