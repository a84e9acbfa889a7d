"""What the customers' templates say in shapes."""

from __future__ import annotations

from datetime import datetime, timedelta

from django import template

from weixi.kernel import clock

register = template.Library()

SOON = timedelta(hours=6)
TODAY = timedelta(days=1)


@register.filter
def due_state(due: datetime | None) -> str:
    """The shape beside a due time: late, soon, mid, or a quiet ring for what is further away."""
    if due is None:
        return ""
    left = due - clock.now()
    if left < timedelta(0):
        return "late"
    if left < SOON:
        return "soon"
    return "mid" if left < TODAY else ""
