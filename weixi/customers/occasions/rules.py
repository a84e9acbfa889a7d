"""What the policy says of such days: the kinds, and how long before the day it is announced."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from weixi.kernel.calendar.wall import midnight, zone
from weixi.policy.document.care import Occasion
from weixi.policy.queries import version_in_force


def kinds() -> tuple[Occasion, ...]:
    """The kinds of the policy in force; none where it names none."""
    found = version_in_force()
    return tuple(found.policy.care.occasion) if found else ()


def kind_titles() -> dict[str, str]:
    return {kind.code: kind.title for kind in kinds()}


def announced_at(kind: str, day: date, now: datetime) -> datetime | None:
    """When the day is announced: so long before it as the policy says, at once where that is past; None for a day that
    is past itself, and before the first policy."""
    found = version_in_force()
    if found is None:
        return None
    tz = zone(found.policy.header.timezone)
    if day < now.astimezone(tz).date():
        return None
    before = next((each.before.days for each in found.policy.care.occasion if each.code == kind), 0)
    return max(now, midnight(day - timedelta(days=before), tz))
