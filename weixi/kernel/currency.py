"""The currency of the policy in force, as screens, papers and exports write amounts: its sign, its word, nothing of it in code
elsewhere."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from django.utils.functional import lazy
from django.utils.translation import get_language

from weixi.kernel.asked import once
from weixi.kernel.currencies import currency_of

# Of documents that name none, and before the first policy.
DEFAULT = "CNY"
_sources: list[Callable[[], str]] = []


def currency_from(find: Callable[[], str]) -> None:
    """Let a slice say which currency holds (its code); the last one counts."""
    _sources[:] = [find]


def currency() -> str:
    """The code of the currency in force; asked once a page."""
    return once("currency", _sources[0]) if _sources else DEFAULT


def sign() -> str:
    """What stands before an amount: `¥`, `US$`, and `SEK ` of one without a sign of its own."""
    return currency_of(currency()).sign


def unit() -> str:
    """The currency's word in the reader's language, for heads of columns: 元, US dollars."""
    found = currency_of(currency())
    return found.chinese if (get_language() or "").startswith("zh") else found.english


def money_text(amount: Decimal, *, signed: bool = True, places: int = 2) -> str:
    """`1234.5` as `¥1,234.50`; negative as `−¥1,234.50`; without the sign where the head of the column names the currency."""
    body = f"{sign() if signed else ''}{abs(amount):,.{places}f}"
    return f"−{body}" if amount < 0 else body


def unsigned(text: str) -> str:
    """A typed amount without the sign or the code of the currency."""
    bare = text.strip()
    for mark in (sign().strip(), currency(), "¥", "￥"):
        bare = bare.removeprefix(mark).strip()
    return bare


def _named(text: Any) -> str:
    return str(text) % {"unit": unit()}


# A lazy text with the place `%(unit)s`: `with_unit(gettext_lazy("12 months (%(unit)s)"))`.
with_unit = lazy(_named, str)
