"""Texts that begin so, found through the index that orders the column."""

from __future__ import annotations

from django.db import connection
from django.db.models import Q

_LAST = chr(0x10FFFF)


def begins(name: str, text: str) -> Q:
    """The rows whose `name` (indexed, compared exactly) begins with `text`.

    SQLite takes its index for a range and not for LIKE; PostgreSQL's order is the language's, so there it is LIKE,
    with the index Django makes for it.
    """
    if connection.vendor == "sqlite":
        return Q(**{f"{name}__gte": text, f"{name}__lt": text + _LAST})
    return Q(**{f"{name}__startswith": text})
