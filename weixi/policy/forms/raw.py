"""Values of a document as text of a form, and back where one line of text is not enough."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from weixi.policy.document.durations import Duration
from weixi.policy.document.labels import Lang
from weixi.policy.document.words import duration_in_words, number_in_words

_TRUE = {"true": True, "是": True, "false": False, "否": False}
_LISTED = re.compile(r"\s*[,，、;；]\s*")
_ARROW = re.compile(r"\s*(?:→|->|＝|=|:|：|\t)\s*")


def raw_of(value: Any, lang: Lang) -> Any:
    """What stands in the field of a form for `value`; `set_value` reads the same value from it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Duration):
        # Hours with a decimal part and the like have no spoken form that is read back.
        spoken = duration_in_words(value, lang)
        return value.text if "." in spoken or "秒" in spoken or "second" in spoken else spoken
    if isinstance(value, Decimal | int | float):
        return number_in_words(value)
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return "\n".join(f"{key} = {_conditions(item)}" for key, item in value.items())
    if isinstance(value, tuple):
        if any(isinstance(item, tuple) for item in value):
            return "\n".join(" → ".join(str(raw_of(part, lang)) for part in item) for item in value)
        return [str(raw_of(item, lang)) for item in value]
    return str(value)


def _conditions(value: Any) -> str:
    items = value if isinstance(value, tuple | list) else [value]
    return "、".join(_condition(item) for item in items)


def _condition(value: Any) -> str:
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, str) and (value.lower() in _TRUE or _number(value) is not None or _LISTED.search(value)):
        return f'"{value}"'
    return str(value)


def _number(text: str) -> int | float | None:
    try:
        number = Decimal(text)
    except InvalidOperation:
        return None
    if not number.is_finite() or abs(number) > Decimal(10) ** 15:
        return None
    return int(number) if number == number.to_integral_value() and "." not in text else float(number)


def conditions_of(text: str) -> dict[str, Any]:
    """`grade = core、important` per line -> {"grade": ["core", "important"]}; 是/否 are true/false, digits
    numbers, text in quotes stays text. Raises ValueError with the line that is none."""
    found: dict[str, Any] = {}
    for line in text.splitlines():
        if not line.strip():
            continue
        name, sign, rest = line.replace("＝", "=").partition("=")
        if not sign or not name.strip() or not rest.strip():
            raise ValueError(line.strip())
        parts = re.findall(r'"[^"]*"|[^,，、;；]+', rest)
        values = [_value(part.strip()) for part in parts if part.strip()]
        found[name.strip()] = values[0] if len(values) == 1 else values
    return found


def _value(text: str) -> Any:
    if len(text) > 1 and text[0] == text[-1] == '"':
        return text[1:-1]
    if text.lower() in _TRUE:
        return _TRUE[text.lower()]
    number = _number(text)
    return text if number is None else number


def pairs_of(text: str, *, numbers: bool) -> list[list[Any]]:
    """`30,000 → 60` per line -> [[30000, 60]]; with `numbers` the first of a pair is a number too.
    Raises ValueError with the line that is no pair."""
    found: list[list[Any]] = []
    for line in text.splitlines():
        if not line.strip():
            continue
        parts = _ARROW.split(line.strip())
        score = _number(parts[-1].replace(",", "")) if len(parts) == 2 else None
        first: Any = parts[0]
        if numbers:
            first = _number(first.replace(",", "").replace("，", ""))
        if score is None or first in (None, ""):
            raise ValueError(line.strip())
        found.append([first, score])
    return found


def listed(text: str) -> list[str]:
    """`a、b` -> ["a", "b"]."""
    return [part for part in _LISTED.split(text.strip()) if part]
