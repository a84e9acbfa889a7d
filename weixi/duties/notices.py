"""Who is told what about duties; each notice once, by its key."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from weixi.duties.enums import WAITING
from weixi.duties.models import Duty, Escalation
from weixi.duties.people import People
from weixi.kernel.outbox import registry
from weixi.kernel.outbox.models import Notice
from weixi.kernel.outbox.services import Message, tell_many
from weixi.kernel.scope import Viewer

# A change that gives one person more duties than this at once is told in the lists, not one by one.
MOST_AT_ONCE = 5

_DUTY = re.compile(r"/duties/(\d+)/")


def _still_his(viewer: Viewer, notices: Sequence[Notice]) -> set[int]:
    """Of duties that are the viewer's own, or were reported to him and wait: he has them whosever customer it is."""
    duty_of = {notice.pk: int(found[1]) for notice in notices if (found := _DUTY.fullmatch(notice.url))}
    reported = Q(escalations__person=viewer.user, state__in=WAITING)
    his = Duty.objects.filter(Q(assignee=viewer.user) | reported, pk__in=set(duty_of.values())).order_by()
    keys = set(his.values_list("pk", flat=True))
    return {pk for pk, duty in duty_of.items() if duty in keys}


registry.register_kind(
    "duty.escalated",
    title=_("Late: %(title)s, %(customer)s"),
    body=_("%(customer)s: %(title)s (%(clause)s) was due at %(due_at)s and is not done yet. It was reported to you."),
    still=_still_his,
)
registry.register_kind(
    "duty.given",
    title=_("For you: %(title)s, %(customer)s"),
    body=_("%(customer)s: %(title)s (%(clause)s), due at %(due_at)s."),
    still=_still_his,
)


def tell_escalated(steps: Iterable[Escalation], names: Mapping[int, str]) -> None:
    """Tell each step's person; a step without anybody holding its role stays visible on the team page.

    `names`: what each customer is called, so that a thousand steps ask for none of them.
    """
    tell_many(
        Message(
            step.person_id,
            "duty.escalated",
            key=f"escalated:{step.duty.key}:{step.position}:{step.at:%Y%m%d%H%M%S}",
            params=_words(step.duty, names),
            url=f"/duties/{step.duty_id}/",
            customer_id=step.duty.customer_id,
        )
        for step in steps
        if step.person_id is not None
    )


def tell_given(duties: list[Duty], names: Mapping[int, str], *, actor: str, people: People) -> None:
    """Tell people of duties that somebody else's act gave them."""
    given: dict[int, list[Duty]] = {}
    for duty in duties:
        person = people.active(duty.assignee_id)
        if person is not None and actor.startswith("user:") and person.actor != actor:
            given.setdefault(person.pk, []).append(duty)
    tell_many(
        Message(
            pk,
            "duty.given",
            key=f"given:{duty.key}:{pk}",
            params=_words(duty, names),
            url=f"/duties/{duty.pk}/",
            customer_id=duty.customer_id,
        )
        for pk, rows in given.items()
        if len(rows) <= MOST_AT_ONCE
        for duty in rows
    )


def _words(duty: Duty, names: Mapping[int, str]) -> dict[str, str]:
    return {
        "title": duty.title,
        "clause": duty.clause,
        "customer": names.get(duty.customer_id or 0, ""),
        "due_at": duty.due_at.isoformat(timespec="minutes") if duty.due_at else "",
    }
