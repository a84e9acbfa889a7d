"""The team: who needs help, what was reported to me (M-4)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from operator import attrgetter

from django.db.models import Q

from weixi.duties.enums import WAITING, DutyState
from weixi.duties.lines import DutyLine, lines_of
from weixi.duties.models import Duty, Escalation
from weixi.duties.queries.glances import Glance, lines_by_key, waiting_until
from weixi.duties.queries.today import Month, ends, month_of
from weixi.duties.timeline import current_timeline
from weixi.kernel import clock
from weixi.kernel.rows import read_rows
from weixi.organisation.enums import Right
from weixi.organisation.models import User
from weixi.organisation.scope import Viewer

MOST_PEOPLE = 100
# So many people, those who need help first, have their duties as lines; of the others the page says numbers.
IN_LINES = 20
# Lines read per person; the rest are numbers.
LATE_SHOWN = 6
TODAY_SHOWN = 12
# What climbed to one person: lines read, and how far it is counted.
REPORTED_SHOWN, REPORTED_COUNTED = 10, 500
# What was missed cannot be done any more: it is told for a week, then it is history.
MISSED_SHOWN = timedelta(days=7)


@dataclass(frozen=True)
class Lane:
    """One person of the team: his duties as numbers, and the first late ones and those of today as lines (none for
    people far down the page)."""

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
class Climbed:
    """What climbed to one person: the latest as lines, all of it as a number."""

    items: list[Reported] = field(default_factory=list)
    count: int = 0

    @property
    def more(self) -> int:
        return self.count - len(self.items)


@dataclass(frozen=True)
class Team:
    now: datetime
    lanes: list[Lane]
    reported: Climbed
    clauses: list[tuple[str, str, int]]
    late: int = 0
    today: int = 0
    month: Month = field(default_factory=Month)


@dataclass(frozen=True, slots=True)
class _Pile:
    """What waits with one person this week."""

    person: User
    month: Month
    late: list[Glance] = field(default_factory=list)
    today: list[Glance] = field(default_factory=list)
    week: list[Glance] = field(default_factory=list)

    @property
    def order(self) -> tuple[int, float, int]:
        """Who needs help first: the most late duties, then the oldest."""
        oldest = self.late[0].due_at if self.late else None
        return (-len(self.late), oldest.timestamp() if oldest else 0.0, self.person.pk)

    @property
    def drawn(self) -> list[Glance]:
        return [*self.late[:LATE_SHOWN], *self.today[:TODAY_SHOWN]]


def team_of(viewer: Viewer, *, in_lines: int = IN_LINES) -> Team:
    """The people of the viewer's scope, those who need help first. Raises Forbidden without the right."""
    viewer.require(Right.TEAM_VIEW)
    assert viewer.user is not None
    now, timeline = clock.now(), current_timeline()
    end_of_day, end_of_week = ends(now)
    people = User.objects.filter(is_active=True)
    if not viewer.sees_all:
        people = people.filter(pk__in=viewer.owner_ids)
    team = {user.pk: user for user in people.order_by("pk")[:MOST_PEOPLE]}
    waiting = waiting_until(list(team), now, end_of_week, timeline)
    months = month_of(list(team), now)
    piles = {pk: _Pile(person, months[pk]) for pk, person in team.items()}
    for glance in waiting:
        if glance.assignee_id in piles:
            pile = piles[glance.assignee_id]
            soon = glance.due_at is not None and glance.due_at <= end_of_day
            (pile.late if glance.late else pile.today if soon else pile.week).append(glance)
    ordered = sorted(
        (pile for pile in piles.values() if pile.late or pile.today or pile.week or pile.month.due),
        key=attrgetter("order"),
    )
    lines = lines_by_key([glance for pile in ordered[:in_lines] for glance in pile.drawn], timeline, now)
    return Team(
        now=now,
        lanes=[_lane(pile, lines) for pile in ordered],
        reported=reported_to(viewer.user),
        clauses=_often_late(waiting),
        late=sum(len(pile.late) for pile in ordered),
        today=sum(len(pile.today) for pile in ordered),
        month=Month(
            sum(m.kept for m in months.values()),
            sum(m.late for m in months.values()),
            sum(m.missed for m in months.values()),
        ),
    )


def _lane(pile: _Pile, lines: Mapping[str, DutyLine]) -> Lane:
    return Lane(
        pile.person,
        [lines[glance.key] for glance in pile.late[:LATE_SHOWN] if glance.key in lines],
        [lines[glance.key] for glance in pile.today[:TODAY_SHOWN] if glance.key in lines],
        len(pile.late),
        len(pile.today),
        len(pile.week),
        len(pile.late) + len(pile.today) + len(pile.week),
        pile.month,
    )


def reported_to(person: User, *, shown: int = REPORTED_SHOWN) -> Climbed:
    """What climbed to this person and still waits, or was missed lately; the latest first, one line per duty."""
    now, timeline = clock.now(), current_timeline()
    steps = Escalation.objects.filter(
        Q(duty__state__in=WAITING) | Q(duty__state=DutyState.MISSED, at__gt=now - MISSED_SHOWN),
        person=person,
        at__lte=now,
    ).order_by("-at")[:REPORTED_COUNTED]
    latest: dict[int, datetime] = {}
    for duty, at in read_rows(steps, "duty_id", "at"):
        latest.setdefault(duty, at)
    drawn = list(latest)[:shown]
    lines = {line.pk: line for line in lines_of(Duty.objects.filter(pk__in=drawn).order_by(), timeline, now)}
    return Climbed([Reported(lines[pk], latest[pk]) for pk in drawn if pk in lines], len(latest))


def _often_late(lines: list[Glance]) -> list[tuple[str, str, int]]:
    counts: dict[tuple[str, str], int] = {}
    for line in lines:
        if line.late:
            counts[line.clause, line.title] = counts.get((line.clause, line.title), 0) + 1
    ordered = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    return [(clause, title, count) for (clause, title), count in ordered[:5]]
