"""Conditions whose values stand in the text of the statement.

SQLite takes a partial index only for a statement that says in so many words what the index's condition
says; values that come as parameters it does not see. PostgreSQL is asked the same.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from django.db.models import BooleanField, F, Func

_WORD = re.compile(r"[a-z_]+")


class Among(Func):
    """`column IN ('a', 'b')`; see `among`."""

    conditional = True
    output_field = BooleanField()
    template = "%(expressions)s IN (%(values)s)"


def among(name: str, values: Iterable[str]) -> Among:
    """The rows whose `name` is one of these words, given as the index's `condition` lists them.

    Raises ValueError for a value that is no plain word: nothing typed by people comes here.
    """
    words: list[Any] = [str(value) for value in values]
    if not all(_WORD.fullmatch(word) for word in words):
        raise ValueError(f"not all plain words: {words}")
    return Among(F(name), values=", ".join(f"'{word}'" for word in words))


class Filled(Func):
    """`column > ''`; see `filled`."""

    conditional = True
    output_field = BooleanField()
    template = "%(expressions)s > ''"


def filled(name: str) -> Filled:
    """The rows whose text column `name` is not empty, as the condition `name__gt=""` of an index says it."""
    return Filled(F(name))


class NotEmpty(Func):
    """`NOT (column = '')`; see `not_empty`."""

    conditional = True
    output_field = BooleanField()
    template = "NOT (%(expressions)s = '')"


def not_empty(name: str) -> NotEmpty:
    """The rows whose text column `name` is not empty, as the condition `~Q(name="")` of an index says it."""
    return NotEmpty(F(name))


class Equal(Func):
    """`column = 'a'`; see `equal`."""

    conditional = True
    output_field = BooleanField()
    template = "%(expressions)s = '%(value)s'"


def equal(name: str, value: str) -> Equal:
    """The rows whose `name` is this word, as the condition `Q(name=value)` of an index says it. Raises ValueError for a
    value that is no plain word: nothing typed by people comes here."""
    word: Any = str(value)
    if not _WORD.fullmatch(word):
        raise ValueError(f"no plain word: {word}")
    return Equal(F(name), value=word)
