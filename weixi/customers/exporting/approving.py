"""Who has to agree to a large export: the chain the policy names, step by step, each by another person (D-1).

The chain is kept with the request as it stood when it was asked for. Where the policy names none, and where
nobody else holds the role of a step, who has the right to approve exports decides.
"""

from __future__ import annotations

from collections.abc import Iterable

from weixi.customers.exporting.models import ExportRun, ExportState
from weixi.organisation.enums import Right
from weixi.organisation.models import User
from weixi.organisation.scope import Viewer
from weixi.policy.document.guard import Personal
from weixi.policy.queries import chains, security_rules
from weixi.policy.queries.chains import deciding_steps


def _personal() -> Personal:
    return security_rules().personal or Personal()


def approved_from() -> int | None:
    """From how many customers on others have to agree, as the policy says; None: never."""
    limit = _personal().export_approved_from
    return int(limit) if limit is not None else None


def steps_in_force() -> list[dict[str, object]]:
    """The policy's chain as it is kept with a request."""
    return chains.as_kept(deciding_steps(_personal().export_approval))


def approver_roles() -> frozenset[str]:
    """The roles that the chain in force asks."""
    return frozenset(role for step in deciding_steps(_personal().export_approval) for role in step.roles)


def may_approve_any(viewer: Viewer) -> bool:
    """Whether exports can come to this person at all: by the chain, or by right."""
    return viewer.user is None or viewer.user.role in approver_roles() or viewer.may(Right.EXPORTS_APPROVE)


def open_step(run: ExportRun) -> tuple[int, frozenset[str]]:
    """(place of the step that waits, the roles one of which has to say yes); the place behind the last and no
    role when every step is done, or no chain asks."""
    return chains.open_step(run.steps, run.approvals)


def is_complete(run: ExportRun) -> bool:
    """Whether everybody asked has agreed."""
    return not open_step(run)[1] if run.steps else bool(run.approvals)


def deciders(run: ExportRun) -> list[User]:
    """The people who may say the next yes: other than who asked and who has agreed already."""
    taken = {run.requested_by_id, *(each["by"] for each in run.approvals)}
    people = [person for person in User.objects.filter(is_active=True) if person.pk not in taken]
    holders = [person for person in people if person.role in open_step(run)[1]]
    return holders or _by_right(people)


def _by_right(people: Iterable[User]) -> list[User]:
    return [person for person in people if person.may(Right.EXPORTS_APPROVE)]


def may_decide(viewer: Viewer, run: ExportRun) -> bool:
    """Whether the next yes is this person's."""
    if run.state != ExportState.WAITING or viewer.user is None:
        return False
    return viewer.user.pk in {person.pk for person in deciders(run)}
