"""The team: who needs help, what was reported to me (M-4)."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db.models import Q

from weixi.duties.enums import WAITING, DutyState
from weixi.duties.lines import DutyLine, lines_of
from weixi.duties.models import Escalation
from weixi.duties.queries.glances import Glance, lines_by_key, waiting_until
from weixi.duties.queries.today import Month, ends, month_of
from weixi.duties.timeline import current_timeline
from weixi.kernel import clock
from weixi.organisation.enums import Right
from weixi.organisation.models import User
from weixi.organisation.scope import Viewer

MOST_PEOPLE = 100
# Lines drawn per person; the rest are numbers.
LATE_SHOWN = 6
TODAY_SHOWN = 12
# What was missed cannot be done any more: it is told for a week, then it is history.
MISSED_SHOWN = timedelta(days=7)


@dataclass(frozen=True)
class Lane:
    """One person of the team: the first late ones and those of today as lines, all of them as numbers."""

    person: User
    late: list[DutyLine] = field(default_factory=list)
    today: list[DutyLine] = field(default_factory=list)
    late_count: int = 0
    today_count: int = 0
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
    waiting = waiting_until(list(team), now, end_of_week, timeline)
    months = month_of(list(team), now)
    piles: dict[int, tuple[list[Glance], list[Glance], int]] = {}
    for pk in team:
        own = [glance for glance in waiting if glance.assignee_id == pk]
        if not own and not months[pk].due:
            continue
        late = [glance for glance in own if glance.late]
        today = [glance for glance in own if not glance.late and glance.due_at and glance.due_at <= end_of_day]
        piles[pk] = late, today, len(own)
    shown = [glance for late, today, _ in piles.values() for glance in (*late[:LATE_SHOWN], *today[:TODAY_SHOWN])]
    lines = lines_by_key(shown, timeline, now)
    lanes = []
    for pk, (late, today, count) in piles.items():
        lanes.append(
            Lane(
                team[pk],
                [lines[glance.key] for glance in late[:LATE_SHOWN] if glance.key in lines],
                [lines[glance.key] for glance in today[:TODAY_SHOWN] if glance.key in lines],
                len(late),
                len(today),
                count - len(late) - len(today),
                count,
                months[pk],
            )
        )
    lanes.sort(key=lambda lane: (-lane.late_count, lane.late[0].due_at if lane.late else now, lane.person.pk))
    return Team(
        now=now,
        lanes=lanes,
        reported=reported_to(viewer.user),
        clauses=_often_late(waiting),
        late=sum(lane.late_count for lane in lanes),
        today=sum(lane.today_count for lane in lanes),
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


def _often_late(lines: list[Glance]) -> list[tuple[str, str, int]]:
    counts: dict[tuple[str, str], int] = {}
    for line in lines:
        if line.late:
            counts[line.clause, line.title] = counts.get((line.clause, line.title), 0) + 1
    ordered = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    return [(clause, title, count) for (clause, title), count in ordered[:5]]
