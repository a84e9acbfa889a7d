"""Who decides about a grading or a grade set by hand: the chain that the policy names, step by step, each by another
person where there is one. The last yes is that of the role which the grading section names.

The steps are kept with what is to be decided as they stood when it was asked for.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Protocol

from django.utils.translation import gettext as _

from weixi.organisation.enums import Role
from weixi.organisation.models import User
from weixi.organisation.scope import Viewer
from weixi.policy.queries import version_in_force
from weixi.policy.queries.chains import as_kept, deciding_steps, open_step

# The chains, as a policy calls them.
RUN, OVERRIDE = "grading_run", "grade_override"
Steps = Sequence[dict[str, Any]]


class Decidable(Protocol):
    """What goes through a chain."""

    approvals: list[dict[str, Any]]


def steps_now(code: str, role: str | None) -> list[dict[str, Any]]:
    """The deciding steps of that chain in force, the last of them `role`'s; without a chain that one alone."""
    return as_kept(deciding_steps(code, role))


def one_step(role: str | None) -> list[dict[str, Any]]:
    """The step of what was asked for when steps were not kept yet."""
    return as_kept(deciding_steps(None, role))


def roles_of(steps: Steps) -> frozenset[str]:
    """Everybody a chain asks for a yes."""
    return frozenset(role for step in steps for role in step["roles"])


def one_yes(steps: Steps) -> bool:
    """Whether a single yes is all there is: then the menu need not look whose turn it is."""
    return len(steps) == 1 and not steps[0]["all"]


def may_say(viewer: Viewer, row: Decidable, steps: Steps) -> bool:
    """Whether the next yes is this person's."""
    person = viewer.user
    asked = open_step(steps, row.approvals)[1]
    if person is None or not person.is_active or person.role not in asked:
        return False
    taken = {each["by"] for each in row.approvals}
    if person.pk not in taken:
        return True
    return not User.objects.filter(is_active=True, role__in=asked).exclude(pk__in=taken).exists()


def with_yes(viewer: Viewer, row: Decidable, steps: Steps, at: datetime) -> list[dict[str, Any]]:
    """The yeses with this person's, whom the open step asks."""
    assert viewer.user is not None
    told = {"step": open_step(steps, row.approvals)[0], "by": viewer.user.pk, "role": viewer.user.role}
    return [*row.approvals, {**told, "name": viewer.user.name, "at": at.isoformat()}]


def waits_for(row: Decidable, steps: Steps) -> str:
    """Whose yes is next, in words; empty when nobody's."""
    asked = open_step(steps, row.approvals)[1]
    return _(", ").join(str(Role(role).label) for role in sorted(asked) if role in Role.values)


def returns_allowed(code: str) -> bool:
    """Whether the chain in force lets what goes through it be sent back."""
    version = version_in_force()
    chain = version.policy.approval.get(code) if version else None
    return chain is None or chain.returns_allowed
