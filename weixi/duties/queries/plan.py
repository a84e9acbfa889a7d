"""The calendar of duties to come: the service plan of a month, made from cadences, nodes and deadlines (C-8)."""

from __future__ import annotations

import calendar
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from django.db.models import QuerySet
from django.utils import timezone

from weixi.customers.models import Customer, Occasion
from weixi.duties.cadences import open_cadences
from weixi.duties.lines import DutyLine, lines_of
from weixi.duties.models import Duty, waits
from weixi.duties.queries.listing import by_due
from weixi.duties.timeline import current_timeline
from weixi.kernel import clock
from weixi.kernel.calendar.lunar_words import lunar_day_in_words
from weixi.kernel.errors import NotFound
from weixi.organisation.models import User
from weixi.organisation.scope import viewer_of
from weixi.policy.queries import policy_in_force, working_calendar

MOST = 2000


@dataclass
class Day:
    """One day of the page. `works` follows the policy's calendar; None before the first policy."""

    day: date
    in_month: bool
    is_today: bool
    lunar: str
    works: bool | None
    lines: list[DutyLine] = field(default_factory=list)
    # Days of the person's customers that come once and are not announced yet.
    occasions: list[Occasion] = field(default_factory=list)


@dataclass(frozen=True)
class Plan:
    """Whole weeks that hold the month. `missing_years`: years of shown days whose public holidays are not announced yet."""

    month: date
    weeks: list[list[Day]]
    count: int
    missing_years: list[int]


def plan_of(person: User, month: date) -> Plan:
    """What falls due for a person in a month, open cadence periods included. A duty due at a midnight
    stands on the day that midnight ends."""
    now, timeline = clock.now(), current_timeline()
    first = month.replace(day=1)
    start = first - timedelta(days=first.weekday())
    last = first.replace(day=calendar.monthrange(first.year, first.month)[1])
    end = last + timedelta(days=6 - last.weekday())
    zone = timezone.get_current_timezone()
    begin = datetime.combine(start, time.min, tzinfo=zone)
    until = datetime.combine(end + timedelta(days=1), time.min, tzinfo=zone)
    waiting = Duty.objects.filter(waits(), assignee=person, due_at__gt=begin, due_at__lte=until)
    lines = lines_of(waiting.order_by("due_at", "key")[:MOST], timeline, now, viewer_of(person))
    lines += [
        line
        for line in open_cadences(Customer.objects.all(), now, timeline, until=until, assignee=person)
        if line.due_at and line.due_at > begin
    ]
    lines.sort(key=by_due)
    works, missing = _working(start, end)
    today = timezone.localtime(now).date()
    days = {
        day: Day(day, day.month == first.month, day == today, lunar_day_in_words(day), works.get(day))
        for day in (start + timedelta(days=offset) for offset in range((end - start).days + 1))
    }
    for line in lines:
        assert line.due_at is not None
        stands = timezone.localtime(line.due_at - timedelta(microseconds=1)).date()
        if stands in days:
            days[stands].lines.append(line)
    for occasion in _to_come(person, start, end, now):
        days[occasion.day].occasions.append(occasion)
    ordered = [days[day] for day in sorted(days)]
    weeks = [ordered[place : place + 7] for place in range(0, len(ordered), 7)]
    return Plan(first, weeks, len(lines), missing)


def _to_come(person: User, start: date, end: date, now: datetime) -> QuerySet[Occasion]:
    """Uses index: occasion_day. Those announced already stand among the duties."""
    rows = Occasion.objects.filter(
        customer__owner=person, customer__archived_at=None, removed_at=None, day__gte=start, day__lte=end
    )
    return rows.exclude(near_at__lte=now).select_related("customer")[:MOST]


def _working(start: date, end: date) -> tuple[dict[date, bool], list[int]]:
    try:
        company = working_calendar(policy_in_force())
    except NotFound:
        return {}, []
    days = {
        day: company.is_working_day(day)
        for day in (start + timedelta(days=offset) for offset in range((end - start).days + 1))
    }
    return days, sorted(company.missing_years)
