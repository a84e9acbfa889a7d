"""Which policy holds when. The document is parsed once per process and version."""

from __future__ import annotations

from weixi.policy.queries.citing import clause_in_force, clause_on_event
from weixi.policy.queries.versions import (
    VersionInForce,
    document_of,
    get_version_for,
    open_versions,
    policy_in_force,
    policy_signature,
    rule_of,
    security_rules,
    version_in_force,
    versions_in_force,
    versions_of,
    waiting_for_approval,
)
from weixi.policy.queries.working_time import latest_record_time, working_calendar

__all__ = [
    "VersionInForce",
    "clause_in_force",
    "clause_on_event",
    "document_of",
    "get_version_for",
    "latest_record_time",
    "open_versions",
    "policy_in_force",
    "policy_signature",
    "rule_of",
    "security_rules",
    "version_in_force",
    "versions_in_force",
    "versions_of",
    "waiting_for_approval",
    "working_calendar",
]
