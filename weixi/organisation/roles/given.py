"""Rights that the company's policy gives by itself: whom it names for an act may do it, whatever his role is set to.

The policy stands above this slice and says here what it gives (`take_given_from`). Such a right comes and goes with the
policy in force; on the page of roles it is shown, and cannot be taken away there.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from weixi.organisation.enums import Right

# What a policy can give. For every other right nobody asks the policy.
CAN_BE_GIVEN = frozenset({Right.GRADING_JUDGE, Right.GRADING_RUN})


@dataclass(frozen=True, slots=True)
class Given:
    """One right of one role. `place` is where the policy says it, `clause_place` whose clause tells of it; `senior`: only
    who is senior in the role has it."""

    right: Right
    place: str
    clause_place: str
    senior: bool = False


def _nothing() -> Mapping[str, tuple[Given, ...]]:
    return {}


_source: list[Callable[[], Mapping[str, tuple[Given, ...]]]] = [_nothing]


def take_given_from(source: Callable[[], Mapping[str, tuple[Given, ...]]]) -> None:
    """The policy slice says here what the policy in force gives, by role."""
    _source[0] = source


def given_to(role: str) -> tuple[Given, ...]:
    """What the policy in force gives a role."""
    return _source[0]().get(role, ())


def is_given(right: str, role: str, *, senior: bool) -> bool:
    """Whether a person of this role has the right by the policy; asks for the policy only where it could give it."""
    if right not in CAN_BE_GIVEN:
        return False
    return any(each.right == right and (senior or not each.senior) for each in given_to(role))
