"""What stands beside a duty: the grade of its customer by the policy's name, its due time as people say it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from django.utils import timezone
from django.utils.safestring import SafeString

from weixi.kernel.drawing.figures import near
from weixi.kernel.drawing.marks import grade
from weixi.kernel.drawing.markup import NOTHING, fill
from weixi.kernel.drawing.moments import exact_text, near_day_text


def grade_of(labels: Mapping[str, str], code: str, size: str = "") -> SafeString:
    """The badge of a grade code; `labels` maps codes to names, the best first."""
    if code not in labels:
        return grade(3 if code else None, code, size)
    return grade(list(labels).index(code) + 1, labels[code], size)


def until(moment: datetime | None) -> SafeString:
    """A due time as people say it: the midnight that ends a day belongs to that day (`今天 24:00`)."""
    if moment is None:
        return NOTHING
    local = timezone.localtime(moment)
    if (local.hour, local.minute) != (0, 0):
        return near(moment)
    day = near_day_text((local - timedelta(minutes=1)).date())
    return fill('<time datetime="{}" title="{}">{} 24:00</time>', moment.isoformat(), exact_text(moment), day)


def until_time(moment: datetime) -> str:
    """The clock part of a due time; a midnight ends its day: `24:00`."""
    text = timezone.localtime(moment).strftime("%H:%M")
    return "24:00" if text == "00:00" else text
