"""Key paths: `grading.threshold.value`, `deadline[3].within`, `N-2a.within`, `target[churn].value`.

The first name is a section, or else the clause of a rule (the longest that fits, for a clause may
contain dots). In brackets stands a position from 0, or the value of the item's naming field.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from weixi.policy.document.base import Section
from weixi.policy.document.policy import Policy
from weixi.policy.document.rules import Rule

NAMING = ("id", "key", "code", "letter", "grade", "role", "number", "title")
_STEP = re.compile(r"\.?([^.\[\]]+)|\[([^\[\]]+)\]")


class PathError(KeyError):
    """A path that leads nowhere in this document."""

    def __str__(self) -> str:
        return str(self.args[0])


def _steps(text: str) -> list[tuple[str, bool]]:
    """[(name, in brackets)]; raises PathError for text that is no path."""
    steps: list[tuple[str, bool]] = []
    at = 0
    while at < len(text):
        found = _STEP.match(text, at)
        if found is None or (at == 0 and text[0] == "."):
            raise PathError(f'"{text}" is no path')
        steps.append((found.group(1) or found.group(2), found.group(1) is None))
        at = found.end()
    if not steps:
        raise PathError("an empty path leads nowhere")
    return steps


def field_of(model: Section, key: str) -> str | None:
    """The attribute behind a key of the document (`class` is `classes`), or None."""
    for name, info in type(model).model_fields.items():
        if (info.alias or name) == key:
            return name
    return None


def absolute(policy: Policy, text: str) -> tuple[str | int, ...]:
    """The path as keys and positions from the top: `N-2a.within` -> ("deadline", 0, "within").

    Raises PathError when no such place is in the document. An optional value left out is a place.
    """
    if len(text) > 400:
        raise PathError("this path is too long")
    for head, rest in _starts(policy, text):
        return _walk(policy, head, rest, text)
    raise PathError(f'"{text}" is neither a section of the document nor begins with the clause of a rule')


def _starts(policy: Policy, text: str) -> Iterator[tuple[tuple[str | int, ...], list[tuple[str, bool]]]]:
    first = re.split(r"[.\[]", text, maxsplit=1)[0]
    if first and field_of(policy, first) is not None:
        yield (), _steps(text)
        return
    best: tuple[int, str, int] | None = None
    for kind in ("deadline", "cadence", "node"):
        for place, rule in enumerate(getattr(policy, kind)):
            fits = text == rule.clause or text.startswith((f"{rule.clause}.", f"{rule.clause}["))
            if fits and (best is None or len(rule.clause) > best[0]):
                best = (len(rule.clause), kind, place)
    if best is not None:
        length, kind, place = best
        rest = text[length:].removeprefix(".")
        yield (kind, place), _steps(rest) if rest else []


def _walk(
    policy: Policy, head: tuple[str | int, ...], steps: list[tuple[str, bool]], text: str
) -> tuple[str | int, ...]:
    value: Any = follow(policy, head)
    done = list(head)
    for name, bracketed in steps:
        key, value = _step(value, name, bracketed, text)
        done.append(key)
    return tuple(done)


def _step(value: Any, name: str, bracketed: bool, text: str) -> tuple[str | int, Any]:
    if isinstance(value, Section) and not bracketed:
        field = field_of(value, name)
        if field is not None:
            return name, getattr(value, field)
    if isinstance(value, dict) and name in value:
        return name, value[name]
    if isinstance(value, tuple) and bracketed:
        if name.isascii() and name.isdigit() and len(name) < 7 and int(name) < len(value):
            return int(name), value[int(name)]
        for place, item in enumerate(value):
            if isinstance(item, Section) and name_of(item) == name:
                return place, item
    raise PathError(f'"{text}" leads nowhere: there is no "{name}"')


def name_of(item: Section) -> str | None:
    """What an item of a list is called by in paths: a rule by its clause, else its naming field."""
    if isinstance(item, Rule):
        return item.clause
    for key in NAMING:
        value = getattr(item, key, None)
        if isinstance(value, str | int):
            return str(value)
    return None


def follow(policy: Policy, keys: tuple[str | int, ...]) -> Any:
    """The value at an absolute path."""
    value: Any = policy
    for key in keys:
        if isinstance(value, Section):
            field = field_of(value, str(key))
            if field is None:
                raise PathError(f'there is no "{key}"')
            value = getattr(value, field)
        else:
            value = value[key]
    return value


def resolve(policy: Policy, text: str) -> Any:
    """The value at a path as people write it. Raises PathError."""
    return follow(policy, absolute(policy, text))


def written(keys: tuple[str | int, ...]) -> str:
    """An absolute path as text: ("deadline", 3, "within") -> `deadline[3].within`."""
    out = ""
    for key in keys:
        if isinstance(key, int):
            out += f"[{key}]"
        else:
            out += f".{key}" if out else key
    return out
