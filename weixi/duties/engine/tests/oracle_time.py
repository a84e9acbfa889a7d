"""The oracle's own notion of time and of equal values: minute by minute, day by day. It shares only tables with the product
(which days are off, the lunar date of a day, the day of 清明节). Times are whole minutes."""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from weixi.kernel.calendar.holidays import shipped_table
from weixi.kernel.calendar.lunar import festival, from_solar

MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)
_NAMES = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]


def begin(day, tz):
    return datetime(day.year, day.month, day.day, tzinfo=tz).astimezone(UTC)


def plus(at, duration, tz):
    """Months, then days on the wall clock, then elapsed time."""
    if duration.months or duration.days:
        local = at.astimezone(tz)
        year, month, day = local.year, local.month, local.day
        for _ in range(duration.months):
            month += 1
            if month == 13:
                year, month = year + 1, 1
        day = min(day, monthrange(year, month)[1])
        moved = date(year, month, day) + DAY * duration.days
        at = datetime(moved.year, moved.month, moved.day, local.hour, local.minute, local.second, tzinfo=tz).astimezone(
            UTC
        )
    return at + duration.time


class Office:
    """The working time of one policy."""

    def __init__(self, section, tz):
        self.section, self.tz = section, tz
        self.spans = [tuple(int(t[:2]) * 60 + int(t[3:]) for t in span) for span in section.working_hours]
        self.days = {}

    def works_on(self, day):
        if day in self.days:
            return self.days[day]
        table = shipped_table("CN") if self.section.holidays else None
        if day in self.section.extra_working_days:
            works = True
        elif day in self.section.extra_holidays:
            works = False
        elif table and day.year in table.years and day in table.working:
            works = table.working[day]
        else:
            works = _NAMES[day.weekday()] in self.section.working_days
        self.days[day] = works
        return works

    def inside(self, at):
        local = at.astimezone(self.tz)
        minute = local.hour * 60 + local.minute
        return self.works_on(local.date()) and any(start <= minute < end for start, end in self.spans)

    def plus(self, at, duration):
        while not self.inside(at):
            at += MINUTE
        local = at.astimezone(self.tz)
        day = local.date()
        for _ in range(duration.days):
            day += DAY
            while not self.works_on(day):
                day += DAY
        at = datetime(day.year, day.month, day.day, local.hour, local.minute, tzinfo=self.tz).astimezone(UTC)
        return self.work(at, duration.time // MINUTE)

    def work(self, at, minutes):
        while minutes:
            if self.inside(at):
                minutes -= 1
            at += MINUTE
        return at

    def minutes_in(self, start, end):
        count = 0
        while start < end:
            count += self.inside(start)
            start += MINUTE
        return count


def begins_period(every, day):
    text = every.text
    if text == "P1W":
        return day.weekday() == 0
    if text == "P2W":
        return (day - date(2024, 1, 1)).days % 14 == 0
    months = {"P1M": 1, "P3M": 3, "P6M": 6, "P1Y": 12}[text]
    return day.day == 1 and (day.month - 1) % months == 0


def end_of_period(every, day):
    day += DAY
    while not begins_period(every, day):
        day += DAY
    return day


def is_day(month, day_of_month, lunar, day):
    """Whether `day` is the day on which that month and day are kept."""
    if lunar:
        here, following = from_solar(day), from_solar(day + DAY)
        if here.leap or here.month != month:
            return False
        return here.day == day_of_month or (day_of_month == 30 and here.day == 29 and following.day == 1)
    if (day.month, day.day) == (month, day_of_month):
        return True
    return (month, day_of_month) == (2, 29) and (day.month, day.day) == (2, 28) and (day + DAY).month == 3


def is_festival(name, day):
    solar = {"元旦": (1, 1), "劳动节": (5, 1), "国庆节": (10, 1)}
    lunar = {"春节": (1, 1), "元宵节": (1, 15), "端午节": (5, 5), "七夕": (7, 7), "中秋节": (8, 15), "重阳节": (9, 9)}
    if name in solar:
        return (day.month, day.day) == solar[name]
    if name == "清明节":
        return day == festival("清明节", day.year)
    if name == "除夕":
        return is_festival("春节", day + DAY)
    return is_day(*lunar[name], True, day)


def zone_of(policy):
    return ZoneInfo(policy.header.timezone)


def equal(wanted, value):
    if isinstance(wanted, bool) != isinstance(value, bool):
        return False
    return isinstance(value, str | int | float) and wanted == value


def holds(wanted, value):
    options = wanted if isinstance(wanted, list | tuple) else [wanted]
    values = value if isinstance(value, list) else [value]
    return any(equal(option, item) for option in options for item in values)


def due_date(text, tz):
    try:
        if re.fullmatch(r"\d{4}-\d\d-\d\d", text):
            return begin(date.fromisoformat(text) + DAY, tz)
        at = datetime.fromisoformat(text.upper())
        return at.astimezone(UTC) if at.tzinfo else None
    except (AttributeError, TypeError, ValueError):
        return None
