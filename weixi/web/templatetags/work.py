"""Tags of the working pages: grades and roles by the policy's names, lines of duties."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import template
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import get_language

from weixi.organisation.enums import Role
from weixi.web.kit import due, duty_rows

register = template.Library()
register.simple_tag(due.grade_of)
register.filter(due.until)
register.filter(due.until_time)
register.simple_tag(duty_rows.today_lines)
register.simple_tag(duty_rows.done_lines)
register.simple_tag(duty_rows.late_lines)


@register.filter
def role_label(code: str) -> Any:
    """A role's name."""
    return Role(code).label if code in Role.values else code


@register.filter
def month_name(moment: datetime) -> str:
    """`11 月`, `November`."""
    local = timezone.localtime(moment)
    return f"{local.month} 月" if get_language().startswith("zh") else date_format(local, "F")
