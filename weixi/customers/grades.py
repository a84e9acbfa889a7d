"""The grades of the policy in force: their codes in order, the best first, and their names."""

from __future__ import annotations

from weixi.kernel.errors import NotFound
from weixi.policy.document.grading import Grading
from weixi.policy.queries import policy_in_force


def _grading() -> Grading | None:
    try:
        return policy_in_force().grading
    except NotFound:
        return None


def grade_labels() -> dict[str, str]:
    """Code -> name as the policy calls it, the best first; empty before the first policy."""
    grading = _grading()
    if grading is None:
        return {}
    titles = {grade.grade: grade.title for grade in grading.grade}
    return {code: titles.get(code, code) for code in grading.grades}
