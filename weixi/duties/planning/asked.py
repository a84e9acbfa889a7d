"""Whose plan, of which period, narrowed to what: what every question about plans begins with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from weixi.duties.cadences import falls_to
from weixi.duties.enums import DutyState
from weixi.duties.models import Duty
from weixi.duties.people import People
from weixi.duties.planning.one_off import of_calendar, of_days, of_plans
from weixi.duties.planning.periods import Period, period_of
from weixi.duties.timeline import current_timeline
from weixi.kernel import clock
from weixi.kernel.calendar.wall import zone
from weixi.kernel.errors import NotFound
from weixi.organisation.models import Department, User
from weixi.organisation.scope import Viewer
from weixi.policy.document.durations import Duration
from weixi.policy.document.rules import Rule
from weixi.policy.queries import version_in_force

# Nobody's: customers without an owner.
NOBODY = 0
# How a line of a plan stands. Only the first four count as planned.
IN_TIME, LATE, OPEN, MISSED, WAIVED = "in_time", "late", "open", "missed", "waived"
STATES = (IN_TIME, LATE, OPEN, MISSED, WAIVED)
# Several states under one name, as numbers of the page count them together.
PLANNED, DONE = "planned", "done"
TOGETHER: Mapping[str, tuple[str, ...]] = {PLANNED: (IN_TIME, LATE, OPEN, MISSED), DONE: (IN_TIME, LATE)}
BUCKETS: Mapping[str, Q] = {
    IN_TIME: Q(state=DutyState.DONE, late_seconds=0),
    LATE: Q(state=DutyState.DONE, late_seconds__gt=0),
    OPEN: Q(state__in=(DutyState.OPEN, DutyState.OVERDUE, DutyState.PAUSED)),
    MISSED: Q(state=DutyState.MISSED),
    WAIVED: Q(state=DutyState.WAIVED),
}


def cycles() -> tuple[Duration, ...]:
    """The cycles the policy in force makes plans for; none before the first policy."""
    found = version_in_force()
    return tuple(found.policy.care.plan_cycles) if found and found.policy.care else ()


def period_at(every: Duration, day: date | None = None) -> Period:
    """The period that holds the day (default: today), on the company's wall clock."""
    found = version_in_force()
    tz = zone(found.policy.header.timezone if found else timezone.get_default_timezone_name())
    return period_of(every, day or clock.now().astimezone(tz).date(), tz)


def states_in(state: str) -> tuple[str, ...]:
    """The states that a state, or a name for several of them, stands for."""
    return TOGETHER.get(state, (state,))


def bucket(state: str) -> Q:
    """Of duties: those that stand so."""
    found = Q()
    for each in states_in(state):
        found |= BUCKETS[each]
    return found


@dataclass(frozen=True, slots=True)
class Wanted:
    """`persons`: whose work, None for everybody's; 0 among them is nobody's. `grade`, `clause` None: every one."""

    viewer: Viewer
    period: Period
    persons: frozenset[int] | None
    grade: str | None = None
    clause: str | None = None

    def stored(self) -> QuerySet[Duty]:
        """Lines that have a row. What was withdrawn was never to be done. Uses index: duty_due, duty_customer."""
        return self._asked_for(of_plans(current_timeline()))

    def parts(self) -> list[QuerySet[Duty]]:
        """The same, for reading all of them: everybody's lines are read by the two indexes that hold them, some people's
        by those people. Uses index: duty_plan and duty_clause, or duty_due."""
        if self.persons is not None:
            return [self.stored()]
        return [self._asked_for(of_calendar()), self._asked_for(of_days(current_timeline()))]

    def _asked_for(self, kind: Any) -> QuerySet[Duty]:
        rows = Duty.objects.filter(kind, due_at__gt=self.period.begin, due_at__lte=self.period.until)
        rows = rows.exclude(state=DutyState.WITHDRAWN)
        if self.persons is not None:
            known = Q(assignee_id__in=self.persons - {NOBODY})
            rows = rows.filter(known | Q(assignee_id=None) if NOBODY in self.persons else known)
        if self.clause is not None:
            rows = rows.filter(clause=self.clause)
        return rows if self.grade is None else rows.filter(customer__grade=self.grade)

    def asks(self, rule: Rule) -> bool:
        """Whether lines of this rule are asked for."""
        return self.clause is None or rule.clause == self.clause

    def shares(self, rule: str, people: People) -> dict[int, int]:
        """Owner -> who does his customers' duties under a rule with this assignee, of those asked for."""
        found = falls_to(rule, people)
        for owner in (NOBODY, *people.by_id):
            found.setdefault(owner, NOBODY)
        if self.persons is None:
            return found
        return {owner: who for owner, who in found.items() if who in self.persons}


def wanted(
    viewer: Viewer,
    period: Period,
    *,
    person: int | None = None,
    department: int | None = None,
    grade: str | None = None,
    clause: str | None = None,
) -> Wanted:
    """The plan in the viewer's scope, narrowed to a person (0: nobody) or a department with those below it (0: who
    belongs to none, and nobody).

    Raises NotFound for somebody or some department outside the scope.
    """
    persons = None if viewer.sees_all else frozenset(viewer.owner_ids)
    if department is not None:
        inside = frozenset(people_of(department))
        persons = inside if persons is None else persons & inside
        if not persons:
            raise NotFound(_("There is no such department among those you see."))
    if person is not None:
        if persons is not None and person not in persons:
            raise NotFound(_("This person is not among those whose work you see."))
        persons = frozenset({person})
    return Wanted(viewer, period, persons, grade, clause)


def people_of(department: int) -> list[int]:
    """Everybody of a department and of those below it; of none (0): nobody among them."""
    if department == NOBODY:
        return [NOBODY, *User.objects.filter(department=None).values_list("pk", flat=True)]
    path = Department.objects.filter(pk=department).values_list("path", flat=True).first()
    return list(User.objects.filter(department__path__startswith=path).values_list("pk", flat=True)) if path else []


def department_names() -> dict[int, str]:
    """In the order of the tree."""
    return dict(Department.objects.values_list("pk", "name"))
