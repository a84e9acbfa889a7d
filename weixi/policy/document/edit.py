"""Changing one value of a document: the result is a whole, newly checked document."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from types import NoneType, UnionType
from typing import Any, Union, get_args, get_origin

from weixi.policy.document.base import Section
from weixi.policy.document.durations import Duration
from weixi.policy.document.load import policy_of
from weixi.policy.document.paths import PathError, absolute, field_of, follow, written
from weixi.policy.document.plain import plain
from weixi.policy.document.policy import Policy
from weixi.policy.document.problems import PolicyError, Problem

_SPOKEN = {
    "年": "Y",
    "个月": "M",
    "月": "M",
    "周": "W",
    "星期": "W",
    "天": "D",
    "日": "D",
    "小时": "H",
    "时": "H",
    "分钟": "m",
    "分": "m",
    "year": "Y",
    "month": "M",
    "week": "W",
    "day": "D",
    "hour": "H",
    "minute": "m",
}
_SPOKEN_PARTS = re.compile(
    r"(\d+(?:\.\d+)?)\s*(?:(个月|星期|小时|分钟|年|月|周|天|日|时|分)|(year|month|week|day|hour|minute)s?\b)", re.I
)
_DIGITS = "一二三四五六七八九十"
_NUMERALS = re.compile(r"(?<![一二三四五六七八九十])[一二三四五六七八九十](?![一二三四五六七八九十])")
_SPOKEN_PERIODS = {"半年": "P6M", "季度": "P3M", "季": "P3M", "月": "P1M", "两周": "P2W", "周": "P1W", "年": "P1Y"}


def set_value(policy: Policy, path: str, raw: object) -> Policy:
    """`policy` with the value at `path` (see `paths`) replaced by `raw`, everything else kept.

    `raw` may be a typed value, plain TOML data, or text as a form sends it (`2 小时`, `PT2H`, `1,000`,
    `是`, `a、b`); empty text or None leaves an optional key out. Raises PolicyError when there is no such
    place or the document would no longer hold together.
    """
    return set_values(policy, {path: raw})


def set_values(policy: Policy, values: Mapping[str, object]) -> Policy:
    """As `set_value`, for several places at once: only the result as a whole has to hold together."""
    data = plain(policy)
    for path, raw in values.items():
        try:
            keys = absolute(policy, path)
        except PathError as error:
            raise PolicyError([Problem("no_such_path", path[:300], str(error))]) from None
        table, key = _table_at(data, policy, keys)
        value = _read(raw, annotation_at(policy, keys), written(keys))
        if value is None and isinstance(table, dict):
            table.pop(str(key), None)
        elif value is None:
            raise PolicyError([Problem("blank", written(keys), "an item of a list cannot be left out here")])
        else:
            table[key] = value
    return policy_of(data)


def read_field(model: type[Section], key: str, raw: object) -> Any:
    """What a form sends for one key of a table that is still to be made, as plain TOML data; None for left out."""
    info = next(info for name, info in model.model_fields.items() if (info.alias or name) == key)
    return _read(raw, info.annotation, key)


def remove_item(policy: Policy, path: str) -> Policy:
    """`policy` without the rule, step or item at `path` (`N-2a`, `N-2a.escalate[1]`)."""
    try:
        keys = absolute(policy, path)
    except PathError as error:
        raise PolicyError([Problem("no_such_path", path[:300], str(error))]) from None
    data = plain(policy)
    table, key = _table_at(data, policy, keys)
    if isinstance(table, list):
        del table[int(key)]
    else:
        table.pop(str(key), None)
    return policy_of(data)


def add_item(policy: Policy, path: str, item: dict[str, Any]) -> Policy:
    """`policy` with `item` (plain TOML data) at the end of the list at `path` (`deadline`, `N-2a.escalate`)."""
    try:
        keys = absolute(policy, path)
        current = follow(policy, keys)
    except PathError as error:
        raise PolicyError([Problem("no_such_path", path[:300], str(error))]) from None
    if not isinstance(current, tuple):
        raise PolicyError([Problem("no_list", written(keys), "this is not a list")])
    data = plain(policy)
    table, key = _table_at(data, policy, keys)
    table[key] = [*plain(current), item]
    return policy_of(data)


def _table_at(data: Any, policy: Policy, keys: tuple[str | int, ...]) -> tuple[Any, str | int]:
    """The plain table or list that holds the last key; tables left out as default are made."""
    for place, key in enumerate(keys[:-1]):
        if isinstance(key, str) and key not in data:
            data[key] = plain(follow(policy, keys[: place + 1]))
        data = data[key]
    return data, keys[-1]


def annotation_at(policy: Policy, keys: tuple[str | int, ...]) -> Any:
    """The declared type at a path, or None inside conditions, which take any value."""
    parent = follow(policy, keys[:-1])
    if isinstance(parent, Section):
        field = field_of(parent, str(keys[-1]))
        return type(parent).model_fields[field].annotation if field is not None else None
    if isinstance(parent, tuple):
        outer = bare(annotation_at(policy, keys[:-1]))
        inner = get_args(outer)
        return inner[0] if inner else None
    return None


def bare(annotation: Any) -> Any:
    """Without `Annotated` and `| None`."""
    while True:
        if hasattr(annotation, "__metadata__"):
            annotation = annotation.__origin__
        elif get_origin(annotation) in (Union, UnionType):
            kept = [one for one in get_args(annotation) if one is not NoneType]
            if len(kept) != 1:
                return annotation
            annotation = kept[0]
        else:
            return annotation


def _read(raw: object, annotation: Any, path: str) -> Any:
    if not isinstance(raw, str):
        return None if raw is None else _plain_or_refuse(raw, path)
    text = unicodedata.normalize("NFKC", raw).strip()
    kind = bare(annotation)
    if text == "":
        return None
    reader = _READERS.get(kind)
    if reader is not None:
        try:
            return reader(text)
        except (ValueError, InvalidOperation):
            # The model says in its own words what is wrong with it.
            return raw.strip()
    if get_origin(kind) is tuple:
        inner = get_args(kind)[0]
        parts = [part for part in re.split(r"\s*[,，、;；\n]\s*", raw.strip()) if part]
        return [_read(part, inner, path) for part in parts]
    return raw.strip()


def _plain_or_refuse(raw: object, path: str) -> Any:
    try:
        return plain(raw)
    except TypeError as error:
        raise PolicyError([Problem("value_type", path, str(error))]) from None


def _number(text: str) -> int | float:
    number = Decimal(text.replace(",", "").replace(" ", "").removesuffix("%"))
    if not number.is_finite() or abs(number) > Decimal(10) ** 18:
        raise ValueError(text)
    return int(number) if number == number.to_integral_value() else float(number)


def _whole(text: str) -> int:
    return int(text.replace(",", ""))


def _flag(text: str) -> bool:
    known = {"true": True, "on": True, "1": True, "是": True, "false": False, "off": False, "0": False, "否": False}
    if text.lower() not in known:
        raise ValueError(text)
    return known[text.lower()]


def _duration(text: str) -> str:
    """ISO text as it is; spoken text (`2 小时`, `1 天 12 小时`, `季度`, `2 hours`) as ISO text."""
    if text in _SPOKEN_PERIODS:
        return _SPOKEN_PERIODS[text]
    if text.lower() in ("即时", "立即", "at once"):
        return "PT0S"
    text = text.replace("两", "二")
    text = _NUMERALS.sub(lambda found: str(_DIGITS.index(found.group()) + 1), text)
    pairs = _SPOKEN_PARTS.findall(text)
    if pairs and not _SPOKEN_PARTS.sub("", text).strip():
        units = [(number, _SPOKEN[chinese or english.lower()]) for number, chinese, english in pairs]
        days = "".join(f"{number}{unit}" for number, unit in units if unit in "YMWD")
        hours = "".join(f"{number}{unit.upper()}" for number, unit in units if unit in "Hm")
        return f"P{days}" + (f"T{hours}" if hours else "")
    return text.upper()


_READERS: dict[Any, Any] = {
    Decimal: _number,
    int: _whole,
    bool: _flag,
    Duration: _duration,
    dt.date: dt.date.fromisoformat,
}
