"""HTML put together in Python: for marks, and for rows of which a page draws hundreds.

A template asks each name for what it may be; that is right for a page and too slow for its thousand cells. A row
that is drawn here is one shape filled once:

    fill('<td class="{}">{}</td>', css, customer.name)
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from html import escape
from typing import Any

from django.utils.safestring import SafeString

# A page says the same words, names and moments many times over; long texts are not kept.
SHORT = 100
_escaped = lru_cache(maxsize=4096)(escape)


def text(value: Any) -> str:
    """`value` as it may stand in HTML: what is HTML already (`SafeString`) as it is, all else escaped."""
    kind = type(value)
    if kind is SafeString:
        return value  # type: ignore[no-any-return]
    if kind is str:
        return _escaped(value) if len(value) < SHORT else escape(value)
    if hasattr(value, "__html__"):
        return str(value.__html__())
    return escape(str(value))


def fill(shape: str, *values: Any, **named: Any) -> SafeString:
    """`shape` with each `{}` and `{name}` filled. Only a literal is a shape: the shape itself is not escaped."""
    return SafeString(shape.format(*map(text, values), **{name: text(value) for name, value in named.items()}))


def together(parts: Iterable[Any]) -> SafeString:
    """Parts one after another; what is no HTML is escaped."""
    return SafeString("".join(map(text, parts)))


NOTHING = SafeString("")
