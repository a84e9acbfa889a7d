"""Who may write what in a draft: the right to draft the policy opens all of it; whom the policy in force names for the
grading standards may write those and nothing else."""

from __future__ import annotations

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from weixi.kernel.errors import Forbidden
from weixi.organisation.enums import Right
from weixi.organisation.scope import Viewer
from weixi.policy.document.diff import in_words
from weixi.policy.document.labels import Lang
from weixi.policy.document.policy import Policy
from weixi.policy.queries.standards import beyond_standards, drafts_standards, may_draft

SHOWN = 3


def require_draft(viewer: Viewer) -> None:
    """Raises Forbidden for who may write no draft at all."""
    if not may_draft(viewer):
        viewer.require(Right.POLICY_DRAFT)


def require_draft_of(viewer: Viewer, *documents: Policy) -> None:
    """Raises Forbidden unless the person may write these documents: without the right to draft the policy they may
    differ from the version before in grading standards only."""
    if viewer.may(Right.POLICY_DRAFT):
        return
    if not drafts_standards(viewer):
        viewer.require(Right.POLICY_DRAFT)
    for document in documents:
        if others := beyond_standards(document):
            lang: Lang = "en" if (get_language() or "").startswith("en") else "zh"
            told = [in_words(change, lang, document) for change in others[:SHOWN]]
            raise Forbidden(
                _(
                    "The policy lets you draft the grading standards only; this draft changes something else: %(what)s. Ask somebody who drafts the policy."
                )
                % {"what": _("; ").join(told)},
                code="policy.standards_only",
            )
