"""The team: who needs help, what was reported to me (M-4)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import chain
from operator import attrgetter

from django.db.models import Q

from weixi.duties.cadences import OpenPeriod
from weixi.duties.enums import WAITING, DutyState
from weixi.duties.lines import DutyLine, lines_of
from weixi.duties.models import Duty, Escalation
from weixi.duties.queries.glances import (
    Glance,
    Tally,
    first_until,
    lines_by_key,
    of_period,
    periods_until,
    tallies_until,
)
from weixi.duties.queries.months import Month, month_of
from weixi.duties.queries.today import ends
from weixi.duties.timeline import current_timeline
from weixi.kernel import clock
from weixi.kernel.prepared import Prepared, moment, plain
from weixi.organisation.enums import Right
from weixi.organisation.models import User
from weixi.organisation.scope import Viewer, viewer_of

MOST_PEOPLE = 100
# So many people, those who need help first, have their duties as lines; of the others the page says numbers.
IN_LINES = 20
# Lines read per person; the rest are numbers.
LATE_SHOWN = 6
TODAY_SHOWN = 12
# Clauses that are named as late most often.
OFTEN_LATE = 5
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


@dataclass(slots=True)
class _Load:
    """One person's month and what waits with him this week, as numbers."""

    person: User
    month: Month
    waits: Tally

    @property
    def is_any(self) -> bool:
        return bool(self.waits.late or self.waits.today or self.waits.week or self.month.due)

    @property
    def order(self) -> tuple[int, float, int]:
        """Who needs help first: the most late duties, then the oldest."""
        oldest = self.waits.oldest
        return (-self.waits.late, oldest.timestamp() if oldest else 0.0, self.person.pk)


def team_of(viewer: Viewer, *, in_lines: int = IN_LINES, reported_shown: int = REPORTED_SHOWN) -> Team:
    """The people of the viewer's scope, those who need help first. Raises Forbidden without the right."""
    viewer.require(Right.TEAM_VIEW)
    assert viewer.user is not None
    now, timeline = clock.now(), current_timeline()
    end_of_day, end_of_week = ends(now)
    team = {user.pk: user for user in people_of(viewer)}
    months = month_of(list(team), now)
    tallies, clauses = tallies_until(list(team), now, end_of_day, end_of_week)
    periods = periods_until(list(team), now, end_of_week, timeline)
    for pk, theirs in periods.items():
        today = sum(period.due_at <= end_of_day for period in theirs)
        tallies[pk].today += today
        tallies[pk].week += len(theirs) - today
    loads = [_Load(person, months[pk], tallies[pk]) for pk, person in team.items()]
    ordered = sorted((load for load in loads if load.is_any), key=attrgetter("order"))
    drawn = _first_of([load.person.pk for load in ordered[:in_lines]], periods, now, end_of_day)
    lines = lines_by_key([glance for pair in drawn.values() for glance in chain(*pair)], timeline, now, viewer)
    return Team(
        now=now,
        lanes=[_lane(load, *drawn.get(load.person.pk, ([], [])), lines) for load in ordered],
        reported=reported_to(viewer.user, shown=reported_shown),
        clauses=[
            (clause, timeline.title(clause), late)
            for clause, late in sorted(clauses.items(), key=lambda item: (-item[1], item[0]))[:OFTEN_LATE]
        ],
        late=sum(load.waits.late for load in ordered),
        today=sum(load.waits.today for load in ordered),
        month=Month(
            sum(m.kept for m in months.values()),
            sum(m.late for m in months.values()),
            sum(m.missed for m in months.values()),
        ),
    )


def people_of(viewer: Viewer) -> list[User]:
    """The people whose work the viewer looks after, as many as a page can name. Raises Forbidden without the right."""
    viewer.require(Right.TEAM_VIEW)
    people = User.objects.filter(is_active=True)
    if not viewer.sees_all:
        people = people.filter(pk__in=viewer.owner_ids)
    return list(people.order_by("pk")[:MOST_PEOPLE])


def _first_of(
    people: Sequence[int], periods: Mapping[int, list[OpenPeriod]], now: datetime, end_of_day: datetime
) -> dict[int, tuple[list[Glance], list[Glance]]]:
    """Of each of these people the first late duties and the first of today."""
    found: dict[int, tuple[list[Glance], list[Glance]]] = {pk: ([], []) for pk in people}
    first = first_until(people, now, end_of_day, late=LATE_SHOWN, others=TODAY_SHOWN)
    for pk in people:
        first += [of_period(period) for period in periods[pk][:TODAY_SHOWN] if period.due_at <= end_of_day]
    for glance in sorted(first, key=attrgetter("order")):
        if glance.assignee_id in found:
            late, today = found[glance.assignee_id]
            (late if glance.late else today).append(glance)
    return {pk: (late[:LATE_SHOWN], today[:TODAY_SHOWN]) for pk, (late, today) in found.items()}


def _lane(load: _Load, late: list[Glance], today: list[Glance], lines: Mapping[str, DutyLine]) -> Lane:
    return Lane(
        load.person,
        [lines[glance.key] for glance in late if glance.key in lines],
        [lines[glance.key] for glance in today if glance.key in lines],
        load.waits.late,
        load.waits.today,
        load.waits.week,
        load.waits.late + load.waits.today + load.waits.week,
        load.month,
    )


_STEPS = Prepared(
    lambda person, missed_since, now: (
        Escalation.objects.filter(
            Q(duty__state__in=WAITING) | Q(duty__state=DutyState.MISSED, at__gt=missed_since),
            person=person,
            at__lte=now,
        )
        .order_by("-at")
        .values_list("duty_id", "at")[:REPORTED_COUNTED]
    ),
    plain,
    moment,
    moment,
)


def reported_to(person: User, *, shown: int = REPORTED_SHOWN) -> Climbed:
    """What climbed to this person and still waits, or was missed lately; the latest first, one line per duty."""
    now, timeline = clock.now(), current_timeline()
    latest: dict[int, datetime] = {}
    for duty, at in _STEPS(person.pk, now - MISSED_SHOWN, now).rows():
        latest.setdefault(duty, at)
    drawn = list(latest)[:shown]
    rows = Duty.objects.filter(pk__in=drawn).order_by()
    lines = {line.pk: line for line in lines_of(rows, timeline, now, viewer_of(person))}
    return Climbed([Reported(lines[pk], latest[pk]) for pk in drawn if pk in lines], len(latest))
