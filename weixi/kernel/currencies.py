"""Currencies and how they are written: their signs and words, of no language and no policy in particular."""

from __future__ import annotations

from typing import NamedTuple


class Currency(NamedTuple):
    sign: str
    chinese: str
    english: str


# Another one goes by its code.
_KNOWN: dict[str, Currency] = {
    "CNY": Currency("¥", "元", "yuan"),
    "USD": Currency("US$", "美元", "US dollars"),
    "EUR": Currency("€", "欧元", "euros"),
    "GBP": Currency("£", "英镑", "pounds sterling"),
    "HKD": Currency("HK$", "港元", "Hong Kong dollars"),
    "TWD": Currency("NT$", "新台币", "Taiwan dollars"),
    "JPY": Currency("JP¥", "日元", "yen"),
}


def currency_of(code: str) -> Currency:
    """`SEK` is written `SEK 5.00` and called SEK."""
    return _KNOWN.get(code) or Currency(f"{code} ", code, code)
