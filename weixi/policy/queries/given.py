"""What the policy gives the people it names, whatever their role is set to (`organisation.roles.given`)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

from weixi.organisation.enums import Right
from weixi.organisation.models import User
from weixi.organisation.roles.given import Given
from weixi.policy.document.policy import Policy
from weixi.policy.queries.chains import acting_role
from weixi.policy.queries.versions import version_in_force

# Key of the grading section that names a role -> what its people may do therefore.
GIVES = {"collected_by": Right.GRADING_JUDGE, "graded_by": Right.GRADING_RUN}
# The sentence that shares the work out names the grader; who collects stands in others as well.
CLAUSE_PLACE = "grading.graded_by"


def rights_of_policy() -> Mapping[str, tuple[Given, ...]]:
    """By role of the product, what the policy in force gives it."""
    version = version_in_force()
    if version is None or version.policy.grading is None:
        return {}
    found: dict[str, tuple[Given, ...]] = defaultdict(tuple)
    for key, right in GIVES.items():
        named = getattr(version.policy.grading, key)
        if named is None:
            continue
        given = Given(right, f"grading.{key}", CLAUSE_PLACE, senior=_is_senior(named, version.policy))
        found[acting_role(named, version.policy)] += (given,)
    return found


def people_named(named: str | None) -> list[User]:
    """Who works here in the role or post that the policy in force names so; nobody without one."""
    version = version_in_force()
    if named is None or version is None:
        return []
    people = User.objects.select_related("department").filter(role=acting_role(named, version.policy), is_active=True)
    if _is_senior(named, version.policy):
        people = people.filter(senior=True)
    return list(people.order_by("pk"))


def _is_senior(named: str, policy: Policy) -> bool:
    """Whether the name is a post that only who is senior in its role holds."""
    return any(post.code == named and post.senior for post in policy.organisation.position)
