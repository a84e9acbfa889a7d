"""Who has which part in a grading by the policy in force: the department in charge, who grades, who keeps the record."""

from __future__ import annotations

from weixi.grading.sections import grading_in_force
from weixi.organisation.models import Department, User
from weixi.policy.queries.given import people_named
from weixi.policy.queries.names import department_names


def department_in_charge() -> Department | None:
    """The department here that the policy puts in charge of grading; None where it names none, or nobody here is
    called so."""
    section = grading_in_force()
    if section is None or section.department is None:
        return None
    names = department_names(section.department)
    return Department.objects.select_related("head").filter(name__in=names, closed_at=None).order_by("path").first()


def graders() -> list[User]:
    """Whom the policy names for grading: those of the department in charge, or all where it has none of them."""
    section = grading_in_force()
    people = people_named(section.graded_by) if section else []
    department = department_in_charge()
    if department is None:
        return people
    return [each for each in people if each.department and each.department.path.startswith(department.path)] or people


def recorders() -> list[User]:
    """Whom the policy names for keeping grades in the archive."""
    section = grading_in_force()
    return people_named(section.recorded_by) if section else []
