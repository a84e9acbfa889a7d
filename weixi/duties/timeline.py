"""The policy versions of this installation as the engine's timeline, compiled once per state of things."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from weixi.duties.engine.duty import Duty as DutyResult
from weixi.duties.engine.state import CONTACT_TYPES, CUSTOMER_TYPES
from weixi.duties.engine.timeline import PolicyTimeline
from weixi.duties.enums import RuleKind
from weixi.kernel.calendar.holidays import HolidayTable
from weixi.policy.document.policy import Policy
from weixi.policy.document.rules import AnyRule, Cadence, Deadline
from weixi.policy.enums import VersionState
from weixi.policy.models import PolicyVersion
from weixi.policy.queries import document_of, policy_signature
from weixi.policy.queries.working_time import holiday_table

# Events that say what a customer is: every cadence and node looks at them.
STATE_TYPES: frozenset[str] = frozenset(CUSTOMER_TYPES | {"customer.merged", "customer.unmerged"})
ALWAYS: frozenset[str] = STATE_TYPES | CONTACT_TYPES | {"duty.waived"}


@dataclass(frozen=True, eq=False)
class Timeline:
    """`versions` are the keys of the stored versions in the order the engine counts them; `types` all
    event types that any of them listens to."""

    engine: PolicyTimeline
    versions: tuple[int, ...]
    policies: tuple[Policy, ...]
    types: frozenset[str]

    def version_key(self, duty: DutyResult) -> int:
        """The stored version that decides about this duty."""
        return self.versions[duty.version]

    def title(self, clause: str) -> str:
        """What the newest version that has the clause calls its rule; else the clause itself."""
        for policy in reversed(self.policies):
            for rule in policy.rules:
                if rule.clause == clause and rule.title:
                    return rule.title
        return clause


def kind_of(rule: AnyRule) -> RuleKind:
    if isinstance(rule, Deadline):
        return RuleKind.DEADLINE
    return RuleKind.CADENCE if isinstance(rule, Cadence) else RuleKind.NODE


def current_timeline() -> Timeline:
    """One small query; the compiled timeline comes from memory unless a version or a year was added."""
    return _compiled(policy_signature())


@lru_cache(maxsize=8)
def _compiled(signature: tuple[tuple[Any, ...], ...]) -> Timeline:
    """`signature` tells states of versions and holidays apart; what they are is read here."""
    rows = list(
        PolicyVersion.objects.filter(state=VersionState.ACTIVATED)
        .order_by("activated_at", "pk")
        .values_list("pk", "digest", "activated_at")
    )
    policies = [document_of(PolicyVersion.objects.get(pk=pk)) for pk, _, _ in rows]
    countries = {policy.calendar.holidays for policy in policies if policy.calendar.holidays}
    tables: dict[str, HolidayTable] = {country: holiday_table(country) for country in countries}
    types: set[str] = set(ALWAYS)
    for policy in policies:
        for rule in policy.rules:
            types |= _heard(rule)
    return Timeline(
        engine=PolicyTimeline.build(
            [(policy, activated_at) for policy, (_, _, activated_at) in zip(policies, rows, strict=True)],
            tables,
        ),
        versions=tuple(pk for pk, _, _ in rows),
        policies=tuple(policies),
        types=frozenset(types),
    )


def _heard(rule: AnyRule) -> set[str]:
    if isinstance(rule, Deadline):
        return {rule.opens_on, *rule.closes_on, *rule.withdraws_on, *rule.pauses_on, *rule.resumes_on}
    return set(rule.on)
