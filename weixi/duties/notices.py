"""Who is told what about duties; each notice once, by its key."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext_lazy as _

from weixi.duties.models import Duty, Escalation
from weixi.duties.people import People
from weixi.kernel.outbox import registry, tell

# A change that gives one person more duties than this at once is told in the lists, not one by one.
MOST_AT_ONCE = 5

registry.register_kind(
    "duty.escalated",
    title=_("Late: %(title)s"),
    body=_("%(customer)s: %(title)s (%(clause)s) was due at %(due)s. It was reported to you as %(role)s."),
)
registry.register_kind(
    "duty.given",
    title=_("For you: %(title)s"),
    body=_("%(customer)s: %(title)s (%(clause)s), due at %(due)s."),
)


def tell_escalated(steps: Iterable[Escalation]) -> None:
    """Tell each step's person; a step without anybody holding its role stays visible on the team page."""
    for step in steps:
        if step.person is None:
            continue
        duty = step.duty
        tell(
            step.person,
            "duty.escalated",
            {**_words(duty), "role": step.role},
            key=f"escalation:{duty.key}:{step.position}:{step.at:%Y%m%d%H%M%S}",
            url=f"/duties/{duty.pk}/",
            customer=duty.customer_id,
        )


def tell_given(duties: list[Duty], *, actor: str, people: People) -> None:
    """Tell people of duties that somebody else's act gave them."""
    given: dict[int, list[Duty]] = {}
    for duty in duties:
        person = people.active(duty.assignee_id)
        if person is not None and actor.startswith("user:") and person.actor != actor:
            given.setdefault(person.pk, []).append(duty)
    for pk, rows in given.items():
        if len(rows) > MOST_AT_ONCE:
            continue
        for duty in rows:
            tell(
                people.by_id[pk],
                "duty.given",
                _words(duty),
                key=f"given:{duty.key}:{pk}",
                url=f"/duties/{duty.pk}/",
                customer=duty.customer_id,
            )


def _words(duty: Duty) -> dict[str, str]:
    return {
        "title": duty.title,
        "clause": duty.clause,
        "customer": duty.customer.called if duty.customer else "",
        "due": duty.due_at.isoformat(timespec="minutes") if duty.due_at else "",
    }
