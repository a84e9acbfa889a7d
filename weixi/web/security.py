"""The log-in obeys the policy: `[security]` of the version in force becomes the rules of the door."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from weixi.organisation.passwords import SecurityRules
from weixi.policy.document.durations import Duration
from weixi.policy.queries import security_rules

# A policy may name months; a wait is then counted with days of this many.
DAYS_PER_MONTH = 30


def rules_of_policy() -> SecurityRules:
    """What the policy says; what it leaves open keeps the value of `SecurityRules`."""
    section, rules = security_rules(), SecurityRules()
    if section.passwords:
        rules = replace(rules, password_length=section.passwords.length_from)
    if section.lock_out:
        minutes = max(1, int(_span(section.lock_out.wait).total_seconds() // 60))
        rules = replace(rules, failures_per_pair=section.lock_out.tries, wait_minutes=minutes)
    return rules


def _span(wait: Duration) -> timedelta:
    return timedelta(days=wait.months * DAYS_PER_MONTH + wait.days) + wait.time
