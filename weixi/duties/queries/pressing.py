"""What waits with one person, read as far as his Today shows it: how much there is, what falls due first, what is most
urgent. Somebody may have thousands of late duties; they are counted in an index and never read as rows."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import cache
from typing import Any, NamedTuple

from django.db.models import Case, Count, DateTimeField, F, Max, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce

from weixi.customers.models import Customer
from weixi.duties.cadences import open_periods
from weixi.duties.models import Duty, waits
from weixi.duties.queries.glances import BY_DUE, COLUMNS, STILL, Glance, glances, late_by, of_period
from weixi.duties.timeline import Timeline
from weixi.kernel.prepared import Prepared, moment, plain, rows_of_all
from weixi.kernel.walked import Walked
from weixi.organisation.models import User

# A grade the policy says nothing about is served last.
LAST = 99
LATE, TODAY, WEEK = GROUPS = ("late", "today", "week")
Served = tuple[tuple[str, int], ...]


class Span(NamedTuple):
    """The moments that tell apart what is late, what is due today, and the rest of the week."""

    now: datetime
    end_of_day: datetime
    end_of_week: datetime

    def group_of(self, glance: Glance) -> str:
        if glance.late:
            return LATE
        return TODAY if glance.due_at and glance.due_at <= self.end_of_day else WEEK


class Waiting(NamedTuple):
    """`focus` is the most urgent of what is late or due today; `first` and `counts` are of each group without it."""

    focus: Glance | None
    first: dict[str, list[Glance]]
    counts: dict[str, int]


def pressing_on(person: User, span: Span, timeline: Timeline, served: Mapping[str, int], most: int) -> Waiting:
    """What waits with a person and falls due this week, the first `most` of each group; what stands still counts in
    the week, with the open periods of everybody's customers that fall to him. `served`: grade -> its place in the order
    of serving. Uses indexes: duty_waiting, customer_owner_period."""
    periods = open_periods(Customer.objects.all(), span.now, timeline, until=span.end_of_week, assignee=person)
    others = [*map(of_period, periods), *glances(STILL(person.pk).rows(), span.now)]
    most_urgent, counts = _stored(person, span, tuple(served.items()))
    pressing = [*most_urgent, *(glance for glance in others if span.group_of(glance) != WEEK)]
    focus = min(pressing, key=lambda glance: _urgency(glance, served), default=None)
    # One more than is shown, as the focus may be among them; and more that fall due at one instant, to be put in order.
    rows = rows_of_all([_first(group, most + 1)(person.pk, *span) for group in GROUPS])
    first: dict[str, list[Glance]] = {group: [] for group in GROUPS}
    for glance in sorted([*others, *glances(rows, span.now)], key=lambda glance: glance.order):
        if focus is None or glance.key != focus.key:
            first[span.group_of(glance)].append(glance)
    for glance in others:
        counts[span.group_of(glance)] += 1
    if focus is not None:
        counts[span.group_of(focus)] -= 1
    return Waiting(focus, {group: found[:most] for group, found in first.items()}, counts)


def _urgency(glance: Glance, served: Mapping[str, int]) -> tuple[bool, int, int, float, str]:
    """What is late first, then the rule's priority, whose turn it is by grade (C-12), and the due time."""
    return (not glance.late, -glance.priority, served.get(glance.grade, LAST), *glance.order[1:])


def _stored(person: User, span: Span, served: Served) -> tuple[list[Glance], dict[str, int]]:
    """Of what has a row: the most urgent, if any is late or due today, and how many there are of each group."""
    counted = _COUNTS(person.pk, *span).rows()
    if not counted:
        return [], dict.fromkeys(GROUPS, 0)
    _person, late, today, total, highest_late, highest_today = counted[0]
    counts = {LATE: late, TODAY: today, WEEK: total - late - today}
    group, highest = (LATE, highest_late) if late else (TODAY, highest_today)
    rows: list[tuple[Any, ...]] = []
    if late or today:
        # Hardly anybody has nothing to do for a customer who is served first, and most of them find it early in the
        # order; who has not has the customers of all looked at.
        rows = _most_urgent(group, served, first_alone=True)(person.pk, highest, *span).rows()
        rows = rows or _most_urgent(group, served, first_alone=False)(person.pk, highest, *span).rows()
    return glances(rows, span.now), counts


def _of_group(group: str, now: Any, end_of_day: Any, end_of_week: Any) -> list[Q]:
    if group == LATE:
        return [late_by(now), Q(due_at__lte=end_of_week)]
    if group == TODAY:
        return [~late_by(now), Q(due_at__lte=end_of_day)]
    return [~late_by(now), Q(due_at__gt=end_of_day, due_at__lte=end_of_week)]


_SPAN = (moment, moment, moment)
# All that follows is asked of the index alone, and rows by their keys: by due time SQLite would as soon take another
# index, and go through all that somebody ever had to do.
_COUNTS = Prepared(
    lambda person, now, end_of_day, end_of_week: (
        Duty.objects.filter(waits(), assignee=person, due_at__lte=end_of_week)
        .order_by()
        .values_list("assignee_id")
        .annotate(
            late=Count("pk", filter=late_by(now)),
            today=Count("pk", filter=~late_by(now) & Q(due_at__lte=end_of_day)),
            all=Count("pk"),
            highest_late=Max("priority", filter=late_by(now)),
            highest_today=Max("priority", filter=~late_by(now) & Q(due_at__lte=end_of_day)),
        )
    ),
    plain,
    *_SPAN,
)


@cache
def _first(group: str, most: int) -> Prepared:
    """The first of a group by due time, and whatever falls due at the same instant as the last of them."""

    def write(person: Any, *span: Any) -> QuerySet[Any]:
        theirs = Duty.objects.filter(waits(), *_of_group(group, *span), assignee=person).order_by(*BY_DUE)
        last = Coalesce(Subquery(theirs.values("due_at")[most - 1 : most]), span[-1], output_field=DateTimeField())
        return _rows(theirs.filter(due_at__lte=last))

    return Prepared(write, plain, *_SPAN)


@cache
def _most_urgent(group: str, served: Served, *, first_alone: bool) -> Prepared:
    """What of a group falls due with the most urgent of those of one priority; or with that of the customers who are
    served first alone, which is the same when there is one."""
    places = sorted({place for _grade, place in served if place < LAST})

    def write(person: Any, priority: Any, *span: Any) -> QuerySet[Any]:
        theirs = Duty.objects.filter(waits(), *_of_group(group, *span), assignee=person, priority=priority)
        if first_alone and places:
            first = [grade for grade, place in served if place == places[0]]
            ordered: QuerySet[Any] = (
                theirs.alias(of=Walked(F("customer__grade"))).filter(of__in=first).order_by("due_at")
            )
        else:
            each = [When(customer__grade=grade, then=Value(place)) for grade, place in served]
            ordered = theirs.order_by(Case(*each, default=Value(LAST)), "due_at")
        return _rows(theirs.filter(due_at=Subquery(ordered.values("due_at")[:1])))

    return Prepared(write, plain, plain, *_SPAN)


def _rows(found: QuerySet[Duty]) -> QuerySet[Any]:
    return Duty.objects.filter(pk__in=found.order_by().values("pk")).order_by().values_list(*COLUMNS)
