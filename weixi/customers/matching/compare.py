"""Whether two records mean the same customer: points for what agrees, against what contradicts, with the reasons.

The weights are set by hand and stand here; nothing is learned. A point is a doubling of the odds, about;
at `LINE` points it is as likely as not.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from weixi.customers.matching import companies_alike, people_alike
from weixi.customers.matching.likeness import Finding, Reason
from weixi.customers.matching.points import same_phone
from weixi.customers.matching.records import Record

LINE = 5.0
# Points for equal ways to reach somebody; for persons a household shares them.
_CODE, _PHONE, _MAIL = 12.0, 4.5, 4.0


class Kind(StrEnum):
    DUPLICATE = "duplicate"
    RELATED = "related"


@dataclass(frozen=True, slots=True)
class Match:
    """`score` between 0 and 1; `reasons` name what agrees and what does not."""

    kind: Kind
    score: float
    reasons: tuple[Reason, ...]


def compare(one: Record, other: Record) -> Match | None:
    """What the two are to each other, or None: two customers."""
    if one.is_person != other.is_person:
        return None
    if one.is_person:
        findings = people_alike.findings(one, other)
        return _judged([*findings, *_points(one, other)]) if findings else None
    if related := companies_alike.relation(one, other):
        return Match(Kind.RELATED, related.share, related.reasons)
    # Two legal numbers are two companies, however alike they are called.
    if one.code and other.code and one.code != other.code:
        return None
    findings = companies_alike.findings(one, other)
    return _judged([*findings, *_points(one, other)])


def _points(one: Record, other: Record) -> list[Finding]:
    found = []
    if one.code and one.code == other.code:
        found.append(Finding(Reason.SAME_CODE, _CODE))
    if one.phones and other.phones:
        if any(same_phone(mine, theirs) for mine in one.phones for theirs in other.phones):
            found.append(Finding(Reason.SAME_PHONE, _PHONE))
        else:
            found.append(Finding(Reason.OTHER_PHONE, -1.0))
    if one.emails and other.emails:
        if set(one.emails) & set(other.emails):
            found.append(Finding(Reason.SAME_EMAIL, _MAIL))
        else:
            found.append(Finding(Reason.OTHER_EMAIL, -0.5))
    return found


def _judged(findings: list[Finding]) -> Match | None:
    total = sum(finding.points for finding in findings)
    if total < LINE:
        return None
    # The line is a half; five points above it are nearly certain.
    score = 1 - 2.0 ** (-1 - (total - LINE) * 0.8)
    findings = sorted(findings, key=lambda each: -abs(each.points))
    return Match(Kind.DUPLICATE, round(score, 3), tuple(each.reason for each in findings))
