"""Who passes a submitted version: the chain that the policy in force names for the policy itself, step by step, each by
another person. Where it names none, and where nobody else holds the role of a step, the right to approve decides.
"""

from __future__ import annotations

from collections.abc import Iterable

from weixi.organisation.enums import Right
from weixi.organisation.models import User
from weixi.organisation.scope import Viewer
from weixi.policy.models import PolicyVersion
from weixi.policy.queries.chains import as_kept, deciding_steps, open_step
from weixi.policy.queries.versions import version_in_force


def chain_in_force() -> str | None:
    """The code of the chain that passes the policy; None where the one in force names none."""
    version = version_in_force()
    return version.policy.organisation.policy_approval if version else None


def steps_in_force() -> list[dict[str, object]]:
    """That chain as it is kept with a version that is submitted."""
    return as_kept(deciding_steps(chain_in_force()))


def returns_allowed() -> bool:
    """Whether that chain lets a submitted version be sent back."""
    version, code = version_in_force(), chain_in_force()
    chain = version.policy.approval.get(code) if version and code else None
    return chain is None or chain.returns_allowed


def roles_asked(version: PolicyVersion) -> frozenset[str]:
    """The roles one of which says the next yes; none where no chain asks, or every step is done."""
    return open_step(version.steps, version.approvals)[1]


def may_pass(version: PolicyVersion, viewer: Viewer) -> bool:
    """Whether the next yes is this person's, by the chain; whoever wrote in the draft is told apart
    (`versions.wrote_in`). The installation's owner at its command line has nobody above."""
    if viewer.user is None:
        return True
    asked = roles_asked(version)
    taken = {each["by"] for each in version.approvals}
    if viewer.user.pk in taken:
        return False
    holders = [person for person in _others(version, taken) if person.role in asked]
    if holders:
        return viewer.user.role in asked
    return viewer.may(Right.POLICY_APPROVE)


def _others(version: PolicyVersion, taken: set[int]) -> Iterable[User]:
    """Who works here and neither drafted the version nor has said yes to it."""
    people = User.objects.filter(is_active=True).exclude(pk__in=taken)
    return people.exclude(pk=version.drafted_by_id) if version.drafted_by_id else people


def role_spoken_for(version: PolicyVersion, person: User) -> str:
    """The role of the open step that this person's yes is for; where nobody holds it, the one he stands in for."""
    asked = roles_asked(version)
    return person.role if person.role in asked or not asked else min(asked)


def is_passed(version: PolicyVersion) -> bool:
    """Whether everybody asked has said yes."""
    return not roles_asked(version)
