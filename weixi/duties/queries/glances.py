"""Waiting duties at a glance: as much of each as counting and ordering ask for; lines only for what is drawn."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from itertools import chain
from typing import Any, NamedTuple

from django.db.models import Count, OuterRef, Q, Subquery

from weixi.customers.models import Customer
from weixi.duties.cadences import OpenPeriod, open_periods
from weixi.duties.enums import DutyState
from weixi.duties.lines import DutyLine, lines_of
from weixi.duties.models import Duty, waits
from weixi.duties.timeline import Timeline
from weixi.kernel.one_of import one_of
from weixi.kernel.prepared import Prepared, moment, plain, rows_of_all, several
from weixi.kernel.rows import read_rows
from weixi.organisation.models import User
from weixi.organisation.scope import Viewer

_STANDS_STILL = Q(state=DutyState.PAUSED, due_at=None)
# The index duty_waiting to its end, so that nothing is sorted and nothing but the index is read: by due time and key
# alone SQLite would go through all that somebody ever had to do.
BY_DUE = ("due_at", "state", "clause", "priority", "customer_id", "pk")
COLUMNS = ("due_at", "key", "assignee_id", "state", "priority", "customer__grade", "clause", "title", "pk")


class Glance(NamedTuple):
    """`due_at` is None while a clock stands still; `period` is there when it has no row."""

    due_at: datetime | None
    key: str
    assignee_id: int | None
    late: bool
    priority: int
    grade: str
    clause: str
    title: str
    pk: int | None
    period: OpenPeriod | None = None

    @property
    def order(self) -> tuple[bool, float, str]:
        """By due time, then key; what has none stands last."""
        return (self.due_at is None, self.due_at.timestamp() if self.due_at else 0.0, self.key)


@dataclass(slots=True)
class Tally:
    """One person's waiting duties that have a row, as numbers; `oldest` is when the first of the late ones fell due."""

    late: int = 0
    today: int = 0
    week: int = 0
    oldest: datetime | None = None


_MINE = Prepared(
    lambda person, until: (
        Duty.objects.filter(waits(), assignee=person, due_at__lte=until).order_by().values_list(*COLUMNS)
    ),
    plain,
    moment,
)
STILL = Prepared(
    lambda person: Duty.objects.filter(waits(), _STANDS_STILL, assignee=person).order_by().values_list(*COLUMNS), plain
)


def waiting_for(person: User, now: datetime, until: datetime, timeline: Timeline) -> list[Glance]:
    """What waits with a person and falls due by `until`, what stands still included, with the open periods of
    everybody's customers that fall to him. Uses indexes: duty_waiting, customer_owner_period."""
    found = glances(chain(_MINE(person.pk, until).rows(), STILL(person.pk).rows()), now)
    periods = open_periods(Customer.objects.all(), now, timeline, until=until, assignee=person)
    return sorted([*found, *map(of_period, periods)], key=_order)


def waiting_with(people: Sequence[int], now: datetime, until: datetime, timeline: Timeline) -> list[Glance]:
    """The same of several people, with the open periods of their own customers: what the team page counts. Uses indexes:
    duty_waiting, customer_owner_period."""
    theirs = Duty.objects.filter(waits(), assignee_id__in=people).order_by()
    rows = (read_rows(part, *COLUMNS) for part in (theirs.filter(due_at__lte=until), theirs.filter(_STANDS_STILL)))
    found = glances(chain.from_iterable(rows), now)
    periods = chain.from_iterable(periods_until(people, now, until, timeline).values())
    return sorted([*found, *map(of_period, periods)], key=_order)


def glances(rows: Iterable[Sequence[Any]], now: datetime) -> list[Glance]:
    """Rows of `COLUMNS` as they are counted and put in order."""
    found = []
    for due, key, who, state, priority, grade, clause, title, pk in rows:
        late = state == DutyState.OVERDUE or (state == DutyState.OPEN and due is not None and due < now)
        found.append(Glance(due, key, who, late, priority, grade or "", clause, title, pk))
    return found


def tallies_until(
    people: Sequence[int], now: datetime, end_of_day: datetime, until: datetime
) -> tuple[dict[int, Tally], Counter[str]]:
    """What waits with each of these people and falls due by `until`, counted; what stands still counts in the week. And
    clause -> how many of them are late. Read from the indexes duty_team and duty_waiting alone, in their order."""
    tallies = {pk: Tally() for pk in people}
    clauses: Counter[str] = Counter()
    for who, clause, late in _OVERDUE(people, until).rows():
        tallies[who].late += late
        clauses[clause] += late
    for who, clause, total, late, today in _OPEN(people, now, end_of_day, until).rows():
        tally = tallies[who]
        tally.late += late
        tally.today += today
        tally.week += total - late - today
        clauses[clause] += late
    for who, total, today in _PAUSED(people, end_of_day, until).rows():
        tallies[who].today += today
        tallies[who].week += total - today
    for who, oldest in _OLDEST(people, now, until).rows():
        tallies[who].oldest = oldest
    return tallies, +clauses


# One statement for each state, which is looked up. What is late already is most of it with who has thousands: it is
# counted as it stands in the index.
_OVERDUE = Prepared(
    lambda people, until: (
        Duty.objects.filter(waits(), one_of("assignee_id", people), state=DutyState.OVERDUE, due_at__lte=until)
        .order_by()
        .values_list("assignee_id", "clause")
        .annotate(late=Count("pk"))
    ),
    several,
    moment,
)
_OPEN = Prepared(
    lambda people, now, end_of_day, until: (
        Duty.objects.filter(waits(), one_of("assignee_id", people), state=DutyState.OPEN, due_at__lte=until)
        .order_by()
        .values_list("assignee_id", "clause")
        .annotate(
            all=Count("pk"),
            late=Count("pk", filter=Q(due_at__lt=now)),
            today=Count("pk", filter=Q(due_at__gte=now, due_at__lte=end_of_day)),
        )
    ),
    several,
    moment,
    moment,
    moment,
)
_PAUSED = Prepared(
    lambda people, end_of_day, until: (
        Duty.objects.filter(
            waits(), Q(due_at=None) | Q(due_at__lte=until), one_of("assignee_id", people), state=DutyState.PAUSED
        )
        .order_by()
        .values_list("assignee_id")
        .annotate(all=Count("pk"), today=Count("pk", filter=Q(due_at__lte=end_of_day)))
    ),
    several,
    moment,
    moment,
)
_OLDEST = Prepared(
    lambda people, now, until: (
        User.objects.filter(one_of("pk", people))
        .order_by()
        .values_list(
            "pk",
            Subquery(
                Duty.objects.filter(waits(), late_by(now), assignee=OuterRef("pk"), due_at__lte=until)
                .order_by(*BY_DUE)
                .values("due_at")[:1]
            ),
        )
    ),
    several,
    moment,
    moment,
)


@cache
def _first(most: int, *, late: bool) -> Prepared:
    """Of one person, in the order of the index."""
    return Prepared(
        lambda person, until, now: (
            Duty.objects.filter(waits(), late_by(now) if late else ~late_by(now), assignee=person, due_at__lte=until)
            .order_by(*BY_DUE)
            .values_list("pk")[:most]
        ),
        plain,
        moment,
        moment,
    )


def first_until(people: Sequence[int], now: datetime, until: datetime, *, late: int, others: int) -> list[Glance]:
    """Of each of these people as many late duties and as many others, those that fall due first, by `until`."""
    chosen: dict[int, bool] = {}
    for is_late, most in ((True, late), (False, others)):
        asked = _first(most, late=is_late)
        chosen |= {pk: is_late for (pk,) in rows_of_all([asked(person, until, now) for person in people])}
    rows = read_rows(Duty.objects.filter(pk__in=chosen).order_by(), *COLUMNS)
    return [
        Glance(due, key, who, chosen[pk], priority, grade or "", clause, title, pk)
        for due, key, who, _state, priority, grade, clause, title, pk in rows
    ]


def periods_until(
    people: Sequence[int], now: datetime, until: datetime, timeline: Timeline
) -> dict[int, list[OpenPeriod]]:
    """Person -> the open periods of these people's own customers that fall to him and are due by `until`, the first
    due first. Uses index: customer_owner_period."""
    found: dict[int, list[OpenPeriod]] = {pk: [] for pk in people}
    for period in open_periods(Customer.objects.filter(owner_id__in=people), now, timeline, until=until):
        if period.who is not None and period.who.pk in found:
            found[period.who.pk].append(period)
    for periods in found.values():
        periods.sort(key=lambda period: (period.due_at, period.key))
    return found


def late_by(now: Any) -> Q:
    return Q(state=DutyState.OVERDUE) | Q(state=DutyState.OPEN, due_at__lt=now)


def of_period(period: OpenPeriod) -> Glance:
    return Glance(
        period.due_at, period.key, period.who.pk if period.who else None, False, period.priority, period.row["grade"],
        period.turn.rule.clause, period.title, None, period,
    )  # fmt: skip


def _order(glance: Glance) -> tuple[bool, float, str]:
    return glance.order


def lines_by_key(glances: Iterable[Glance], timeline: Timeline, now: datetime, viewer: Viewer) -> dict[str, DutyLine]:
    """The lines of these as the viewer may read them; the stored ones are read here, the others they bring along."""
    wanted = list(glances)
    found = {glance.key: glance.period.line() for glance in wanted if glance.period is not None}
    rows = Duty.objects.filter(pk__in=[glance.pk for glance in wanted if glance.pk is not None])
    return found | {line.key: line for line in lines_of(rows.order_by(), timeline, now, viewer)}
