"""The team: who needs help, what was reported to me (M-4)."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db.models import Q

from weixi.customers.models import Customer
from weixi.duties.cadences import open_cadences
from weixi.duties.enums import WAITING, DutyState
from weixi.duties.lines import DutyLine, lines_of
from weixi.duties.models import Duty, Escalation, waits
from weixi.duties.queries.listing import by_due
from weixi.duties.queries.today import Month, ends, month_of
from weixi.duties.timeline import current_timeline
from weixi.kernel import clock
from weixi.organisation.enums import Right
from weixi.organisation.models import User
from weixi.organisation.scope import Viewer

MOST_PEOPLE = 100
MOST_LATE = 400
# What was missed cannot be done any more: it is told for a week, then it is history.
MISSED_SHOWN = timedelta(days=7)


@dataclass(frozen=True)
class Lane:
    """One person of the team."""

    person: User
    late: list[DutyLine] = field(default_factory=list)
    today: list[DutyLine] = field(default_factory=list)
    week: int = 0
    open: int = 0
    month: Month = field(default_factory=Month)


@dataclass(frozen=True)
class Reported:
    """A late duty that climbed to the viewer and still waits."""

    line: DutyLine
    at: datetime


@dataclass(frozen=True)
class Team:
    now: datetime
    lanes: list[Lane]
    reported: list[Reported]
    clauses: list[tuple[str, str, int]]
    late: int = 0
    today: int = 0
    month: Month = field(default_factory=Month)


def team_of(viewer: Viewer) -> Team:
    """The people of the viewer's scope, those who need help first. Raises Forbidden without the right."""
    viewer.require(Right.TEAM_VIEW)
    assert viewer.user is not None
    now, timeline = clock.now(), current_timeline()
    end_of_day, end_of_week = ends(now)
    people = User.objects.filter(is_active=True).select_related("department")
    if not viewer.sees_all:
        people = people.filter(pk__in=viewer.owner_ids)
    team = {user.pk: user for user in people.order_by("pk")[:MOST_PEOPLE]}
    rows = (
        Duty.objects.filter(waits(), assignee_id__in=team)
        .select_related("customer", "assignee")
        .prefetch_related("escalations__person")
    )
    lines = lines_of(rows.filter(due_at__lte=end_of_week).order_by("due_at", "key")[: MOST_LATE * 5], timeline, now)
    customers = Customer.objects.filter(owner_id__in=team, archived_at=None)
    lines += open_cadences(customers, now, timeline, until=end_of_week)
    lines.sort(key=by_due)
    months = month_of(list(team), now)
    lanes = []
    for pk, user in team.items():
        own = [line for line in lines if line.assignee_id == pk]
        late = [line for line in own if line.is_late]
        today = [line for line in own if not line.is_late and line.due_at and line.due_at <= end_of_day]
        if not own and not months[pk].due:
            continue
        lanes.append(Lane(user, late, today, len(own) - len(late) - len(today), len(own), months[pk]))
    lanes.sort(key=lambda lane: (-len(lane.late), lane.late[0].due_at if lane.late else now, lane.person.pk))
    return Team(
        now=now,
        lanes=lanes,
        reported=reported_to(viewer.user),
        clauses=_often_late(lines),
        late=sum(len(lane.late) for lane in lanes),
        today=sum(len(lane.today) for lane in lanes),
        month=Month(
            sum(m.kept for m in months.values()),
            sum(m.late for m in months.values()),
            sum(m.missed for m in months.values()),
        ),
    )


def reported_to(person: User) -> list[Reported]:
    """What climbed to this person and still waits, or was missed lately; the latest first, one line per duty."""
    now, timeline = clock.now(), current_timeline()
    steps = (
        Escalation.objects.filter(
            Q(duty__state__in=WAITING) | Q(duty__state=DutyState.MISSED, at__gt=now - MISSED_SHOWN),
            person=person,
            at__lte=now,
        )
        .select_related("duty__customer", "duty__assignee")
        .prefetch_related("duty__escalations__person")
        .order_by("-at")[:50]
    )
    seen: dict[int, Escalation] = {}
    for step in steps:
        seen.setdefault(step.duty_id, step)
    found = list(seen.values())
    lines = lines_of([step.duty for step in found], timeline, now)
    return [Reported(line, step.at) for line, step in zip(lines, found, strict=True)]


def _often_late(lines: list[DutyLine]) -> list[tuple[str, str, int]]:
    counts: dict[tuple[str, str], int] = {}
    for line in lines:
        if line.is_late:
            counts[line.clause, line.title] = counts.get((line.clause, line.title), 0) + 1
    ordered = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    return [(clause, title, count) for (clause, title), count in ordered[:5]]
