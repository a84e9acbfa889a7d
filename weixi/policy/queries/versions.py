from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from weixi.kernel import clock, marks
from weixi.kernel.errors import NotFound
from weixi.kernel.marks import Mark, mark_of
from weixi.organisation.scope import Viewer
from weixi.policy.document.guard import Security
from weixi.policy.document.load import load_policy
from weixi.policy.document.policy import Policy
from weixi.policy.document.rules import AnyRule
from weixi.policy.enums import VersionState
from weixi.policy.models import HolidayYear, PolicyVersion


@dataclass(frozen=True, slots=True)
class VersionInForce:
    """An activated version: from `effective_at` on it decides, until a later one does."""

    pk: int
    label: str
    effective_at: datetime
    policy: Policy
    activated_at: datetime | None = None


@lru_cache(maxsize=32)
def _parsed(digest: str, pk: int) -> Policy:
    return load_policy(PolicyVersion.objects.values_list("text", flat=True).get(pk=pk))


def document_of(version: PolicyVersion) -> Policy:
    """The typed document of a stored version."""
    return _parsed(version.digest, version.pk)


def versions_of(viewer: Viewer) -> list[PolicyVersion]:
    """Every version, the latest first, without its text; one query. Everybody reads the policy."""
    return list(_readable().defer("text"))


def get_version_for(viewer: Viewer, pk: int) -> PolicyVersion:
    """One version; raises NotFound."""
    found = _readable().filter(pk=pk).first()
    if found is None:
        raise NotFound(_("There is no such version of the policy."), code="policy.no_version")
    return found


def open_versions(viewer: Viewer) -> list[PolicyVersion]:
    """What is being written, decided or about to take effect, the latest first; without the texts."""
    states = (VersionState.DRAFT, VersionState.SUBMITTED, VersionState.APPROVED)
    coming = Q(state=VersionState.ACTIVATED, effective_at__gt=clock.now())
    return list(_readable().defer("text").filter(Q(state__in=states) | coming)[:20])


def waiting_for_approval() -> QuerySet[PolicyVersion]:
    """The submitted versions, which wait for somebody who may approve: the number in the menu."""
    return PolicyVersion.objects.filter(state=VersionState.SUBMITTED)


def _readable() -> QuerySet[PolicyVersion]:
    return PolicyVersion.objects.select_related("drafted_by", "submitted_by", "approved_by", "activated_by", "based_on")


# Every activated version, and behind it each year of the company's holidays. The texts hold no parameter: they are
# put together with the other marks.
marks.register(
    "policy",
    f"SELECT id, label, effective_at, digest, activated_at FROM {PolicyVersion._meta.db_table} "  # noqa: S608
    f"WHERE state = '{VersionState.ACTIVATED.value}' "
    f"UNION ALL SELECT -year, '', NULL, '', changed_at FROM {HolidayYear._meta.db_table}",
)


def policy_signature() -> Mark:
    """Tells states of the activated versions and the company's holidays apart: what was worked out from
    them may be kept in memory under it. One small query."""
    return mark_of("policy")


def versions_in_force() -> list[VersionInForce]:
    """Every activated version, the earliest first; of two from the same instant the later activation
    stands last and decides. One small query; versions and documents come from memory."""
    return list(_versions_in_force(policy_signature()))


@lru_cache(maxsize=8)
def _versions_in_force(signature: Mark) -> tuple[VersionInForce, ...]:
    rows = (
        PolicyVersion.objects.filter(state=VersionState.ACTIVATED)
        .order_by("effective_at", "activated_at", "pk")
        .values_list("pk", "label", "effective_at", "digest", "activated_at")
    )
    return tuple(
        VersionInForce(pk, label, at, _parsed(digest, pk), activated_at)
        for pk, label, at, digest, activated_at in rows
        if at is not None
    )


def version_in_force(at: datetime | None = None) -> VersionInForce | None:
    """The version that decides at `at` (default: now); None before the first."""
    moment = at or clock.now()
    found = None
    for version in versions_in_force():
        if version.effective_at <= moment:
            found = version
    return found


def policy_in_force(at: datetime | None = None) -> Policy:
    """The document that decides at `at`. Raises NotFound when no policy is in force yet."""
    found = version_in_force(at)
    if found is None:
        raise NotFound(
            _("No policy is in force yet. Put one in force on the policy page, or run `weixi init`."),
            code="policy.none_in_force",
        )
    return found.policy


def rule_of(clause: str, at: datetime | None = None) -> AnyRule | None:
    """The rule of that clause in the version in force, or None."""
    found = version_in_force(at)
    return found.policy.rule(clause) if found else None


def security_rules() -> Security:
    """The `[security]` section in force; the model's own defaults before the first version."""
    found = version_in_force()
    return found.policy.security if found else Security()
