"""The canonical text of a document: the same policy always gives the same bytes."""

from __future__ import annotations

import datetime as dt
import re
from decimal import Decimal
from typing import Any

from weixi.policy.document.base import Section
from weixi.policy.document.durations import Duration
from weixi.policy.document.plain import fields_in_order, is_table
from weixi.policy.document.policy import Policy

_ESCAPED = re.compile(r'[\\"\x00-\x1f\x7f]')
_BARE = re.compile(r"[A-Za-z0-9_-]+")
_SHORT = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\t": "\\t", "\r": "\\r", "\b": "\\b", "\f": "\\f"}


def dump_policy(policy: Policy) -> str:
    """The document as TOML text, one blank line between tables; `load_policy` of it is equal to `policy`."""
    blocks: list[str] = []
    _table(policy, "", blocks, header=None)
    return "\n".join(blocks)


def _table(model: Section, path: str, blocks: list[str], header: str | None) -> None:
    lines: list[str] = []
    tables: list[tuple[str, Any]] = []
    for key, value in fields_in_order(model):
        if is_table(value):
            tables.append((key, value))
        else:
            lines.append(f"{_key(key)} = {_value(value)}\n")
    if header is not None and (lines or not tables or header.startswith("[[")):
        lines.insert(0, header + "\n")
    if lines:
        blocks.append("".join(lines))
    for key, value in tables:
        place = f"{path}.{_key(key)}" if path else _key(key)
        if isinstance(value, Section):
            _table(value, place, blocks, header=f"[{place}]")
        elif isinstance(value, tuple):
            for item in value:
                _table(item, place, blocks, header=f"[[{place}]]")
        else:
            for name, item in value.items():
                inner = f"{place}.{_key(name)}"
                _table(item, inner, blocks, header=f"[{inner}]")


def _key(name: str) -> str:
    return name if _BARE.fullmatch(name) else _text(name)


def _text(value: str) -> str:
    return f'"{_ESCAPED.sub(_escape, value)}"'


def _escape(found: re.Match[str]) -> str:
    return _SHORT.get(found[0]) or f"\\u{ord(found[0]):04X}"


def _number(value: Decimal) -> str:
    if value == value.to_integral_value():
        return str(int(value))
    return format(value.normalize(), "f")


def _value(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, Duration):
        return _text(value.text)
    if isinstance(value, Decimal):
        return _number(value)
    if isinstance(value, int | float):
        return repr(value)
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, Section):
        return _inline(dict(fields_in_order(value)))
    if isinstance(value, dict):
        return _inline(value)
    items = [_value(item) for item in value]
    spaced = bool(value) and isinstance(value[0], Section)
    return f"[ {', '.join(items)} ]" if spaced else f"[{', '.join(items)}]"


def _inline(pairs: dict[str, Any]) -> str:
    if not pairs:
        return "{}"
    return "{ " + ", ".join(f"{_key(key)} = {_value(value)}" for key, value in pairs.items()) + " }"
