from __future__ import annotations

from datetime import date, datetime
from types import MappingProxyType
from zoneinfo import ZoneInfo

from weixi.kernel.calendar.holidays import HolidayTable, shipped_table
from weixi.kernel.calendar.wall import add_on_wall
from weixi.kernel.calendar.working import WorkingCalendar
from weixi.policy.document.policy import Policy
from weixi.policy.document.rules import WEEKDAYS, Deadline, minute_of_day
from weixi.policy.models import HolidayYear
from weixi.policy.queries.versions import version_in_force


def holiday_table(country: str) -> HolidayTable:
    """The shipped announced years with those the company entered laid over. One query."""
    table = shipped_table(country)
    working: dict[date, bool] = {}
    years = set()
    for row in HolidayYear.objects.all():
        years.add(row.year)
        working |= {date.fromisoformat(day): False for day in row.holidays}
        working |= {date.fromisoformat(day): True for day in row.working_days}
    if not years:
        return table
    return table.with_years_of(HolidayTable(country, frozenset(years), MappingProxyType(working)))


def working_calendar(policy: Policy, table: HolidayTable | None = None) -> WorkingCalendar:
    """The company's working time as the policy's `[calendar]` says."""
    section = policy.calendar
    if table is None and section.holidays:
        table = holiday_table(section.holidays)
    return WorkingCalendar(
        ZoneInfo(policy.header.timezone),
        [WEEKDAYS.index(day) for day in section.working_days],
        [(minute_of_day(start), minute_of_day(end)) for start, end in section.working_hours],
        table=table if section.holidays else None,
        extra_holidays=section.extra_holidays,
        extra_working_days=section.extra_working_days,
    )


def latest_record_time(occurred_at: datetime) -> datetime | None:
    """Until when what happened at `occurred_at` is recorded in time, by the policy that held then.

    The rule is the deadline that an interaction opens and its own entry closes (C-6); None without one.
    """
    version = version_in_force(occurred_at)
    if version is None:
        return None
    for rule in version.policy.deadline:
        if rule.opens_on == "interaction.recorded" and rule.measure == "recorded_at" and rule.within:
            return _due(version.policy, rule, occurred_at)
    return None


def _due(policy: Policy, rule: Deadline, start: datetime) -> datetime:
    length = rule.within
    assert length is not None
    if rule.clock == "working":
        return working_calendar(policy).add(start, length.days, length.time)
    return add_on_wall(start, length.months, length.days, length.time, ZoneInfo(policy.header.timezone))
