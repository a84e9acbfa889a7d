"""Who the policy says judges and grades, beside the clause that shares the work out."""

from __future__ import annotations

from collections.abc import Mapping

from django.urls import reverse
from django.utils.translation import gettext as _

from weixi.grading.sections import grading_in_force
from weixi.organisation.enums import Right
from weixi.organisation.scope import Viewer
from weixi.policy.queries.standards import CHAIN
from weixi.policy.reading import role_name


def clause_note(viewer: Viewer) -> Mapping[str, tuple[str, str]]:
    """One sentence, and where it shows: the roles for who manages them, else the gradings."""
    section = grading_in_force()
    if section is None or section.collected_by is None or section.graded_by is None:
        return {}
    words = _("By this policy %(judge)s may judge indicators and %(grader)s may grade, whatever their roles are set to") % {
        "judge": role_name(section.collected_by), "grader": role_name(section.graded_by),
    }  # fmt: skip
    address = reverse("roles" if viewer.may(Right.ROLES_MANAGE) else "grading")
    return {f"approval.{CHAIN}": (words, address)}
