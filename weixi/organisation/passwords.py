"""Log-in, and guessing slowed down; what a new password has to be stands in `new_passwords`.

Failures are counted three ways, so that guessing is slow and nobody can be kept out by a stranger:

* one account from one source: after `failures_per_pair` the pair waits `wait_minutes`;
* one source over all accounts: after `failures_per_source` the source waits;
* one account over all sources: after `failures_per_account` an attempt is taken every `pause_seconds`.

A device somebody has logged in from carries a signed cookie and is counted by itself: failures of
others never keep it out. Attempts that are made to wait are not counted, so a wait ends by itself.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.contrib.auth import authenticate
from django.core import signing
from django.http import HttpRequest
from django.utils.translation import gettext as _

from weixi.kernel import clock
from weixi.kernel.errors import Invalid
from weixi.organisation.models import LoginFailure, User

DEVICE_SALT = "weixi.device"
DEVICE_DAYS = 180


@dataclass(frozen=True, slots=True)
class SecurityRules:
    """What the company's policy says about log-ins; the values below hold until a policy is in force."""

    password_length: int = 10
    # How many of the four kinds of characters a password needs; 0: no rule about them.
    password_kinds: int = 0
    common_refused: bool = True
    # After so many days a new one has to be chosen; None: never.
    password_days: int | None = None
    failures_per_pair: int = 5
    failures_per_source: int = 40
    failures_per_account: int = 20
    wait_minutes: int = 15
    pause_seconds: int = 30
    # A log-in ends after so long without a click, and after so long anyway; None: as the installation is set.
    idle_minutes: int | None = None
    session_minutes: int | None = None
    # Roles of which the policy wants a second factor: who has none is reminded of it (`factor.is_wanted`); it is
    # demanded where the role is set so (`roles`).
    second_factor_for: frozenset[str] = frozenset()
    # How far the policy says the people of a role see (`own` ...), by role: shown beside what is set (`roles.page`).
    sees: Mapping[str, str] = field(default_factory=dict)
    # What the company calls its roles, by role (`role_names`).
    role_titles: Mapping[str, str] = field(default_factory=dict)
    # Who leaves is out from the moment it is entered; else a last day may be given.
    leavers_out_at_once: bool = True
    # Who leaves hands his customers over.
    leavers_hand_over: bool = False


_source: list[Callable[[], SecurityRules]] = [SecurityRules]


def take_rules_from(source: Callable[[], SecurityRules]) -> None:
    """The policy slice says here where the rules come from (it stands above this one)."""
    _source[0] = source


def rules() -> SecurityRules:
    """The rules now in force."""
    return _source[0]()


class TooManyAttempts(Invalid):
    """Not even looked at: the account or the source has to wait."""

    status = 429
    code = "login.wait"


class WrongLogin(Invalid):
    """Name and password do not fit together — or there is no such person; both answer alike."""

    status = 422
    code = "login.wrong"


def account_key(name: str) -> str:
    """What failures of a typed name are counted under. A digest: people type passwords into the name."""
    return hashlib.sha256(name.strip().casefold().encode()).hexdigest()


def log_in_user(request: HttpRequest, name: str, password: str, *, source: str, device: str = "") -> User:
    """The person with this name and password, who may log in.

    `source` is where the attempt comes from, `device` the value of the device cookie. Raises WrongLogin or
    TooManyAttempts; unknown names take as long as known ones.
    """
    account = account_key(name)
    known = device_fits(device, account)
    origin = f"device:{device[-40:]}" if known else source[:64]
    wait = seconds_to_wait(account, origin, known_device=known)
    if wait:
        raise _too_many(wait)
    user = authenticate(request, username=name, password=password)
    if not isinstance(user, User):
        _note_failure(account, origin)
        raise WrongLogin(_("Name and password do not fit together. Check both; capital letters count."))
    LoginFailure.objects.filter(account=account, source=origin).delete()
    return user


def confirm(user: User, password: str, *, source: str) -> None:
    """The password of somebody who is logged in, asked again before something grave.

    Counted like a log-in. Raises WrongLogin, TooManyAttempts.
    """
    counted = Counted(user.username, source)
    counted.wait()
    if not user.check_password(password):
        counted.failed()
        text = _("This is not your present password.")
        raise WrongLogin(text, fields={"password": text})


class Counted:
    """Attempts at one thing of one account (`lin`, `factor:lin`) from one source, counted as log-ins are."""

    def __init__(self, account: str, source: str) -> None:
        self.account, self.origin = account_key(account), source[:64]

    def wait(self) -> None:
        """Raises TooManyAttempts while the next attempt may not be made yet."""
        if seconds := seconds_to_wait(self.account, self.origin, known_device=False):
            raise _too_many(seconds)

    def failed(self) -> None:
        _note_failure(self.account, self.origin)

    def passed(self) -> None:
        LoginFailure.objects.filter(account=self.account, source=self.origin).delete()


def _too_many(seconds: int) -> TooManyAttempts:
    return TooManyAttempts(
        _(
            "Too many failed attempts. Wait %(n)d seconds, then try again; a forgotten password is reset by an administrator."
        )
        % {"n": seconds}
    )


def seconds_to_wait(account: str, origin: str, *, known_device: bool) -> int:
    """How long an attempt has to wait; 0 when it may be made now. At most three counts, each by index."""
    rule, now = rules(), clock.now()
    since = now - timedelta(minutes=rule.wait_minutes)
    recent = LoginFailure.objects.filter(at__gt=since)
    window = timedelta(minutes=rule.wait_minutes)
    waits = [_until(recent.filter(account=account, source=origin), rule.failures_per_pair, window, now)]
    if not known_device:
        waits.append(_until(recent.filter(source=origin), rule.failures_per_source, window, now))
        crowd = list(
            recent.filter(account=account).order_by("-at").values_list("at", flat=True)[: rule.failures_per_account]
        )
        if len(crowd) >= rule.failures_per_account:
            waits.append((crowd[0] + timedelta(seconds=rule.pause_seconds) - now).total_seconds())
    return max(0, *(int(seconds) + 1 if seconds > 0 else 0 for seconds in waits))


def _until(failures, allowed: int, window: timedelta, now: datetime) -> float:  # type: ignore[no-untyped-def]
    """Seconds until fewer than `allowed` of `failures` lie within `window`."""
    latest = list(failures.order_by("-at").values_list("at", flat=True)[:allowed])
    return (latest[-1] + window - now).total_seconds() if len(latest) >= allowed else 0.0


def _note_failure(account: str, origin: str) -> None:
    now = clock.now()
    LoginFailure.objects.create(account=account, source=origin, at=now)
    LoginFailure.objects.filter(at__lt=now - timedelta(days=2)).delete()


def device_cookie(user: User) -> str:
    """A signed value that says: this person has logged in on this device."""
    return signing.dumps(account_key(user.username), salt=DEVICE_SALT)


def device_fits(value: str, account: str) -> bool:
    try:
        return bool(value) and signing.loads(value, salt=DEVICE_SALT, max_age=DEVICE_DAYS * 86400) == account
    except signing.BadSignature:
        return False
