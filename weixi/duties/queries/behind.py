"""The duties behind a number: a person's that wait, or a month's by how they were kept, of a person, a clause or all."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import F, Q, QuerySet

from weixi.duties.enums import Behind
from weixi.duties.lines import DutyLine, lines_of
from weixi.duties.models import Duty
from weixi.duties.queries.glances import Glance, lines_by_key, waiting_for, waiting_with
from weixi.duties.queries.listing import visible_duties
from weixi.duties.queries.months import in_month, outcomes
from weixi.duties.queries.today import ends
from weixi.duties.timeline import Timeline, current_timeline
from weixi.kernel import clock
from weixi.organisation.enums import Right
from weixi.organisation.models import User
from weixi.organisation.scope import Viewer

# More lines than this nobody reads; the page says how many there are.
MOST = 200


@dataclass(frozen=True, slots=True)
class Listed:
    """The lines that are read, and how many there are in all."""

    now: datetime
    lines: list[DutyLine]
    total: int


def person_for(viewer: Viewer, pk: int) -> User | None:
    """Somebody whose duties the viewer may count: himself, and with the right to the team who is in his scope."""
    found = User.objects.filter(pk=pk).first()
    if found is None or viewer.user is None:
        return None
    theirs = viewer.may(Right.TEAM_VIEW) and (viewer.sees_all or found.pk in viewer.owner_ids)
    return found if found.pk == viewer.user.pk or theirs else None


def waiting_of(viewer: Viewer, person: User, how: Behind) -> Listed:
    """What waits with a person this week, or its late ones, today's or the rest of the week's: as Today and the team
    count it, open cadence periods included."""
    now, timeline = clock.now(), current_timeline()
    return _part_of(viewer, waiting_for(person, now, ends(now)[1], timeline), how, now, timeline)


def waiting_of_team(viewer: Viewer, people: Sequence[int], how: Behind) -> Listed:
    """The same of these people together, as the head of the team page counts it."""
    now, timeline = clock.now(), current_timeline()
    return _part_of(viewer, waiting_with(people, now, ends(now)[1], timeline), how, now, timeline)


def _part_of(viewer: Viewer, waiting: Iterable[Glance], how: Behind, now: datetime, timeline: Timeline) -> Listed:
    end_of_day, _end_of_week = ends(now)

    def part(glance: Glance) -> Behind:
        if glance.late:
            return Behind.OVERDUE
        return Behind.TODAY if glance.due_at and glance.due_at <= end_of_day else Behind.WEEK

    found = [glance for glance in waiting if how in (Behind.OPEN, part(glance))]
    lines = lines_by_key(found[:MOST], timeline, now, viewer)
    return Listed(now, [lines[glance.key] for glance in found[:MOST] if glance.key in lines], len(found))


def month_by_person(viewer: Viewer, people: Iterable[int], how: Behind) -> Listed:
    """This month's duties of these people with that outcome, the latest due first; those that the figures of people
    leave out are left out. Uses index: duty_kept."""
    rows = Duty.objects.filter(in_month(clock.now()), assignee_id__in=list(people))
    return _listed(viewer, rows.exclude(closed_by=F("anchor")), how)


def month_by_rules(viewer: Viewer, rules: Iterable[str], how: Behind) -> Listed:
    """This month's duties by these rules with that outcome within the viewer's scope, the latest due first."""
    return _listed(viewer, visible_duties(viewer).filter(in_month(clock.now()), clause__in=list(rules)), how)


def _listed(viewer: Viewer, rows: QuerySet[Duty], how: Behind) -> Listed:
    now = clock.now()
    wanted = outcomes(now)
    which = wanted[how] if how in wanted else Q()
    if how == Behind.DUE:
        for each in wanted.values():
            which |= each
    rows = rows.filter(which).order_by("-due_at", "-pk")
    found = list(rows[:MOST].values_list("pk", flat=True))
    lines = {
        line.pk: line
        for line in lines_of(Duty.objects.filter(pk__in=found).order_by(), current_timeline(), now, viewer)
    }
    return Listed(now, [lines[pk] for pk in found if pk in lines], rows.count() if len(found) == MOST else len(found))
