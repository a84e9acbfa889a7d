"""Filling tables first and their indexes after: millions of rows one by one into thirty indexes take an hour, sorted once they take minutes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection

# What a filling process may keep of the database in memory (KiB), so that a page is written once and not many times.
CACHE = 2_000_000


@contextmanager
def put_off() -> Iterator[None]:
    """Inside, the tables of a SQLite database have no indexes but those of their keys; afterwards all as before.

    PostgreSQL fills by `COPY` and is left as it is.
    """
    if connection.vendor != "sqlite":
        yield
        return
    with connection.cursor() as cursor:
        (before,) = cursor.execute("PRAGMA cache_size").fetchone()
        cursor.execute(f"PRAGMA cache_size=-{CACHE}")
        cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL")
        indexes = cursor.fetchall()
        for name, _sql in indexes:
            cursor.execute(f'DROP INDEX "{name}"')
    yield
    with connection.cursor() as cursor:
        for _name, sql in indexes:
            cursor.execute(sql)
        cursor.execute(f"PRAGMA cache_size={before}")
