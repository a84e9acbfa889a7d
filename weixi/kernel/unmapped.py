"""How a long work reads SQLite's file."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection


@contextmanager
def unmapped() -> Iterator[None]:
    """Have SQLite read the file through its cache, which has a size, for the block. Otherwise the file is laid into the
    process's memory: good for pages, but of work that goes through much of it all that was looked at stays there.
    """
    if connection.vendor != "sqlite":
        yield
        return
    connection.ensure_connection()
    database: Any = connection.connection
    (before,) = database.execute("PRAGMA mmap_size").fetchone() or (0,)
    database.execute("PRAGMA mmap_size=0").fetchall()
    try:
        yield
    finally:
        database.execute(f"PRAGMA mmap_size={before}").fetchall()
