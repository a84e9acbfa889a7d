"""Marks of what rarely changes: the policy, the holidays, the company's own fields.

A process keeps what it worked out from them under their mark, and a page asks for the marks of all of them in one
small query: a change is seen by the very next request, in every process, without anybody being told.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from django.db import connection

from weixi.kernel.asked import asking_once, once

Mark = tuple[tuple[Any, ...], ...]
P = ParamSpec("P")
T = TypeVar("T")
# How many states of one thing a process keeps: the one that holds, and those about to.
STATES = 8
_questions: dict[str, str] = {}
_memories: list[OrderedDict[Any, Any]] = []


def register(code: str, sql: str) -> None:
    """Let `mark_of(code)` ask this: a SELECT of five columns without parameters — a number, text, moment, text,
    moment — whose rows differ after every change."""
    _questions[code] = sql


def mark_of(code: str) -> Mark:
    """The rows of that question, in no order that means anything but always the same one."""
    if asking_once():
        return once("marks", lambda: _read(tuple(_questions))).get(code, ())
    return _read((code,)).get(code, ())


def remembered(*codes: str) -> Callable[[Callable[P, T]], Callable[P, T]]:
    """A function whose answer follows from its arguments and from what these marks tell apart: it is worked out
    once per process and state, and must not be changed by who gets it."""

    def around(work_out: Callable[P, T]) -> Callable[P, T]:
        known: OrderedDict[Any, T] = OrderedDict()
        _memories.append(known)

        @wraps(work_out)
        def answer(*args: P.args, **kwargs: P.kwargs) -> T:
            key = (*(mark_of(code) for code in codes), args, tuple(kwargs.items()))
            if key not in known:
                known[key] = work_out(*args, **kwargs)
                while len(known) > STATES:
                    known.popitem(last=False)
            return known[key]

        return answer

    return around


def forget() -> None:
    """Forget what was worked out. For tests, whose worlds may bear the same marks: they stand at one moment."""
    for known in _memories:
        known.clear()


def _read(codes: tuple[str, ...]) -> dict[str, Mark]:
    # Some parts are written by several rows: a name each, then the rows in the order of their numbers.
    parts = [f"SELECT '{code}', asked.* FROM ({_questions[code]}) asked" for code in codes]  # noqa: S608 - ours
    found: dict[str, list[tuple[Any, ...]]] = {}
    with connection.cursor() as cursor:
        cursor.execute(f"{' UNION ALL '.join(parts)} ORDER BY 1, 2")
        for code, *row in cursor.fetchall():
            found.setdefault(code, []).append(tuple(row))
    return {code: tuple(rows) for code, rows in found.items()}
