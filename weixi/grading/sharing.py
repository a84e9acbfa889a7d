"""Who the policy says judges, grades, is in charge and keeps the record, beside the clause that shares the work out."""

from __future__ import annotations

from collections.abc import Mapping

from django.urls import reverse
from django.utils.translation import gettext as _

from weixi.grading.in_charge import department_in_charge
from weixi.grading.sections import grading_in_force
from weixi.organisation.enums import Right
from weixi.organisation.scope import Viewer
from weixi.policy.document.grading import Grading
from weixi.policy.queries.names import department_names
from weixi.policy.queries.standards import CHAIN
from weixi.policy.reading import role_name


def clause_note(viewer: Viewer) -> Mapping[str, tuple[str, str]]:
    """A sentence on each place of the section that shares the work out, and where it shows."""
    section = grading_in_force()
    return {**_rights(section, viewer), **_charge(section)} if section is not None else {}


def _rights(section: Grading, viewer: Viewer) -> Mapping[str, tuple[str, str]]:
    """Who may by the policy; it leads to the roles for who manages them, else to the gradings."""
    if section.collected_by is None or section.graded_by is None:
        return {}
    words = _("By this policy %(judge)s may judge indicators and %(grader)s may grade, whatever their roles are set to") % {
        "judge": role_name(section.collected_by), "grader": role_name(section.graded_by),
    }  # fmt: skip
    address = reverse("roles" if viewer.may(Right.ROLES_MANAGE) else "grading")
    return {f"approval.{CHAIN}": (words, address)}


def _charge(section: Grading) -> Mapping[str, tuple[str, str]]:
    """What the department in charge and whoever keeps the record are told."""
    said = []
    if section.department is not None:
        department, (name, *_more) = department_in_charge(), department_names(section.department)
        said.append(
            _("%(department)s is told when a grading is due, its head when it is late")
            % {"department": department.name}
            if department is not None
            else _("No department here is called %(department)s: all who grade are told when a grading is due")
            % {"department": name}
        )
    if section.recorded_by is not None:
        words = _("%(recorder)s are told which grades came into the archive")
        said.append(words % {"recorder": role_name(section.recorded_by)})
    return {"grading.department": (_("; ").join(said), reverse("grading"))} if said else {}
