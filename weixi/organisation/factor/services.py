"""Setting up, using, changing and taking away a second factor (D-2).

Whoever sets one up, renews its codes or removes it gives his password. Wrong codes and wrong passwords are
counted like failed log-ins, by account and by source, under the policy's numbers (`passwords`).
"""

from __future__ import annotations

from django.conf import settings
from django.core import signing
from django.utils.translation import gettext as _

from weixi.kernel import clock
from weixi.kernel.errors import Conflict, Forbidden, Invalid
from weixi.kernel.events.work import unit_of_work
from weixi.organisation import passwords
from weixi.organisation.enums import Right
from weixi.organisation.factor import codes
from weixi.organisation.factor.models import RecoveryCode, SecondFactor
from weixi.organisation.managing import may_manage
from weixi.organisation.models import User
from weixi.organisation.scope import Viewer

# How long a shown picture may be answered with its first code.
SET_UP_SECONDS = 15 * 60
_SALT = "weixi.factor.set-up"


class WrongCode(Invalid):
    """No code of this moment, one used before, or no recovery code."""

    status = 422
    code = "factor.wrong"


def is_due(user: User) -> bool:
    """Whether the role asks for a second factor that this person has not set up; no query."""
    return user.factor_since is None and user.rules.factor


def is_wanted(user: User) -> bool:
    """Whether the policy asks this person's role for a second factor that he has not set up, and only asks: where
    the role demands it, `is_due` holds him at the set-up. No query of its own."""
    if user.factor_since is not None or user.rules.factor:
        return False
    return user.role in passwords.rules().second_factor_for


def begin(user: User, password: str, *, viewer: Viewer, source: str) -> str:
    """A signed proposal of a new secret, which `confirm` takes back; nothing is stored yet.

    Raises WrongLogin for a wrong password, TooManyAttempts.
    """
    _own(user, viewer)
    passwords.confirm(user, password, source=source)
    return signing.dumps([user.pk, codes.new_seed()], salt=_SALT)


def seed_of(user: User, proposal: str) -> str:
    """The seed in a proposal made for this person. Raises Invalid when it is another's or too old."""
    try:
        owner, seed = signing.loads(proposal, salt=_SALT, max_age=SET_UP_SECONDS)
    except (signing.BadSignature, ValueError, TypeError):
        owner, seed = None, ""
    if owner != user.pk:
        raise Invalid(_("This set-up is too old. Begin again."), code="factor.stale")
    return str(seed)


def confirm(user: User, proposal: str, code: str, *, viewer: Viewer, source: str) -> list[str]:
    """Put the proposed secret in force, once the phone has shown its first code; returns the recovery codes.

    A factor of before is replaced, its recovery codes are void, every other session of the person ends.
    Raises Invalid for an old proposal, WrongCode, TooManyAttempts.
    """
    _own(user, viewer)
    seed = seed_of(user, proposal)
    counted = passwords.Counted(f"factor:{user.username}", source)
    counted.wait()
    step = codes.step_of(seed, code, clock.now())
    if step is None:
        counted.failed()
        raise _wrong()
    with unit_of_work(actor=viewer.actor) as work:
        changed = user.factor_since is not None
        SecondFactor.objects.update_or_create(user=user, defaults={"seed": seed, "last_step": step, "since": work.now})
        user.factor_since = work.now
        user.session_epoch += 1
        user.save(update_fields=["factor_since", "session_epoch"])
        made = _renew_codes(user)
        work.record("factor.changed" if changed else "factor.set_up", subject=("user", user.pk))
    return made


def check_code(user: User, code: str, *, source: str) -> None:
    """Take one code for a log-in: six digits of the phone, or a recovery code. Each is taken once.

    Raises WrongCode, TooManyAttempts.
    """
    counted = passwords.Counted(f"factor:{user.username}", source)
    counted.wait()
    if not (_take_digits(user, code) or _take_recovery(user, code)):
        counted.failed()
        raise _wrong()
    counted.passed()


def _take_digits(user: User, code: str) -> bool:
    factor = SecondFactor.objects.filter(user=user).first()
    step = codes.step_of(factor.seed, code, clock.now()) if factor else None
    if step is None:
        return False
    # Compare and set: of two log-ins with the same code one gets in.
    return SecondFactor.objects.filter(user=user, last_step__lt=step).update(last_step=step) == 1


def _take_recovery(user: User, code: str) -> bool:
    with unit_of_work(actor=user.actor) as work:
        digest = codes.recovery_digest(user.pk, code)
        gone, _each = RecoveryCode.objects.filter(user=user, digest=digest).delete()
        if gone:
            left = RecoveryCode.objects.filter(user=user).count()
            work.record("factor.recovery_used", subject=("user", user.pk), data={"left": left})
        return bool(gone)


def renew_codes(user: User, password: str, *, viewer: Viewer, source: str) -> list[str]:
    """New recovery codes; those of before are void. Raises WrongLogin, TooManyAttempts, Conflict."""
    _own(user, viewer)
    _has_one(user)
    passwords.confirm(user, password, source=source)
    with unit_of_work(actor=viewer.actor) as work:
        made = _renew_codes(user)
        work.record("factor.codes_renewed", subject=("user", user.pk))
    return made


def remove(user: User, password: str, *, viewer: Viewer, source: str) -> None:
    """Log in with the password alone again; other sessions end.

    Raises Forbidden where the role asks for a second factor, WrongLogin, TooManyAttempts, Conflict.
    """
    _own(user, viewer)
    _has_one(user)
    if user.rules.factor:
        raise Forbidden(_("Your role asks for a second factor: it can be changed, not removed."))
    passwords.confirm(user, password, source=source)
    _take_away(user, viewer, "factor.removed")


def reset(user: User, *, viewer: Viewer) -> None:
    """An administrator takes away the second factor of somebody who lost it; all his sessions end.

    Raises Forbidden for oneself: one's own goes with the password only.
    """
    viewer.require(Right.PEOPLE_MANAGE)
    may_manage(viewer, user)
    if viewer.user is not None and viewer.user.pk == user.pk:
        raise Forbidden(_("Your own second factor is changed on your own page, with your password."))
    _has_one(user)
    _take_away(user, viewer, "factor.reset")


def codes_left(user: User) -> int:
    """How many recovery codes a person has not used."""
    return RecoveryCode.objects.filter(user=user).count()


def issuer() -> str:
    """How a phone names this installation's codes."""
    return str(getattr(settings, "FACTOR_ISSUER", "Weixi 维系"))


def _take_away(user: User, viewer: Viewer, event: str) -> None:
    with unit_of_work(actor=viewer.actor) as work:
        SecondFactor.objects.filter(user=user).delete()
        RecoveryCode.objects.filter(user=user).delete()
        user.factor_since = None
        user.session_epoch += 1
        user.save(update_fields=["factor_since", "session_epoch"])
        work.record(event, subject=("user", user.pk))


def _renew_codes(user: User) -> list[str]:
    made = codes.new_recovery_codes()
    RecoveryCode.objects.filter(user=user).delete()
    RecoveryCode.objects.bulk_create(
        [RecoveryCode(user=user, digest=codes.recovery_digest(user.pk, code)) for code in made]
    )
    return made


def _own(user: User, viewer: Viewer) -> None:
    if viewer.user is None or viewer.user.pk != user.pk:
        raise Forbidden(_("Everybody sets up his own second factor."))


def _has_one(user: User) -> None:
    if user.factor_since is None:
        raise Conflict(_("No second factor is set up."))


def _wrong() -> WrongCode:
    text = _("This code does not fit. Wait for the next one and type it again; each code counts once.")
    return WrongCode(text, fields={"code": text})
