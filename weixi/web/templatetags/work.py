"""Tags of the working pages: grades and roles by the policy's names."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django import template
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from weixi.organisation.enums import Role
from weixi.web.kit.figures import near
from weixi.web.kit.marks import grade
from weixi.web.moments import exact_text, near_day_text

register = template.Library()


@register.simple_tag
def grade_of(labels: Mapping[str, str], code: str, size: str = "") -> SafeString:
    """The badge of a grade code; `labels` maps codes to names, the best first."""
    if code not in labels:
        return grade(3 if code else None, code, size)
    return grade(list(labels).index(code) + 1, labels[code], size)


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
def until(moment: datetime | None) -> SafeString:
    """A due time as people say it: the midnight that ends a day belongs to that day (`今天 24:00`)."""
    if moment is None:
        return SafeString("")
    local = timezone.localtime(moment)
    if (local.hour, local.minute) != (0, 0):
        return near(moment)
    day = near_day_text((local - timedelta(minutes=1)).date())
    return format_html('<time datetime="{}" title="{}">{} 24:00</time>', moment.isoformat(), exact_text(moment), day)


@register.filter
def until_time(moment: datetime) -> str:
    """The clock part of a due time; a midnight ends its day: `24:00`."""
    text = timezone.localtime(moment).strftime("%H:%M")
    return "24:00" if text == "00:00" else text
