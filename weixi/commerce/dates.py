"""Dates of orders: on the wall clock of the company, whoever looks from wherever."""

from __future__ import annotations

from datetime import date, datetime, time

from django.utils import timezone

from weixi.kernel import clock
from weixi.kernel.calendar.wall import add_months


def company_date(moment: datetime) -> date:
    """The day of `moment` (aware) at the company."""
    return moment.astimezone(timezone.get_default_timezone()).date()


def company_midnight(day: date) -> datetime:
    """The moment that stands for a date without a time: its 00:00 at the company."""
    return datetime.combine(day, time.min, tzinfo=timezone.get_default_timezone())


def company_today() -> date:
    return clock.today(timezone.get_default_timezone())


def months_before(day: date, months: int) -> date:
    """The same day of the month, `months` calendar months earlier; the month's last day where it is shorter."""
    return add_months(day, -months)
