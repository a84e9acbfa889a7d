"""Chains of approval (`[approval.*]`) as roles of the product: who says yes, in which order."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from weixi.organisation.enums import Role
from weixi.organisation.scope import Viewer
from weixi.policy.document.policy import Policy
from weixi.policy.queries.versions import version_in_force

_ROLES = frozenset(Role.values)


def acting_role(role: str, policy: Policy) -> str:
    """The product's role for a role or position named in the policy."""
    if role in _ROLES:
        return role
    return next((p.acts_as for p in policy.organisation.position if p.code == role), role)


@dataclass(frozen=True, slots=True)
class Step:
    """One yes of a chain, by any one of these roles, or with `all` by each of them."""

    act: str
    roles: tuple[str, ...]
    all: bool = False


def as_kept(steps: Iterable[Step]) -> list[dict[str, Any]]:
    """Steps as they are kept with what is to be decided, as they stood when it was asked for."""
    return [{"act": step.act, "roles": list(step.roles), "all": step.all} for step in steps]


def open_step(steps: Sequence[Mapping[str, Any]], given: Sequence[Mapping[str, Any]]) -> tuple[int, frozenset[str]]:
    """(place of the step that waits, the roles one of which has to say yes); the place behind the last and no role when
    every step is done, or no chain asks. `given`: the yeses so far, each with its `step` and `role`."""
    for place, step in enumerate(steps):
        said = {each["role"] for each in given if each["step"] == place}
        missing = frozenset(step["roles"]) - said if step["all"] else frozenset(() if said else step["roles"])
        if missing:
            return place, missing
    return len(steps), frozenset()


def deciding_steps(code: str | None, decides: str | None = None) -> tuple[Step, ...]:
    """The steps of a chain of the policy in force after the preparing one; none when there is no such chain.

    `decides` is the role that another place of the policy names for the decision (`grading.approve_by`): the last yes is
    its, whomever the chain names there, and the only one where there is no chain.
    """
    version = version_in_force()
    if version is None:
        return ()
    chain = version.policy.approval.get(code) if code else None
    steps = [
        Step(step.act, tuple(dict.fromkeys(acting_role(role, version.policy) for role in step.by)), step.all)
        for step in (chain.steps if chain else ())
        if step.act != "prepare"
    ]
    if decides is not None:
        role = acting_role(decides, version.policy)
        if not steps:
            steps = [Step("approve", (role,))]
        elif role not in steps[-1].roles:
            steps[-1] = Step(steps[-1].act, (role,))
    return tuple(steps)


def chains_asking(viewer: Viewer) -> list[str]:
    """The chains of the policy in force that ask this person's role for a yes."""
    version = version_in_force()
    if viewer.user is None or version is None:
        return []
    return [
        code for code in version.policy.approval if any(viewer.user.role in step.roles for step in deciding_steps(code))
    ]
