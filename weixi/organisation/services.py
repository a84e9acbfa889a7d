"""Everything that changes departments and people."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import F, Value
from django.db.models.functions import Concat, Substr
from django.utils.translation import gettext as _

from weixi.kernel import clock
from weixi.kernel.editing import VersionConflict
from weixi.kernel.errors import Conflict, Forbidden, Invalid
from weixi.kernel.events.work import unit_of_work
from weixi.kernel.prepared import Prepared, plain
from weixi.organisation.enums import Right, Role, TokenScope
from weixi.organisation.factor import services as factor
from weixi.organisation.managing import may_manage, require_may_give
from weixi.organisation.models import ApiToken, Department, User
from weixi.organisation.new_passwords import check_password
from weixi.organisation.roles.services import lock_state
from weixi.organisation.scope import Viewer

PREFERENCES = {
    "language": ("zh-hans", "en"),
    "theme": ("auto", "light", "dark"),
    "density": ("normal", "tight"),
}


def _clean(instance: Any) -> None:
    """Run the model's own checks; raises Invalid with one sentence per field."""
    try:
        instance.full_clean()
    except ValidationError as error:
        fields = {name: " ".join(texts) for name, texts in error.message_dict.items()}
        raise Invalid(" ".join(fields.values()), fields=fields) from None


# --- departments ------------------------------------------------------------------------------------


def create_department(
    name: str, *, viewer: Viewer, parent: Department | None = None, head: User | None = None
) -> Department:
    """Add a department below `parent` (or at the top)."""
    viewer.require(Right.PEOPLE_MANAGE)
    department = Department(name=name.strip(), parent=parent, head=head, path="/")
    with unit_of_work(actor=viewer.actor) as work:
        _clean(department)
        department.save()
        department.path = f"{parent.path if parent else '/'}{department.pk}/"
        department.save(update_fields=["path"])
        work.record("department.created", subject=("department", department.pk), data={"name": department.name})
    return department


def change_department(
    department: Department, *, viewer: Viewer, name: str, parent: Department | None, head: User | None
) -> Department:
    """Rename or move a department with everything below it.

    Raises Invalid when it would stand below itself.
    """
    viewer.require(Right.PEOPLE_MANAGE)
    if parent and parent.path.startswith(department.path):
        raise Invalid(
            _("A department cannot belong to itself or to one below it."),
            fields={"parent": _("Choose a department that is not below this one.")},
        )
    with unit_of_work(actor=viewer.actor) as work:
        _expect_unmoved(department, ("name", "parent", "head"))
        old_path = department.path
        department.name, department.parent, department.head = name.strip(), parent, head
        _clean(department)
        department.path = f"{parent.path if parent else '/'}{department.pk}/"
        department.save()
        if department.path != old_path:
            Department.objects.filter(path__startswith=old_path).exclude(pk=department.pk).update(
                path=Concat(Value(department.path), Substr(F("path"), len(old_path) + 1))
            )
        work.record("department.changed", subject=("department", department.pk), data={"name": department.name})
    return department


def _expect_unmoved(record: Department | User, names: Iterable[str]) -> None:
    """Raises VersionConflict when one of these fields holds something else by now than what was read."""
    stored = type(record)._default_manager.select_for_update(of=("self",)).get(pk=record.pk)
    columns = [record._meta.get_field(name).attname for name in names]  # type: ignore[union-attr]
    if any(getattr(stored, column) != getattr(record, column) for column in columns):
        raise VersionConflict


# --- people -----------------------------------------------------------------------------------------


def create_user(
    username: str,
    *,
    viewer: Viewer,
    name: str = "",
    role: str = Role.SPECIALIST,
    department: Department | None = None,
    leader: User | None = None,
    password: str | None = None,
    email: str = "",
    phone: str = "",
    scope: str = "",
    senior: bool = False,
    must_change_password: bool = False,
) -> User:
    """Add a person. Without a password he cannot log in until one is set."""
    viewer.require(Right.PEOPLE_MANAGE)
    if role not in Role.values:
        raise Invalid(
            _("There is no role %(role)s; use one of: %(roles)s.") % {"role": role, "roles": ", ".join(Role.values)},
            fields={"role": _("Choose a role of the list.")},
        )
    require_may_give(viewer, role, scope)
    user = User(
        username=username.strip(),
        name=name.strip() or username.strip(),
        role=role,
        department=department,
        leader=leader,
        email=email.strip(),
        phone=phone.strip(),
        scope=scope,
        senior=senior,
        must_change_password=must_change_password,
        created_at=clock.now(),
    )
    if password:
        check_password(password, user)
        user.set_password(password)
        user.password_set_at = user.created_at
    else:
        user.set_unusable_password()
    if User.objects.filter(username__iexact=user.username).exists():
        raise Invalid(
            _("There is already a person with the log-in name %(name)s.") % {"name": user.username},
            code="user.name_taken",
            fields={"username": _("Choose another log-in name.")},
        )
    with unit_of_work(actor=viewer.actor) as work:
        user.rights_mark = lock_state().mark
        _clean(user)
        user.save()
        work.record("user.created", subject=("user", user.pk), data={"username": user.username, "role": role})
    return user


def change_user(user: User, *, viewer: Viewer, **changes: Any) -> User:
    """Change name, role, department, leader, e-mail, phone, scope, rank.

    Raises Forbidden when a person changes his own role or scope, or gives rights he lacks; Invalid
    when somebody would be his own supervisor's supervisor.
    """
    viewer.require(Right.PEOPLE_MANAGE)
    allowed = {"name", "role", "department", "leader", "email", "phone", "scope", "senior"}
    if unknown := changes.keys() - allowed:
        raise Invalid(_("These cannot be changed here: %(names)s.") % {"names": ", ".join(sorted(unknown))})
    changed = {field: value for field, value in changes.items() if getattr(user, field) != value}
    if not changed:
        return user
    if viewer.user and viewer.user.pk == user.pk and {"role", "scope"} & changed.keys():
        raise Forbidden(_("Nobody changes his own role or data scope; ask another administrator."))
    may_manage(viewer, user)
    if {"role", "scope"} & changed.keys():
        require_may_give(viewer, changed.get("role", user.role), changed.get("scope", user.scope))
    leader, seen = changed.get("leader"), {user.pk}
    while leader is not None:
        if leader.pk in seen:
            raise Invalid(
                _("The line of supervisors would run in a circle."),
                fields={"leader": _("Choose somebody else.")},
            )
        seen.add(leader.pk)
        leader = leader.leader
    with unit_of_work(actor=viewer.actor) as work:
        if "role" in changed:
            _keep_an_administrator(user)
        _expect_unmoved(user, changed)
        old = {field: str(getattr(user, field) or "") for field in changed}
        for field, value in changed.items():
            setattr(user, field, value)
        _clean(user)
        user.save()
        work.record(
            "user.changed",
            subject=("user", user.pk),
            data={"changes": {field: [old[field], str(value or "")] for field, value in changed.items()}},
        )
    return user


def set_password(user: User, password: str, *, viewer: Viewer, must_change: bool = False) -> None:
    """Give a new password; every other session of the person ends.

    Raises Invalid when it is not what the policy asks for, or is the one the person has: a new one is another.
    """
    if viewer.user is None or viewer.user.pk != user.pk:
        viewer.require(Right.PEOPLE_MANAGE)
        may_manage(viewer, user)
    check_password(password, user)
    if user.check_password(password):
        text = _("This is the present password; choose another one.")
        raise Invalid(text, fields={"password": text})
    with unit_of_work(actor=viewer.actor) as work:
        user.set_password(password)
        user.password_set_at = work.now
        user.must_change_password = must_change
        user.session_epoch += 1
        user.save(update_fields=["password", "password_set_at", "must_change_password", "session_epoch"])
        work.record("user.password_set", subject=("user", user.pk))


def disable_user(user: User, *, viewer: Viewer, successor: User | None = None) -> User:
    """The person cannot log in any more, his sessions and tokens end at once.

    His customers stay his until they are handed over (`customers.services.hand_over`); where the policy asks for
    that and no `successor` is named, those who have to see to it are told (`customers.leaving`). Somebody who is
    disabled already stays as he is. Raises Conflict for oneself and for the last administrator.
    """
    viewer.require(Right.PEOPLE_MANAGE)
    may_manage(viewer, user)
    if viewer.user and viewer.user.pk == user.pk:
        raise Conflict(_("Nobody disables himself; ask another administrator."))
    with unit_of_work(actor=viewer.actor) as work:
        if not User.objects.select_for_update().get(pk=user.pk).is_active:
            user.refresh_from_db()
            return user
        _keep_an_administrator(user)
        user.is_active = False
        user.disabled_at = work.now
        user.last_day = None
        user.session_epoch += 1
        user.save(update_fields=["is_active", "disabled_at", "last_day", "session_epoch"])
        user.tokens.filter(revoked_at=None).update(revoked_at=work.now)
        work.record(
            "user.disabled",
            subject=("user", user.pk),
            data={"successor": successor.username} if successor else {},
        )
    return user


def _keep_an_administrator(user: User) -> None:
    """Raises Conflict when nobody would be left who can manage people."""
    others = User.objects.select_for_update().filter(role=Role.ADMIN, is_active=True).exclude(pk=user.pk)
    if user.role == Role.ADMIN and user.is_active and not others.exists():
        raise Conflict(_("This is the last administrator; make another one first."))


def enable_user(user: User, *, viewer: Viewer) -> User:
    """Let a disabled person log in again; who was to leave stays."""
    viewer.require(Right.PEOPLE_MANAGE)
    may_manage(viewer, user)
    with unit_of_work(actor=viewer.actor) as work:
        stored = User.objects.select_for_update().get(pk=user.pk)
        if stored.is_active and stored.last_day is None:
            user.refresh_from_db()
            return user
        user.is_active, user.disabled_at, user.last_day = True, None, None
        user.save(update_fields=["is_active", "disabled_at", "last_day"])
        work.record("user.enabled", subject=("user", user.pk))
    return user


def set_preferences(
    user: User,
    *,
    viewer: Viewer,
    language: str | None = None,
    theme: str | None = None,
    density: str | None = None,
) -> User:
    """How the product looks to this person; nobody else's business, so no event."""
    if viewer.user is None or viewer.user.pk != user.pk:
        raise Forbidden(_("Everybody sets his own preferences."))
    wanted = {"language": language, "theme": theme, "density": density}
    for name, value in wanted.items():
        if value is not None and value not in PREFERENCES[name]:
            raise Invalid(_("There is no such choice."), fields={name: _("Choose one of the list.")})
    changed = {name: value for name, value in wanted.items() if value is not None and getattr(user, name) != value}
    if changed:
        with unit_of_work(actor=viewer.actor):
            for name, value in changed.items():
                setattr(user, name, value)
            user.save(update_fields=list(changed))
    return user


# --- tokens -----------------------------------------------------------------------------------------


def token_digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def create_token(
    user: User,
    *,
    viewer: Viewer,
    name: str = "API",
    scopes: tuple[str, ...] = ("read",),
    valid_for: timedelta | None = None,
) -> tuple[ApiToken, str]:
    """A new bearer token and its secret, which is shown this once only."""
    if viewer.user is not None and viewer.user.pk != user.pk:
        viewer.require(Right.SYSTEM_MANAGE)
    if unknown := set(scopes) - set(TokenScope.values):
        raise Invalid(
            _("There is no token scope %(name)s; use one of: %(all)s.")
            % {"name": ", ".join(sorted(unknown)), "all": ", ".join(TokenScope.values)},
            fields={"scope": _("Choose a scope of the list.")},
        )
    if not user.is_active:
        raise Conflict(_("%(name)s is disabled and gets no token.") % {"name": user.name})
    # A token passes no second factor: it is made by and for people who have, where their role asks for it. The
    # installation's owner at its command line has nobody above.
    if viewer.user is not None and any(factor.is_due(each) for each in (user, viewer.user)):
        raise Conflict(_("The role asks for a second factor. A token is made once it is set up."), code="factor.due")
    secret = "wx_" + secrets.token_urlsafe(32)
    with unit_of_work(actor=viewer.actor) as work:
        expires: datetime | None = work.now + valid_for if valid_for else None
        token = ApiToken.objects.create(
            user=user,
            name=name.strip() or "API",
            digest=token_digest(secret),
            scopes=" ".join(scopes),
            created_at=work.now,
            expires_at=expires,
        )
        work.record("token.created", subject=("user", user.pk), data={"scopes": list(scopes)})
    return token, secret


def revoke_token(token: ApiToken, *, viewer: Viewer) -> ApiToken:
    """The token is worth nothing from now on. Revoking twice is no fault."""
    if viewer.user is not None and viewer.user.pk != token.user_id:
        viewer.require(Right.SYSTEM_MANAGE)
    if token.revoked_at:
        return token
    with unit_of_work(actor=viewer.actor) as work:
        token.revoked_at = work.now
        token.save(update_fields=["revoked_at"])
        work.record("token.revoked", subject=("user", token.user_id), data={"name": token.name})
    return token


# Uses index: the one of the digest, which is unique.
_TOKEN = Prepared(
    lambda digest: ApiToken.objects.select_related("user__department").filter(digest=digest).order_by(), plain
)


def user_of_token(secret: str) -> tuple[User, frozenset[str]] | None:
    """The person and the scopes a presented secret stands for; None when it is unknown, revoked,
    expired or its person is disabled. Notes the use at most once a minute."""
    found: list[ApiToken] = _TOKEN(token_digest(secret)).objects()
    token, now = found[0] if found else None, clock.now()
    if token is None or token.revoked_at or not token.user.is_active or (token.expires_at and token.expires_at <= now):
        return None
    if token.last_used_at is None or now - token.last_used_at > timedelta(minutes=1):
        ApiToken.objects.filter(pk=token.pk).update(last_used_at=now)
    return token.user, frozenset(token.scopes.split())
