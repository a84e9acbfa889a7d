"""The floor: the same rows by plain SQL, drawn as a bare table by the same template engine, or written
by plain inserts. What a page costs beyond that is what it gives beyond that."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable, Sequence
from itertools import zip_longest
from pathlib import Path
from typing import Any

from django.db import connection, models, transaction
from django.template import Context, Engine

from bench.http import measured
from bench.tables import write
from weixi.customers.models import Customer, Registration
from weixi.duties.models import DutyClock
from weixi.kernel.events.models import Event, EventPersonal
from weixi.kernel.search.models import SearchEntry

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


# What an import leaves of a customer: table, the column that leads to it, and what has to differ in a second
# writing. The search index follows its entries by the database's own triggers, here as there.
_LEFT: tuple[tuple[type[models.Model], str, dict[str, str]], ...] = (
    (Customer, "id", {"id": "id + {shift}", "number": "number || '*'"}),
    (Registration, "customer_id", {"customer_id": "customer_id + {shift}"}),
    (Event, "customer_id", {"seq": "seq + {shift}", "id": "id || '*'", "customer_id": "customer_id + {shift}"}),
    (EventPersonal, "event_id", {"event_id": "event_id + {shift}"}),
    (SearchEntry, "customer_id", {name: f"{name} + {{shift}}" for name in ("id", "object_id", "customer_id")}),
    (DutyClock, "customer_id", {"customer_id": "customer_id + {shift}"}),
)
_SHIFT = 1_000_000_000


def rewritten_per_s(first: int, last: int) -> float:
    """Customers per second when all rows that stand in the tables for customers `first` to `last` are written
    once more under other keys: one bulk insert per table, with its indexes; rolled back afterwards."""
    made: list[tuple[str, list[str], list[Any]]] = []
    for model, column, other in _LEFT:
        columns = [str(field.column) for field in model._meta.concrete_fields]
        asked = ", ".join(other.get(name, f'"{name}"').format(shift=_SHIFT) for name in columns)
        where = f"{column} BETWEEN %s AND %s"
        if model is EventPersonal:
            where = f"event_id IN (SELECT seq FROM {Event._meta.db_table} WHERE customer_id BETWEEN %s AND %s)"
        made.append(
            (
                model._meta.db_table,
                columns,
                _raw(f"SELECT {asked} FROM {model._meta.db_table} WHERE {where}", (first, last)),
            )
        )
    began = time.perf_counter()
    with transaction.atomic():
        for table, columns, rows in made:
            write(table, columns, rows)
        spent = time.perf_counter() - began
        transaction.set_rollback(True)
    return (last - first + 1) / spent


def _raw(sql: str, parameters: Sequence[Any]) -> list[Any]:
    """Rows as the driver takes them again."""
    if connection.vendor != "sqlite":
        return rows_of(sql, parameters)
    return list(connection.connection.execute(sql.replace("%s", "?"), parameters))
