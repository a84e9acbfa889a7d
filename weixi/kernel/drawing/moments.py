"""Days, times and spans in the habit of the reader: 2026年3月2日 周一, or Mon 2 Mar 2026."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from functools import lru_cache

from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from weixi.kernel import clock

_WEEKDAYS_ZH = "一二三四五六日"
_WEEKDAYS_EN = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS_EN = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
MINUTE = timedelta(minutes=1)
_PARTIAL_DAY = re.compile(r"(?:(\d{4})|-)-(\d\d)-(\d\d)", re.ASCII)


def chinese() -> bool:
    return _is_chinese(get_language())


def _is_chinese(language: str | None) -> bool:
    return (language or "zh").startswith("zh")


def weekday_text(day: date) -> str:
    return _weekday_text(day, chinese())


def _weekday_text(day: date, chinese: bool) -> str:
    return f"周{_WEEKDAYS_ZH[day.weekday()]}" if chinese else _WEEKDAYS_EN[day.weekday()]


def day_text(day: date, *, year: bool = True, weekday: bool = False) -> str:
    """`2026年3月2日 周一`; without year `3月2日`."""
    return _day_text(day, year, weekday, chinese())


@lru_cache(maxsize=2048)
def _day_text(day: date, year: bool, weekday: bool, chinese: bool) -> str:
    if chinese:
        text = (f"{day.year}年" if year else "") + f"{day.month}月{day.day}日"
    else:
        text = f"{day.day} {_MONTHS_EN[day.month - 1]}" + (f" {day.year}" if year else "")
    if not weekday:
        return text
    return f"{text} {_weekday_text(day, chinese)}" if chinese else f"{_weekday_text(day, chinese)} {text}"


def partial_day_text(text: str) -> str:
    """`2009-06-18` as people write a day, `--06-18` as month and day; the 30th of a lunar month too. Other text as it is."""
    found = _PARTIAL_DAY.fullmatch(text)
    if found is None or not 1 <= int(found[2]) <= 12:
        return text
    year, month, day = found[1], int(found[2]), int(found[3])
    if chinese():
        return (f"{int(year)}年" if year else "") + f"{month}月{day}日"
    return f"{day} {_MONTHS_EN[month - 1]}" + (f" {int(year)}" if year else "")


def near_day_text(day: date) -> str:
    """今天, 昨天, 明天; this year without the year, with the weekday within two weeks."""
    return _near_day_text(day, clock.today(), get_language())


@lru_cache(maxsize=2048)
def _near_day_text(day: date, today: date, language: str | None) -> str:
    if day == today:
        return _("today")
    if day == today - timedelta(days=1):
        return _("yesterday")
    if day == today + timedelta(days=1):
        return _("tomorrow")
    return _day_text(day, day.year != today.year, abs((day - today).days) <= 14, _is_chinese(language))


def local(moment: datetime) -> datetime:
    """A moment on the company's wall clock: nobody has a zone of his own."""
    return timezone.localtime(moment, timezone.get_default_timezone())


def near_text(moment: datetime) -> str:
    """`今天 12:30`, `昨天 16:30`, `11月26日 周四 18:00`."""
    here = local(moment)
    return f"{near_day_text(here.date())} {here:%H:%M}"


def exact_text(moment: datetime) -> str:
    """`2026年3月2日 周一 14:05:09`, for hover."""
    return _exact_text(local(moment), chinese())


@lru_cache(maxsize=2048)
def _exact_text(here: datetime, chinese: bool) -> str:
    return f"{_day_text(here.date(), True, True, chinese)} {here:%H:%M:%S}"


def ago_text(moment: datetime) -> str:
    """`刚刚`, `5 分钟前`, `3 小时前`, then as `near_text`."""
    seconds = (clock.now() - moment).total_seconds()
    if seconds < 0 or seconds >= 20 * 3600:
        return near_text(moment)
    if seconds < 60:
        return _("just now")
    if seconds < 3600:
        return _("%(n)d min ago") % {"n": seconds // 60}
    return _("%(n)d h ago") % {"n": seconds // 3600}


def span_words(span: timedelta, *, days_only_from: int = 2) -> str:
    """`4 天`, `1 天 3 小时`, `2 小时 05 分`, `35 分`; the browser's clock says the same (clock.js)."""
    return _span_words(abs(span) // MINUTE, days_only_from, get_language())


@lru_cache(maxsize=2048)
def _span_words(minutes: int, days_only_from: int, language: str | None) -> str:
    """In the language at hand, which is named so that each is kept by itself."""
    days, hours, rest = minutes // 1440, minutes % 1440 // 60, minutes % 60
    if days >= days_only_from or (days and not hours):
        return _("%(d)d d") % {"d": days}
    if days:
        return _("%(d)d d %(h)d h") % {"d": days, "h": hours}
    if hours and not rest:
        return _("%(h)d h") % {"h": hours}
    if hours:
        return _("%(h)d h %(m)s min") % {"h": hours, "m": f"{rest:02d}"}
    return _("%(m)d min") % {"m": minutes} if minutes else _("less than a minute")


def left_text(due: datetime, now: datetime | None = None) -> str:
    """`剩 2 小时 10 分` or `超 1 小时 05 分`."""
    left = due - (now or clock.now())
    if left < timedelta(0):
        return _("over by %(t)s") % {"t": span_words(left, days_only_from=3)}
    return _("%(t)s left") % {"t": span_words(left)}


def script_texts() -> dict[str, str]:
    """The sentences the scripts say, in the page's language."""
    return {
        "left": _("%(t)s left") % {"t": "{t}"},
        "over": _("over by %(t)s") % {"t": "{t}"},
        "days": _("%(d)d d").replace("%(d)d", "{d}"),
        "days_hours": _("%(d)d d %(h)d h").replace("%(d)d", "{d}").replace("%(h)d", "{h}"),
        "hours": _("%(h)d h").replace("%(h)d", "{h}"),
        "hours_minutes": _("%(h)d h %(m)s min").replace("%(h)d", "{h}").replace("%(m)s", "{m}"),
        "minutes": _("%(m)d min").replace("%(m)d", "{m}"),
        "under_a_minute": _("less than a minute"),
        "undo": _("Undo"),
        "look": _("Look"),
        "draft": _("Draft kept %(time)s") % {"time": "{time}"},
        "offline": _("The server cannot be reached. Nothing is lost: what you typed is still here; try again."),
        "broken": _(
            "Something went wrong on the server and nothing was saved. Try again; if it stays so, tell your administrator."
        ),
        "edit_cell": _("Edit this cell"),
        "not_found": _("This is not there (any more)."),
        "refused": _("The server did not take this. Check what you entered."),
    }
