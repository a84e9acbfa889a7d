"""What a new password has to be, as the policy says; and when the present one has to be changed.

The same rules hold at every door where a password is chosen or given: the pages, the first log-in, the command line,
Django's own commands (`PolicyValidator`).
"""

from __future__ import annotations

import secrets
from datetime import date
from typing import Any, Literal

from django.contrib.auth.password_validation import (
    CommonPasswordValidator,
    NumericPasswordValidator,
    UserAttributeSimilarityValidator,
)
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from weixi.kernel import clock
from weixi.kernel.errors import Invalid
from weixi.organisation.models import User
from weixi.organisation.passwords import SecurityRules, rules

_LIKE_THE_PERSON = UserAttributeSimilarityValidator(user_attributes=("username", "name", "email", "phone"))
_NUMERIC = NumericPasswordValidator()
# Longer than any list of common ones, and of letters, digits and signs alike.
_MADE_UP_BYTES = 12

Due = Literal["", "given", "old"]


def rule_in_words() -> str:
    """The rules for a new password, for forms; the sentences of the refusals are the same."""
    rule = rules()
    sentences = [_length(rule)]
    if rule.password_kinds:
        sentences.append(_kinds(rule))
    if rule.common_refused:
        sentences.append(_("Passwords that many people use are refused."))
    if rule.password_days:
        sentences.append(_("It is changed every %(n)d days.") % {"n": rule.password_days})
    return " ".join(sentences)


def _length(rule: SecurityRules) -> str:
    return _("The password needs at least %(n)d characters; a short sentence is easy to keep.") % {
        "n": rule.password_length
    }


def _kinds(rule: SecurityRules) -> str:
    return _("It needs %(n)d of these four: small letters, capital letters, digits, other characters.") % {
        "n": rule.password_kinds
    }


def kinds_in(password: str) -> int:
    """How many of the four kinds of characters stand in it; letters without capitals (汉字) are of the last kind."""
    found = {
        "small" if char.islower() else "capital" if char.isupper() else "digit" if char.isdecimal() else "other"
        for char in password
    }
    return len(found)


def faults(password: str, user: User | None) -> list[str]:
    """What the policy has against this password, in sentences; empty when it will do."""
    rule = rules()
    found = []
    if len(password) < rule.password_length:
        found.append(_length(rule))
    if kinds_in(password) < rule.password_kinds:
        found.append(_kinds(rule))
    validators: list[Any] = [_LIKE_THE_PERSON, _NUMERIC]
    if rule.common_refused:
        # Its list is read when first asked for: a process that sets no password does without.
        validators.append(CommonPasswordValidator())
    for validator in validators:
        try:
            validator.validate(password, user)
        except ValidationError as error:
            found += error.messages
    return found


def check_password(password: str, user: User | None) -> None:
    """Raises Invalid when the password is not what the policy asks for."""
    if found := faults(password, user):
        text = " ".join(found)
        raise Invalid(text, fields={"password": text})


class PolicyValidator:
    """The rules of the policy for Django's own forms and commands."""

    def validate(self, password: str, user: User | None = None) -> None:
        if found := faults(password, user):
            raise ValidationError(found)

    def get_help_text(self) -> str:
        return rule_in_words()


def made_up() -> str:
    """A password for somebody who changes it at the first log-in; fits the rules."""
    rule = rules()
    while True:
        found = secrets.token_urlsafe(max(_MADE_UP_BYTES, rule.password_length))
        if not faults(found, None):
            return found


def set_on(user: User) -> date:
    """The day on which the present password was set, as far as is known: at the latest with the person's entry."""
    return timezone.localtime(user.password_set_at or user.created_at).date()


def change_due(user: User, rule: SecurityRules | None = None) -> Due:
    """Why the person has to choose a new password before anything else: it was given to him (`given`), it is older
    than the policy allows (`old`); empty when he need not."""
    if user.must_change_password:
        return "given"
    days = (rule or rules()).password_days
    if days and (clock.now() - (user.password_set_at or user.created_at)).days >= days:
        return "old"
    return ""
