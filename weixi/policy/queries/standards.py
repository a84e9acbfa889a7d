"""The grading standards as a part of the policy of their own: drafted and passed by other people than the rest of it.

A draft belongs to them when nothing but standards differs from the version it comes after. Compared is with the last
version that was put in force, be it still to come: that is the one it takes the place of.
"""

from __future__ import annotations

from weixi.organisation.enums import Right
from weixi.organisation.scope import Viewer
from weixi.policy.document.diff import Change, diff
from weixi.policy.document.policy import Policy
from weixi.policy.queries.chains import acting_role
from weixi.policy.queries.versions import version_in_force, versions_in_force

# The chain that passes them, as a policy calls it.
CHAIN = "grading_standard"
# What of [grading] is a standard: by which marks and thresholds customers are graded, and what a grade means. Who grades,
# how often and who is told is not.
STANDARDS = frozenset(
    {"preset", "missing", "threshold", "spend", "vip", "indicator", "grade", "advice", "service_standard"}
)
# What is another in every version and says nothing: its number, its day, the head of the controlled document.
FORMAL = frozenset(
    {
        "policy.version", "policy.effective_from", "control.prepared_on", "control.reviewed_on", "control.approved_on",
        "control.change_mark", "control.changes", "control.changed_on",
    }
)  # fmt: skip


def is_standard(path: str) -> bool:
    """Whether a place of the document (`grading.indicator[csat].weight`) is one of the grading standards."""
    section, _dot, rest = path.partition(".")
    return section == "grading" and rest.partition(".")[0].partition("[")[0] in STANDARDS


def _changes(document: Policy) -> list[Change]:
    """What is said otherwise than in the version before; nothing where there is none before."""
    before = versions_in_force()
    changes = diff(before[-1].policy, document) if before else []
    return [change for change in changes if change.path not in FORMAL]


def beyond_standards(document: Policy) -> list[Change]:
    """What a document changes besides grading standards."""
    return [change for change in _changes(document) if not is_standard(change.path)]


def only_standards(document: Policy) -> bool:
    """Whether a document changes grading standards and nothing else."""
    changes = _changes(document)
    return bool(changes) and all(is_standard(change.path) for change in changes)


def changes_anything(document: Policy) -> bool:
    """Whether a document says anything but its number and day otherwise than the version before."""
    return bool(_changes(document))


def drafts_standards(viewer: Viewer) -> bool:
    """Whether the policy in force names this person's role for drafting the grading standards."""
    version = version_in_force()
    if viewer.user is None or not viewer.user.is_active or version is None or version.policy.grading is None:
        return False
    named = version.policy.grading.drafted_by
    return named is not None and viewer.user.role == acting_role(named, version.policy)


def may_draft(viewer: Viewer) -> bool:
    """Whether this person may write drafts at all: the policy, or its grading standards only."""
    return viewer.may(Right.POLICY_DRAFT) or drafts_standards(viewer)
