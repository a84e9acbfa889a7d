"""The rhythm of grading (G-5): so long after the last one everybody is graded anew, and who grades is told when."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext_lazy as _

from weixi.grading.enums import RunState
from weixi.grading.in_charge import department_in_charge, graders
from weixi.grading.models import GradingRun
from weixi.grading.sections import grading_in_force
from weixi.grading.services.compute import as_of_or_today
from weixi.kernel.calendar.wall import add_months
from weixi.kernel.outbox.models import Notice
from weixi.kernel.outbox.registry import register_kind
from weixi.kernel.outbox.services import Message, tell_many
from weixi.policy.document.durations import Duration

register_kind(
    "grading.due",
    _("Everybody is to be graded again by %(day)s"),
    _("The last grading is as of %(last)s; by the policy the next one is due on %(day)s."),
)
register_kind(
    "grading.late",
    _("The grading due on %(day)s is late"),
    _("Nobody has begun it. By the policy %(department)s is in charge of grading, and you head it."),
)


@dataclass(frozen=True, slots=True)
class NextGrading:
    """`last` is the day of the last approved grading, `due` when the policy wants the next."""

    last: date
    due: date
    late: bool
    # One of that day or later is being computed or decided.
    begun: bool


def next_grading(today: date | None = None) -> NextGrading | None:
    """When everybody is to be graded again; None before the first grading, or where the policy has no rhythm."""
    section = grading_in_force()
    if section is None or section.every is None:
        return None
    last = GradingRun.objects.filter(state=RunState.APPROVED).order_by("-as_of").values_list("as_of", flat=True).first()
    if last is None:
        return None
    due = after(last, section.every)
    open_states = [RunState.COMPUTING, RunState.PREVIEW]
    begun = GradingRun.objects.filter(state__in=open_states, as_of__gt=last).exists()
    return NextGrading(last, due, (today or as_of_or_today(None)) > due, begun)


def after(day: date, length: Duration) -> date:
    """The day so long after another."""
    return date.fromordinal(add_months(day, length.months).toordinal() + length.days)


def tell_due(today: date | None = None) -> int:
    """The worker's minute: once the next grading is due, tell whom the policy names for grading; when it is late, the
    head of the department in charge. Each once for each time it falls due. Returns how many were told."""
    today = today or as_of_or_today(None)
    found = next_grading(today)
    if found is None or today < found.due or found.begun:
        return 0
    params = {"day": found.due.isoformat(), "last": found.last.isoformat()}
    told = _tell("grading.due", found.due, [person.pk for person in graders()], params)
    department = department_in_charge()
    if found.late and department is not None and department.head is not None and department.head.is_active:
        params = {"day": found.due.isoformat(), "department": department.name}
        told += _tell("grading.late", found.due, [department.head.pk], params)
    return told


def _tell(kind: str, due: date, people: Sequence[int], params: dict[str, str]) -> int:
    keys = {pk: f"{kind}:{due}:{pk}" for pk in people}
    known = set(Notice.objects.filter(key__in=keys.values()).values_list("key", flat=True))
    messages = [
        Message(pk, kind, key=key, params=params, url="/grading/") for pk, key in keys.items() if key not in known
    ]
    tell_many(messages)
    return len(messages)
