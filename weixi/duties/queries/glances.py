"""Waiting duties at a glance: as much of each as counting and ordering ask for; lines only for what is drawn."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import NamedTuple

from weixi.customers.models import Customer
from weixi.duties.cadences import open_cadences
from weixi.duties.enums import DutyState
from weixi.duties.lines import DutyLine, lines_of
from weixi.duties.models import Duty, waits
from weixi.duties.timeline import Timeline
from weixi.kernel.rows import read_rows
from weixi.organisation.models import User

_COLUMNS = ("due_at", "key", "assignee_id", "state", "priority", "customer__grade", "clause", "title", "pk")


class Glance(NamedTuple):
    """`due_at` is None while a clock stands still; `line` is there for a period that has no row."""

    due_at: datetime | None
    key: str
    assignee_id: int | None
    late: bool
    priority: int
    grade: str
    clause: str
    title: str
    pk: int | None
    line: DutyLine | None = None

    @property
    def order(self) -> tuple[bool, float, str]:
        """By due time, then key; what has none stands last."""
        return (self.due_at is None, self.due_at.timestamp() if self.due_at else 0.0, self.key)


def waiting_until(people: Sequence[int], now: datetime, until: datetime, timeline: Timeline) -> list[Glance]:
    """What waits with these people and falls due by `until`, what stands still included; open periods of
    their own customers. Uses indexes: duty_waiting, customer_owner_due."""
    customers = Customer.objects.filter(owner_id__in=people, archived_at=None)
    periods = [line for line in open_cadences(customers, now, timeline, until=until) if line.assignee_id in people]
    return _together(people, now, until, periods)


def waiting_for(person: User, now: datetime, until: datetime, timeline: Timeline) -> list[Glance]:
    """The same for one person, with the periods of everybody's customers that fall to him."""
    periods = open_cadences(Customer.objects.all(), now, timeline, until=until, assignee=person)
    return _together([person.pk], now, until, periods)


def _together(people: Sequence[int], now: datetime, until: datetime, periods: Iterable[DutyLine]) -> list[Glance]:
    mine = Duty.objects.filter(waits(), assignee_id__in=people).order_by()
    found = []
    for rows in (mine.filter(due_at__lte=until), mine.filter(state=DutyState.PAUSED, due_at=None)):
        for due, key, who, state, priority, grade, clause, title, pk in read_rows(rows, *_COLUMNS):
            late = state == DutyState.OVERDUE or (state == DutyState.OPEN and due is not None and due < now)
            found.append(Glance(due, key, who, late, priority, grade or "", clause, title, pk))
    for line in periods:
        found.append(
            Glance(
                line.due_at, line.key, line.assignee_id, line.is_late, line.priority, line.grade, line.clause,
                line.title, None, line,
            )
        )  # fmt: skip
    return sorted(found, key=_order)


def _order(glance: Glance) -> tuple[bool, float, str]:
    return glance.order


def lines_by_key(glances: Iterable[Glance], timeline: Timeline, now: datetime) -> dict[str, DutyLine]:
    """The lines of these; the stored ones are read here, the others they bring along."""
    wanted = list(glances)
    found = {glance.key: glance.line for glance in wanted if glance.line is not None}
    rows = Duty.objects.filter(pk__in=[glance.pk for glance in wanted if glance.pk is not None])
    return found | {line.key: line for line in lines_of(rows.order_by(), timeline, now)}
