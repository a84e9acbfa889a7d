"""The grades of the policy in force: their codes in order, the best first, and their names."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from django.utils.translation import gettext as _

from weixi.kernel.errors import NotFound
from weixi.organisation.models import User
from weixi.policy.document.grading import Grade, Grading
from weixi.policy.document.words import role_in_words, value_in_words
from weixi.policy.queries import policy_in_force, versions_in_force
from weixi.policy.queries.chains import acting_role
from weixi.policy.reading import language


def _grading() -> Grading | None:
    try:
        return policy_in_force().grading
    except NotFound:
        return None


class GradeLabels(dict[str, str]):
    """Code -> name of the grades one policy has. Asked for a code of an earlier policy it gives that one's name: until
    the next grading customers keep the grade they had. Lists hold the policy's own grades alone."""

    @cached_property
    def _earlier(self) -> dict[str, str]:
        policies = [version.policy for version in versions_in_force()]
        return {one.grade: one.title for policy in policies if policy.grading for one in policy.grading.grade}

    def get(self, code: str, default: Any = None) -> Any:
        if code in self:
            return self[code]
        return self._earlier.get(code, default) if code else default


def grade_labels() -> dict[str, str]:
    """Code -> name as the policy calls it, the best first; empty before the first policy."""
    grading = _grading()
    return labels_of(grading) if grading is not None else {}


def labels_of(grading: Grading) -> dict[str, str]:
    """The same of the grading section of any policy, in the preset's order."""
    titles = {grade.grade: grade.title for grade in grading.grade}
    return GradeLabels({code: titles.get(code, code) for code in grading.grades})


def _grade(code: str) -> Grade | None:
    grading = _grading()
    return next((each for each in grading.grade if each.grade == code), None) if grading else None


def owners_wanted(grade: str) -> str:
    """The roles that look after customers of this grade, in words; empty where the policy leaves it open."""
    found = _grade(grade)
    if found is None:
        return ""
    if found.owners_together:
        return value_in_words(found.owners, language(), policy=policy_in_force())
    return _(" or ").join(role_in_words(role, language(), policy_in_force()) for role in found.owners)


def owner_fits(grade: str, person: User) -> bool:
    """Whether the policy lets this person look after customers of this grade: whose role, and rank where a post asks
    for it, is named for it or for a better one."""
    grading = _grading()
    if grading is None or not owners_wanted(grade):
        return True
    better = grading.grades[: grading.grades.index(grade) + 1]
    return any(_holds(person, name) for each in grading.grade if each.grade in better for name in each.owners)


def partner_wanted(grade: str, owner: User | None, co_owner: User | None) -> str:
    """Whom the policy misses beside the owner of a customer of this grade, in words: the roles of those that look after
    it together and that neither of the two holds. Empty where it asks for one owner, or has both."""
    found = _grade(grade)
    if found is None or not found.owners_together or owner is None:
        return ""
    here = [each for each in (owner, co_owner) if each is not None]
    missing = tuple(name for name in found.owners if not any(_holds(person, name) for person in here))
    return value_in_words(missing, language(), policy=policy_in_force()) if missing else ""


def _holds(person: User, name: str) -> bool:
    """Whether the person acts as this role or post of the policy."""
    policy = policy_in_force()
    if acting_role(name, policy) != person.role:
        return False
    post = next((each for each in policy.organisation.position if each.code == name), None)
    return post is None or not post.senior or person.senior
