"""Whether two records mean the same customer: points for what agrees, against what contradicts, with the reasons.

The weights are set by hand and stand here; nothing is learned. A point is a doubling of the odds, about;
at `LINE` points it is as likely as not.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from weixi.customers.matching import companies_alike, people_alike
from weixi.customers.matching.likeness import Finding, Reason
from weixi.customers.matching.points import share_line
from weixi.customers.matching.records import Record

LINE = 5.0
# For who is typing a name right now: half as likely is worth a line beside the field. A name without its place and
# with a wrong character, or with another telephone, lies between the two.
TYPING_LINE = 4.0
# For equal ways to reach somebody; for persons a household shares them. Made once: a scan judges millions.
_SAME_CODE = Finding(Reason.SAME_CODE, 12.0)
_SAME_PHONE, _OTHER_PHONE = Finding(Reason.SAME_PHONE, 4.5), Finding(Reason.OTHER_PHONE, -1.0)
_SAME_MAIL, _OTHER_MAIL = Finding(Reason.SAME_EMAIL, 4.0), Finding(Reason.OTHER_EMAIL, -0.5)


class Kind(StrEnum):
    DUPLICATE = "duplicate"
    RELATED = "related"


@dataclass(frozen=True, slots=True)
class Match:
    """`score` between 0 and 1; `reasons` name what agrees and what does not."""

    kind: Kind
    score: float
    reasons: tuple[Reason, ...]


def compare(one: Record, other: Record, *, line: float = LINE) -> Match | None:
    """What the two are to each other, or None: two customers, as fewer than `line` points say."""
    if one.is_person != other.is_person:
        return None
    if one.is_person:
        findings = people_alike.findings(one, other)
        return _judged([*findings, *_points(one, other)], line) if findings else None
    if related := companies_alike.relation(one, other):
        return Match(Kind.RELATED, related.share, related.reasons)
    # Two legal numbers are two companies, however alike they are called.
    if one.code and other.code and one.code != other.code:
        return None
    findings = companies_alike.findings(one, other)
    return _judged([*findings, *_points(one, other)], line)


def _points(one: Record, other: Record) -> list[Finding]:
    found = []
    if one.code and one.code == other.code:
        found.append(_SAME_CODE)
    if one.phones and other.phones:
        found.append(_SAME_PHONE if share_line(one.phones, other.phones) else _OTHER_PHONE)
    if one.emails and other.emails:
        found.append(_OTHER_MAIL if set(one.emails).isdisjoint(other.emails) else _SAME_MAIL)
    return found


def _judged(findings: list[Finding], line: float) -> Match | None:
    total = 0.0
    for finding in findings:
        total += finding.points
    if total < line:
        return None
    # `LINE` is a half; five points above it are nearly certain.
    score = 1 - 2.0 ** (-1 - (total - LINE) * 0.8)
    findings = sorted(findings, key=lambda each: -abs(each.points))
    return Match(Kind.DUPLICATE, round(score, 3), tuple(each.reason for each in findings))
