"""Whether a request left the database as it was: one digest per table, of this process's database or of a served one."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Callable, Iterable
from contextlib import closing
from pathlib import Path
from typing import Any

from django.apps import apps
from django.db import connection

# Kept by logging in and by using a token, not by what was asked for; and the record of who looked at what.
PASSED_OVER = {"django_session", "organisation_loginfailure", "customers_recordview"}
COLUMNS_PASSED_OVER = {"organisation_apitoken": {"last_used_at"}, "organisation_user": {"last_login"}}


def fingerprint() -> dict[str, str]:
    """Table -> digest of all its rows."""
    with connection.cursor() as cursor:

        def rows(question: str) -> Any:
            cursor.execute(question)
            return cursor.fetchall()

        return _digests(rows, connection.introspection.table_names(cursor))


def fingerprint_of(file: Path) -> dict[str, str]:
    """The same of an SQLite database that another process writes to."""
    with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as database:

        def rows(question: str) -> Any:
            return database.execute(question).fetchall()

        return _digests(rows, [name for (name,) in rows("SELECT name FROM sqlite_master WHERE type = 'table'")])


def changed_tables(before: dict[str, str]) -> list[str]:
    """The tables that differ from `before`."""
    return differing(before, fingerprint())


def differing(before: dict[str, str], now: dict[str, str]) -> list[str]:
    """The tables whose digest is another one."""
    return sorted(name for name in before if before[name] != now.get(name))


def _digests(rows: Callable[[str], Any], there: Iterable[str]) -> dict[str, str]:
    # An index that only one of the databases has is a table of that one alone.
    tables, found = set(there), {}
    for model in apps.get_models(include_auto_created=True):
        table = model._meta.db_table
        if table in PASSED_OVER or table not in tables:
            continue
        left_out = COLUMNS_PASSED_OVER.get(table, set())
        names = [column.column for column in model._meta.concrete_fields if column.column not in left_out]
        quoted = ", ".join(f'"{name}"' for name in names)
        kept = rows(f'SELECT {quoted} FROM "{table}" ORDER BY "{model._meta.pk.column}"')
        found[table] = hashlib.sha256(repr(kept).encode()).hexdigest()
    return found
