"""Which values of a draft open an editor for who looks at it."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode

from django.urls import reverse

from weixi.organisation.enums import Right
from weixi.organisation.scope import Viewer
from weixi.policy.enums import VersionState
from weixi.policy.models import PolicyVersion
from weixi.policy.queries.standards import FORMAL, is_standard, may_draft


@dataclass(frozen=True, slots=True)
class Editors:
    """The editors of one draft. `standards_only`: of its grading standards, and of its number and day."""

    pk: int
    standards_only: bool

    def url(self, *paths: str) -> str:
        """Where these values are edited together; empty where that is not for this person."""
        if self.standards_only and not all(is_standard(path) or path in FORMAL for path in paths):
            return ""
        return value_url(self.pk, *paths)


def editors_of(version: PolicyVersion, viewer: Viewer) -> Editors | None:
    """None for who may change nothing in it."""
    if version.state != VersionState.DRAFT or not may_draft(viewer):
        return None
    return Editors(version.pk, not viewer.may(Right.POLICY_DRAFT))


def value_url(pk: int, *paths: str) -> str:
    """Where these values of a draft are edited."""
    return reverse("policy-value", args=[pk]) + "?" + urlencode([("path", path) for path in paths])
