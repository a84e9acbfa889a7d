"""The document as plain data again: what has to be written down, in the order it is written in.

A value equal to its default is left out, except the few keys that a reader of a rule looks for, so
that two documents of the same meaning give the same text.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from decimal import Decimal
from functools import cache
from typing import Any

from pydantic_core import PydanticUndefined

from weixi.policy.document.base import Section
from weixi.policy.document.clauses import Clause
from weixi.policy.document.durations import Duration
from weixi.policy.document.rules import Cadence, Deadline, Escalation, Node, PolicyHeader, Rule
from weixi.policy.document.section import Inline

ALWAYS: dict[type[Section], frozenset[str]] = {
    PolicyHeader: frozenset({"timezone", "currency"}),
    Deadline: frozenset({"clock", "assignee"}),
    Cadence: frozenset({"times", "assignee"}),
    Node: frozenset({"assignee"}),
}
RULE_ORDER = (
    "clause",
    "title",
    "opens_on",
    "date",
    "festival",
    "lunar",
    "where",
    "closes_on",
    "withdraws_on",
    "pauses_on",
    "resumes_on",
    "same",
    "match",
    "measure",
    "every",
    "times",
    "mode",
    "after",
    "within",
    "due_from",
    "clock",
    "before",
    "grace",
    "on",
    "qualifies",
    "assignee",
    "priority",
    "escalate",
    "source",
)
CITATION = ("clause", "basis", "source", "proposal")


def fields_in_order(model: Section) -> Iterator[tuple[str, Any]]:
    """(key, value) of what is to be written of one table, plain values before tables."""
    kept = [
        (key, value)
        for name, key, is_written in _layout(type(model))
        if (value := getattr(model, name)) is not None and is_written(value)
    ]
    tables = [pair for pair in kept if is_table(pair[1])]
    if tables:
        yield from (pair for pair in kept if not is_table(pair[1]))
        yield from tables
    else:
        yield from kept


@cache
def _layout(kind: type[Section]) -> tuple[tuple[str, str, Callable[[Any], bool]], ...]:
    """(attribute, key, whether a value of it is written) of each field of a kind of table, in the order of the text."""
    names = list(kind.model_fields)
    if issubclass(kind, Rule):
        names.sort(key=lambda name: RULE_ORDER.index(name) if name in RULE_ORDER else len(RULE_ORDER))
    elif not issubclass(kind, Clause):
        names.sort(key=lambda name: CITATION.index(name) if name in CITATION else -1)
    return tuple((name, kind.model_fields[name].alias or name, _written(kind, name)) for name in names)


def _written(kind: type[Section], name: str) -> Callable[[Any], bool]:
    info = kind.model_fields[name]
    if info.default_factory is not None and name not in ALWAYS.get(kind, ()):
        return bool
    if name in ALWAYS.get(kind, ()) or info.default is PydanticUndefined:
        return lambda value: True
    default = info.default
    return lambda value: bool(value != default)


def is_inline(value: Any) -> bool:
    """True for tables that are written on one line."""
    return isinstance(value, Inline | Escalation)


def is_table(value: Any) -> bool:
    """True for what needs a header of its own: a table, a list of tables, tables by name."""
    if isinstance(value, Section):
        return not is_inline(value)
    if isinstance(value, tuple):
        return bool(value) and is_table(value[0])
    return isinstance(value, dict) and any(isinstance(item, Section) for item in value.values())


def plain(value: Any) -> Any:
    """`value` as TOML would give it: dicts, lists, text, numbers, dates."""
    if isinstance(value, Section):
        return {key: plain(item) for key, item in fields_in_order(value)}
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, tuple | list):
        return [plain(item) for item in value]
    if isinstance(value, Duration):
        return value.text
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, dt.date | str | bool | int | float):
        return value
    raise TypeError(f"{type(value).__name__} cannot stand in a policy")
