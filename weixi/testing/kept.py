"""What many tests begin with is made once per process by the services and afterwards put back as rows.

    cast = kept("cast", make_cast)                   # in an empty database: the fixed company
    version = kept("standard", install_the_policy)   # and on top of it

The first call runs `build` and remembers what it added: the rows of every table, the files below
`MEDIA_ROOT`, the value it gave. A later call that finds the database in the very same state as that first one
did puts the same rows in and gives a fresh copy of the value; in any other state, with the clock standing elsewhere or
in another language, `build` runs again. So a test cannot tell the difference, except by the time it takes.

The state is told by number and highest key of each table's rows; as every change is an event with an id made by
chance, two different pasts do not look alike.
"""

from __future__ import annotations

import pickle
from collections.abc import Callable, Container, Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar, cast

from django.apps import apps
from django.conf import settings
from django.core.management.color import no_style
from django.db import connection, transaction
from django.db.models import Model
from django.utils.translation import get_language

from weixi.kernel import clock
from weixi.kernel.events import guard

T = TypeVar("T")
State = tuple[tuple[Any, ...], ...]
Rows = dict[Any, tuple[Any, ...]]
# Rows of all tables, by table and key.
Content = dict[str, Rows]
# Filled after every migrate, and read from memory ever after.
OF_MIGRATE = frozenset({"django_content_type", "auth_permission"})


@dataclass(frozen=True)
class Made:
    """What `build` added to the state it found."""

    gone: dict[str, list[Any]]
    rows: dict[str, list[tuple[Any, ...]]]
    files: dict[str, bytes]
    value: bytes


# What was made under a clock or on a past that no other test has is never asked for again.
MOST = 200
_kept: dict[tuple[Any, ...], Made] = {}


def kept(name: str, build: Callable[[], T]) -> T:
    """What `build` gives, with everything it writes; see above. `name` stands for what `build` does."""
    key = (name, get_language(), _standing_clock(), state())
    made = _kept.get(key)
    if made is None:
        made = _make(build)
        if made is None:
            raise AssertionError(f"{name} takes entries out of the log: that cannot be kept")
        if len(_kept) >= MOST:
            _kept.clear()
        _kept[key] = made
    else:
        put(made)
    return cast(T, pickle.loads(made.value))


def tables() -> dict[str, type[Model]]:
    """Every table of the models, with its model."""
    return {model._meta.db_table: model for model in apps.get_models(include_auto_created=True) if model._meta.managed}


def state() -> State:
    """Number and highest key of each table's rows; one query."""
    parts = (f"SELECT '{table}', count(*), CAST(max({_key(model)}) AS text) FROM \"{table}\""
             for table, model in tables().items())  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(parts))
        return tuple(tuple(row) for row in cursor.fetchall())


def content(only: Container[str] | None = None) -> Content:
    """Every row of every table or of `only` these, as it is stored."""
    found: Content = {}
    # An expression has no declared type, so that SQLite's driver converts nothing.
    stored = "+" if connection.vendor == "sqlite" else ""
    with connection.cursor() as cursor:
        for table, model in tables().items():
            if only is not None and table not in only:
                continue
            names = _columns(model)
            place = names.index(str(model._meta.pk.column))
            listed = ", ".join(f"{stored}{name}" for name in names_quoted(names))
            cursor.execute(f'SELECT {listed} FROM "{table}" ORDER BY {_key(model)}')
            if rows := cursor.fetchall():
                found[table] = {row[place]: tuple(row) for row in rows}
    return found


def put(made: Made) -> None:
    """Write what was made into a database that is in the state it was made on."""
    # References are looked at when a transaction ends: rows may come before those they point to.
    with transaction.atomic(), connection.cursor() as cursor:
        _write(cursor, made.gone, made.rows)
        # Rows with keys of their own do not move PostgreSQL's counters.
        _count_on(cursor, made.rows)
    put_files(made.files)


def go_to(wanted: Content, kept_files: dict[str, bytes] | None = None) -> None:
    """Bring the database from wherever it is to this content, and keys to where they stood; outside a transaction.

    What post_migrate makes (content types, permissions) stays. The log's protection is off meanwhile.
    """
    filled = {str(table) for table, number, _highest in state() if number}
    wanted = {table: rows for table, rows in wanted.items() if table not in OF_MIGRATE}
    emptied = filled - wanted.keys() - OF_MIGRATE
    gone, rows = difference(content(wanted), wanted)
    guarded = not (gone.keys() | emptied).isdisjoint(guard.PROTECTED)
    if guarded:
        guard.lift(connection)
    with transaction.atomic(), connection.cursor() as cursor:
        for table in sorted(emptied):
            cursor.execute(f'DELETE FROM "{table}"')
        _write(cursor, gone, rows)
        if connection.vendor == "sqlite":
            # Counted on by itself, and never back.
            cursor.execute("DELETE FROM sqlite_sequence")
        _count_on(cursor, emptied | wanted.keys())
    if guarded:
        guard.install(connection)
    put_files(kept_files or {})


def _write(cursor: Any, gone: dict[str, list[Any]], rows: dict[str, list[tuple[Any, ...]]]) -> None:
    models = tables()
    for table, keys in gone.items():
        cursor.executemany(f'DELETE FROM "{table}" WHERE {_key(models[table])} = %s', [(key,) for key in keys])
    for table, added in rows.items():
        names = names_quoted(_columns(models[table]))
        places = ", ".join(["%s"] * len(names))
        cursor.executemany(f'INSERT INTO "{table}" ({", ".join(names)}) VALUES ({places})', added)


def _count_on(cursor: Any, changed: Iterable[str]) -> None:
    """Let PostgreSQL count on behind the highest key of each of these tables."""
    models = tables()
    for statement in connection.ops.sequence_reset_sql(no_style(), [models[table] for table in sorted(changed)]):
        cursor.execute(statement)


def put_files(found: dict[str, bytes]) -> None:
    root = Path(settings.MEDIA_ROOT)
    for name, data in found.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)


def difference(before: Content, after: Content) -> tuple[dict[str, list[Any]], dict[str, list[tuple[Any, ...]]]]:
    """(keys to take out, rows to put in) per table that lead from one content to the other."""
    gone: dict[str, list[Any]] = {}
    rows: dict[str, list[tuple[Any, ...]]] = {}
    for table in tables():
        old, new = before.get(table, {}), after.get(table, {})
        if left := [key for key, row in old.items() if new.get(key) != row]:
            gone[table] = left
        if added := [row for key, row in new.items() if old.get(key) != row]:
            rows[table] = added
    return gone, rows


def names_quoted(names: list[str]) -> list[str]:
    return [f'"{name}"' for name in names]


def _make(build: Callable[[], Any]) -> Made | None:
    before, there = content(), files()
    value = build()
    gone, rows = difference(before, content())
    if not gone.keys().isdisjoint(guard.PROTECTED):
        return None
    return Made(gone, rows, new_files(there), pickle.dumps(value))


def files() -> dict[str, tuple[int, int]]:
    """Size and time of every file below `MEDIA_ROOT`."""
    root = Path(settings.MEDIA_ROOT)
    stats = {str(path.relative_to(root)): path.stat() for path in root.rglob("*") if path.is_file()}
    return {name: (stat.st_size, stat.st_mtime_ns) for name, stat in stats.items()}


def new_files(before: dict[str, tuple[int, int]]) -> dict[str, bytes]:
    """The content of the files that are new or other since `before`."""
    root = Path(settings.MEDIA_ROOT)
    return {name: (root / name).read_bytes() for name, stat in files().items() if before.get(name) != stat}


def _standing_clock() -> datetime | None:
    """Where the clock was put; None while it runs."""
    return clock._frozen.get()


def _columns(model: type[Model]) -> list[str]:
    return [str(field.column) for field in model._meta.concrete_fields]


def _key(model: type[Model]) -> str:
    return f'"{model._meta.pk.column}"'
