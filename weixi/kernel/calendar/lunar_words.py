"""A lunar day as people say it: 十月十四, 闰六月初一, 腊月三十."""

from __future__ import annotations

from datetime import date

from weixi.kernel.calendar.lunar import from_solar

_MONTHS = ("正", "二", "三", "四", "五", "六", "七", "八", "九", "十", "冬", "腊")
_TENS = ("初", "十", "廿", "三")
_DIGITS = ("十", "一", "二", "三", "四", "五", "六", "七", "八", "九")


def day_in_words(month: int, day: int, *, leap: bool = False) -> str:
    """Month 1-12 and day 1-30 in words; raises IndexError outside them."""
    if day in (10, 20, 30):
        tail = {10: "初十", 20: "二十", 30: "三十"}[day]
    else:
        tail = _TENS[day // 10] + _DIGITS[day % 10]
    return f"{'闰' if leap else ''}{_MONTHS[month - 1]}月{tail}"


def lunar_day_in_words(day: date) -> str:
    """The lunar day of a date; empty outside 1900-2100."""
    try:
        found = from_solar(day)
    except ValueError:
        return ""
    return day_in_words(found.month, found.day, leap=found.leap)
