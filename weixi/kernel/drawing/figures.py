"""Figures, days and times in the habit of the reader."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from django import template
from django.utils.safestring import SafeString

from weixi.kernel import clock
from weixi.kernel.currency import money_text, sign
from weixi.kernel.drawing import moments
from weixi.kernel.drawing.markup import NOTHING, fill

register = template.Library()


@register.filter
def money(amount: Decimal | int | None) -> str:
    """`¥1,234.50`; nothing for None."""
    return "" if amount is None else money_text(Decimal(amount))


@register.simple_tag
def currency_sign() -> str:
    """The sign of the currency in force, for what is typed: `¥`."""
    return sign().strip()


@register.filter
def amount(value: Decimal | int | None) -> str:
    """`1,234.50` for columns whose head names the currency."""
    return "" if value is None else money_text(Decimal(value), signed=False)


@register.filter
def rounded_amount(value: Decimal | int) -> str:
    """A round amount of a scale, short: 40 万 and 1.5 亿 in Chinese, 400k and 150M in English."""
    steps: tuple[tuple[int, str], ...] = (
        ((10**8, "亿"), (10**4, "万")) if moments.chinese() else ((10**9, "B"), (10**6, "M"), (10**3, "k"))
    )
    number = Decimal(value)
    for size, word in steps:
        if abs(number) >= size:
            return f"{(number / size).normalize() + 0:f}{word}"
    return f"{number.normalize() + 0:f}"


@register.filter
def count(value: int | None) -> str:
    """`2,418`."""
    return "" if value is None else f"{value:,}"


@register.filter
def percent(value: Decimal | float | None, places: int = 0) -> str:
    """A share as `85%`."""
    return "" if value is None else f"{value * 100:.{places}f}%"


@register.filter
def day(value: date | None) -> str:
    """`2026年3月2日`."""
    return "" if value is None else moments.day_text(_as_date(value))


@register.filter
def day_week(value: date | None) -> str:
    """`2026年3月2日 周一`."""
    return "" if value is None else moments.day_text(_as_date(value), weekday=True)


@register.filter
def near_day(value: date | None) -> str:
    """`今天`, `昨天`, `11月26日 周四`."""
    return "" if value is None else moments.near_day_text(_as_date(value))


def _as_date(value: date) -> date:
    return moments.local(value).date() if isinstance(value, datetime) else value


@register.filter
def clock_time(value: datetime | None) -> str:
    """`09:15`."""
    return "" if value is None else f"{moments.local(value):%H:%M}"


def _time(value: datetime | None, text: str) -> SafeString:
    if value is None:
        return NOTHING
    return fill('<time datetime="{}" title="{}">{}</time>', value.isoformat(), moments.exact_text(value), text)


@register.filter
def near(value: datetime | None) -> SafeString:
    """`今天 12:30`, exact on hover."""
    return _time(value, moments.near_text(value) if value else "")


@register.filter
def ago(value: datetime | None) -> SafeString:
    """`3 小时前`, exact on hover."""
    return _time(value, moments.ago_text(value) if value else "")


@register.filter
def words(text: str) -> list[str]:
    """The words of a text as a list; only the style guide needs it."""
    return text.split()


@register.simple_tag
def now_iso() -> str:
    return clock.now().isoformat()
