"""Who is about to be entered as a natural person, and who may object (a person that was erased, D-1)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from weixi.kernel.errors import Invalid


@dataclass(frozen=True, slots=True)
class Newcomer:
    """A contact or a customer that is a person, by what it is found by; `customer_number` as far as known."""

    name: str
    phones: tuple[str, ...] = ()
    email: str = ""
    wechat: str = ""
    customer_number: str = ""


# Gives {place in the list: the sentence that refuses it}.
Check = Callable[[Sequence[Newcomer]], Mapping[int, str]]
_checks: list[Check] = []


def add_check(check: Check) -> None:
    """Let a slice object to newcomers; registering the same one again changes nothing."""
    if check not in _checks:
        _checks.append(check)


def refusals(newcomers: Sequence[Newcomer]) -> dict[int, str]:
    """Who cannot be entered, by place, with the reason; a fixed number of queries for any number."""
    found: dict[int, str] = {}
    for check in _checks:
        for place, reason in check(newcomers).items():
            found.setdefault(place, reason)
    return found


def require_welcome(newcomer: Newcomer) -> None:
    """Raises Invalid when somebody objects."""
    if reason := refusals([newcomer]).get(0):
        raise Invalid(reason, code="person.erased", fields={"name": reason})
