"""Tags of the working pages: grades and roles by the policy's names, lines of duties."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from django import template
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import get_language

from weixi.duties.lines import DutyLine
from weixi.duties.planning.lines import bucket_of
from weixi.duties.planning.words import state_words
from weixi.kernel.drawing import moments
from weixi.organisation.enums import Role
from weixi.web.kit import due, duty_rows, team_rows

register = template.Library()
register.simple_tag(due.grade_of)
register.filter(due.until)
register.filter(due.until_time)
register.simple_tag(duty_rows.today_lines)
register.simple_tag(duty_rows.reported_lines)
register.simple_tag(duty_rows.done_lines)
register.simple_tag(duty_rows.late_lines)
register.simple_tag(duty_rows.plan_lines)
register.simple_tag(team_rows.team_lanes)


@register.filter
def role_label(code: str) -> Any:
    """A role's name."""
    return Role(code).label if code in Role.values else code


@register.filter
def month_name(moment: datetime) -> str:
    """`11 月`, `November`."""
    local = timezone.localtime(moment)
    return f"{local.month} 月" if get_language().startswith("zh") else date_format(local, "F")


@register.filter
def month_of_year(day: date) -> str:
    """`2026 年 11 月`, `November 2026`."""
    return f"{day.year} 年 {day.month} 月" if get_language().startswith("zh") else date_format(day, "F Y")


@register.filter
def plan_state(line: DutyLine) -> str:
    """How a line of a plan stands, in a word."""
    return state_words()[bucket_of(line)]


@register.filter
def plan_until(line: DutyLine) -> str:
    """The day on which a line is due; the midnight that ends a day belongs to it."""
    if line.due_at is None:
        return ""
    return moments.day_text((timezone.localtime(line.due_at) - timedelta(microseconds=1)).date(), year=False)
