"""The floor: the same rows by plain SQL, drawn as a bare table by the same template engine, or written
by plain inserts. What a page costs beyond that is what it gives beyond that."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable, Sequence
from itertools import zip_longest
from pathlib import Path
from typing import Any

from django.db import connection, transaction
from django.template import Context, Engine

from bench.http import measured

_TABLE = Engine().from_string(
    "<!doctype html><html><body><table>{% for row in rows %}<tr>{% for cell in row %}<td>{{ cell }}</td>"
    "{% endfor %}</tr>{% endfor %}</table></body></html>"
)

Query = tuple[str, Sequence[Any]]
# Rows as the database gives them -> cells as the page says them.
Words = Callable[[list[tuple[Any, ...]]], Sequence[Sequence[Any]]]


def rows_of(sql: str, parameters: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return list(cursor.fetchall())


def drawn(queries: Sequence[Query], repeats: int, words: Sequence[Words] = ()) -> dict[str, float]:
    """Time of asking these queries and drawing every row of theirs as one bare table each; `words` say per query
    what the cells read (default: the values as they come)."""

    def draw() -> int:
        count = 0
        for (sql, parameters), say in zip_longest(queries, words, fillvalue=list):
            rows = rows_of(sql, parameters)
            _TABLE.render(Context({"rows": say(rows)}, autoescape=True))
            count += len(rows)
        return count

    return measured(draw, lambda count: count >= 0, repeats)


def commit(statements: Sequence[Query]) -> bool:
    """These statements in one transaction."""
    with transaction.atomic(), connection.cursor() as cursor:
        for sql, parameters in statements:
            cursor.execute(sql, parameters)
    return True


def inserted_per_s(rows: list[tuple[str, ...]], columns: int, folder: Path) -> float:
    """Rows per second of a plain bulk insert of the same cells into a table with one index: `executemany`
    into a fresh SQLite file, `COPY` on PostgreSQL."""
    names = ", ".join(f"c{n} text" for n in range(columns))
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(f"CREATE TEMP TABLE bench_cells ({names})")
            cursor.execute("CREATE INDEX ON bench_cells (c0)")
            began = time.perf_counter()
            with cursor.copy("COPY bench_cells FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(row)
            return len(rows) / (time.perf_counter() - began)
    path = folder / "cells.sqlite3"
    path.unlink(missing_ok=True)
    database = sqlite3.connect(path)
    database.execute("PRAGMA journal_mode=WAL")
    database.execute("PRAGMA synchronous=NORMAL")
    database.execute(f"CREATE TABLE cells ({names})")
    database.execute("CREATE INDEX first ON cells (c0)")
    began = time.perf_counter()
    database.executemany(f"INSERT INTO cells VALUES ({', '.join('?' * columns)})", rows)
    database.commit()
    spent = time.perf_counter() - began
    database.close()
    path.unlink()
    return len(rows) / spent
