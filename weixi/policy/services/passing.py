"""Who passes a submitted version: the chain that the policy in force names, step by step, each by another person. What
changes grading standards alone goes the way of those (`queries.standards`), everything else that of the policy itself.
Where the policy names no chain, and where nobody else holds the role of a step, the right to approve decides.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from weixi.organisation.enums import Right
from weixi.organisation.models import User
from weixi.organisation.queries import people_with
from weixi.organisation.scope import Viewer
from weixi.policy.document.policy import Policy
from weixi.policy.models import PolicyVersion
from weixi.policy.queries import standards
from weixi.policy.queries.chains import Step, as_kept, deciding_steps, open_step
from weixi.policy.queries.versions import version_in_force


@dataclass(frozen=True, slots=True)
class Passing:
    """Who passes a document: `code` and `title` of the chain, empty where none is named, and its deciding steps."""

    code: str
    title: str
    steps: tuple[Step, ...]

    @property
    def kept(self) -> list[dict[str, object]]:
        """The steps as they are kept with a version that is submitted."""
        return as_kept(self.steps)


def passing_of(document: Policy) -> Passing:
    """Who passes this document, submitted now."""
    version = version_in_force()
    if version is None:
        return Passing("", "", ())
    code, decides = version.policy.organisation.policy_approval or "", None
    if standards.only_standards(document):
        named = version.policy.grading.standards_approved_by if version.policy.grading else None
        if named is not None or standards.CHAIN in version.policy.approval:
            code, decides = standards.CHAIN, named
    chain, steps = version.policy.approval.get(code), deciding_steps(code, decides)
    return Passing(code, chain.title if chain else "", steps) if steps else Passing("", "", ())


def outgrown(version: PolicyVersion, document: Policy) -> bool:
    """Whether a version that was put before those who pass grading standards changes something else by now, because
    another one was put in force meanwhile."""
    return version.chain == standards.CHAIN and bool(standards.beyond_standards(document))


def returns_allowed(version: PolicyVersion) -> bool:
    """Whether the chain this version goes through lets it be sent back."""
    current = version_in_force()
    chain = current.policy.approval.get(version.chain) if current else None
    return chain is None or chain.returns_allowed


def roles_asked(version: PolicyVersion) -> frozenset[str]:
    """The roles one of which says the next yes; none where no chain asks, or every step is done."""
    return open_step(version.steps, version.approvals)[1]


def may_pass(version: PolicyVersion, viewer: Viewer, *, own: bool = False) -> bool:
    """Whether the next yes is this person's, by the chain; whoever wrote in the draft is told apart
    (`versions.wrote_in`) and says it himself only for a file he brought in ready (`own`). The installation's owner at
    its command line has nobody above."""
    if viewer.user is None:
        return True
    asked = roles_asked(version)
    taken = {each["by"] for each in version.approvals}
    if viewer.user.pk in taken:
        return False
    if own and viewer.user.role in asked:
        return True
    holders = [person for person in _others(version, taken) if person.role in asked]
    if holders:
        return viewer.user.role in asked
    return viewer.may(Right.POLICY_APPROVE)


def may_put_in_force(version: PolicyVersion, viewer: Viewer) -> bool:
    """Who may approve the policy, and who said the last yes to this version because the policy asks him."""
    if viewer.may(Right.POLICY_APPROVE):
        return True
    return viewer.user is not None and viewer.user.is_active and version.approved_by == viewer.user


def deciders(version: PolicyVersion) -> list[int]:
    """The people one of whom says the next yes: who holds a role of the open step; where nobody does, who has the right."""
    asked, taken = roles_asked(version), {each["by"] for each in version.approvals}
    others = list(_others(version, taken))
    holders = [person.pk for person in others if person.role in asked]
    if holders:
        return holders
    may = set(people_with(Right.POLICY_APPROVE))
    return [person.pk for person in others if person.pk in may]


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
