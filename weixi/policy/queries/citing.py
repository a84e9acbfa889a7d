"""Numbers of clauses as the policy in force has them."""

from __future__ import annotations

from weixi.kernel.errors import NotFound
from weixi.policy.document.citing import clause_of, clause_on
from weixi.policy.queries.versions import policy_in_force


def clause_in_force(path: str) -> str:
    """The clause of the policy in force that governs a place of it; "" when none does: then there is no label."""
    try:
        return clause_of(policy_in_force(), path) or ""
    except NotFound:
        return ""


def clause_on_event(event: str) -> str:
    """The clause of the policy in force whose rule opens a duty on this event; "" for none."""
    try:
        return clause_on(policy_in_force(), event) or ""
    except NotFound:
        return ""
