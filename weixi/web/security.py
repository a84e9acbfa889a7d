"""The log-in obeys the policy: `[security]` of the version in force becomes the rules of the door."""

from __future__ import annotations

from dataclasses import replace

from weixi.organisation.passwords import SecurityRules
from weixi.policy.document.durations import Duration
from weixi.policy.queries import policy_in_force, security_rules, version_in_force
from weixi.policy.queries.chains import acting_role
from weixi.policy.queries.spans import roughly


def rules_of_policy() -> SecurityRules:
    """What the policy says; what it leaves open keeps the value of `SecurityRules`."""
    section, rules = security_rules(), SecurityRules()
    if section.passwords:
        asked = section.passwords
        rules = replace(
            rules,
            password_length=asked.length_from,
            password_kinds=asked.kinds_from if asked.composition_rules else 0,
            common_refused=asked.common_refused,
            password_days=max(1, roughly(asked.changed_every).days) if asked.changed_every else None,
        )
    if section.lock_out:
        wait = _minutes(section.lock_out.wait)
        rules = replace(rules, failures_per_pair=section.lock_out.tries, wait_minutes=wait)
    if section.sessions:
        policy = policy_in_force()
        wanted = frozenset(acting_role(role, policy) for role in section.sessions.second_factor_for)
        rules = replace(
            rules,
            second_factor_for=wanted,
            idle_minutes=_minutes(section.sessions.idle_at_most),
            session_minutes=_minutes(section.sessions.lasts_at_most),
        )
    version = version_in_force()
    return replace(
        rules,
        sees={each.role: each.sees for each in version.policy.organisation.role} if version else {},
        role_titles={each.role: each.title for each in version.policy.organisation.role} if version else {},
        leavers_out_at_once=section.leavers_lose_access_at_once is not False,
        leavers_hand_over=section.customers_of_leavers_handed_over is True,
    )


def _minutes(span: Duration) -> int:
    return max(1, int(roughly(span).total_seconds() // 60))
