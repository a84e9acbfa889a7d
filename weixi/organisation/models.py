from __future__ import annotations

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from weixi.organisation.enums import DataScope, Right, Role, TokenScope
from weixi.organisation.factor.models import RecoveryCode, SecondFactor
from weixi.organisation.roles.given import given_to, is_given
from weixi.organisation.roles.memory import rules_of
from weixi.organisation.roles.models import RoleSetting, RolesState
from weixi.organisation.roles.rules import RoleRules

__all__ = [
    "ApiToken",
    "Department",
    "LoginFailure",
    "RecoveryCode",
    "RoleSetting",
    "RolesState",
    "SecondFactor",
    "User",
    "UserManager",
]


class Department(models.Model):
    """A part of the company; departments form a tree."""

    name = models.CharField(_("name"), max_length=60)
    parent = models.ForeignKey(
        "self",
        verbose_name=_("belongs to"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="children",
    )
    head = models.ForeignKey(
        "organisation.User",
        verbose_name=_("head"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="heads",
    )
    # Ids from the root down, "/1/4/": a subtree is one prefix query.
    path = models.CharField(max_length=200, editable=False, db_index=True)
    closed_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        ordering = ["path"]
        constraints = [
            models.UniqueConstraint(fields=["parent", "name"], name="department_name_once_per_parent"),
            # No parent is no value to a unique key: the top level has its own.
            models.UniqueConstraint(
                fields=["name"], condition=models.Q(parent__isnull=True), name="department_name_once_at_top"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def depth(self) -> int:
        return self.path.count("/") - 2


class UserManager(BaseUserManager["User"]):
    """People are made by `organisation.services`; this only answers the log-in."""

    def get_by_natural_key(self, username: str | None) -> User:
        return self.get(username__iexact=(username or "").strip())


class User(AbstractBaseUser):
    """A person of the company who works with Weixi."""

    username = models.CharField(
        _("log-in name"),
        max_length=40,
        unique=True,
        validators=[RegexValidator(r"^[\w.@+-]+$", _("Letters, digits and . @ + - _ only."))],
    )
    name = models.CharField(_("name"), max_length=40)
    email = models.EmailField(_("e-mail"), blank=True)
    phone = models.CharField(_("phone"), max_length=20, blank=True)
    role = models.CharField(_("role"), max_length=20, choices=Role.choices, default=Role.SPECIALIST)
    # O-3: rank within the role that a policy may ask of an owner (`senior` account manager).
    senior = models.BooleanField(_("senior"), default=False)
    department = models.ForeignKey(
        Department,
        verbose_name=_("department"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="people",
    )
    leader = models.ForeignKey(
        "self",
        verbose_name=_("supervisor"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="team",
    )
    scope = models.CharField(
        _("data scope"),
        max_length=12,
        choices=DataScope.choices,
        blank=True,
        help_text=_("Left empty: the scope of the role."),
    )
    is_active = models.BooleanField(_("may log in"), default=True)
    must_change_password = models.BooleanField(default=False)
    # When the present password was set; None where it was never noted.
    password_set_at = models.DateTimeField(null=True, editable=False)
    # When the second factor was set up: a log-in then asks for a code (`factor.services`).
    factor_since = models.DateTimeField(null=True, editable=False)
    # Raised when a person is disabled, gets a new password or another second factor: every session of before ends.
    session_epoch = models.PositiveIntegerField(default=0)
    # The state of the roles that this person's requests are answered by (`roles.models.RolesState`).
    rights_mark = models.CharField(max_length=32, blank=True, editable=False)
    language = models.CharField(_("language"), max_length=8, default="zh-hans")
    theme = models.CharField(_("theme"), max_length=8, default="auto")
    density = models.CharField(_("density"), max_length=8, default="normal")
    created_at = models.DateTimeField()
    disabled_at = models.DateTimeField(null=True, editable=False)
    # The last day of somebody who leaves, where the policy does not end his access at once.
    last_day = models.DateField(_("last day"), null=True, editable=False)

    objects = UserManager()
    USERNAME_FIELD = "username"

    class Meta:
        ordering = ["username"]

    def __str__(self) -> str:
        return self.name

    def get_role_display(self) -> str:  # type: ignore[no-redef]
        """The name of the role: the ORM would put all roles into words to say one."""
        return str(Role(self.role).label) if self.role in Role else self.role

    @property
    def actor(self) -> str:
        """How events name this person."""
        return f"user:{self.pk}"

    @property
    def data_scope(self) -> DataScope:
        return DataScope(self.scope) if self.scope else self.rules.scope

    @property
    def rules(self) -> RoleRules:
        """What the person's role may see and do; no query unless roles have just been changed."""
        return rules_of(self.role, self.rights_mark)

    @property
    def rights(self) -> frozenset[Right]:
        """What the role carries and what the policy gives it; one small query for the policy."""
        given = (each.right for each in given_to(self.role) if self.senior or not each.senior)
        return self.rules.rights | frozenset(given)

    def may(self, right: str) -> bool:
        """Whether the role carries this right, or the policy gives it, and the person is not disabled."""
        if not self.is_active:
            return False
        return right in self.rules.rights or is_given(right, self.role, senior=self.senior)


class LoginFailure(models.Model):
    """A failed log-in, counted by account and by source to slow guessing down (D-2)."""

    account = models.CharField(max_length=64)
    source = models.CharField(max_length=64)
    at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["account", "at"], name="loginfailure_account"),
            models.Index(fields=["source", "at"], name="loginfailure_source"),
        ]

    def __str__(self) -> str:
        return f"{self.account} {self.at}"


class ApiToken(models.Model):
    """A bearer token of one person: never more rights than he has, shown once, kept as a digest."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="tokens")
    name = models.CharField(max_length=60)
    digest = models.CharField(max_length=64, unique=True)
    scopes = models.CharField(max_length=200, default="read")
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True)
    last_used_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    @property
    def scope_labels(self) -> list[str]:
        """What it may do, in words."""
        return [str(TokenScope(name).label) for name in self.scopes.split()]

    def __str__(self) -> str:
        return self.name
