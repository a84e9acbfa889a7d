"""Writing very many rows: like `bulk_create` and `bulk_update`, several times as quick, for plain rows alone.

The ORM prepares each value of each row by several calls; here the columns that need it are known once
per table, and the rest goes to the driver as it is: `executemany` on SQLite, `COPY` on PostgreSQL.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from decimal import Decimal
from functools import lru_cache, partial
from operator import attrgetter
from typing import Any

from django.db import connection, models

# Below this the ORM is quick enough.
FEW = 20
_PLAIN = (models.CharField, models.TextField, models.IntegerField, models.BooleanField)


def insert_rows(rows: Sequence[models.Model]) -> None:
    """Insert unsaved objects of one model inside a transaction; their keys are set as by `bulk_create`.

    Values must already have their field's type (a Decimal, an aware moment): nothing is converted from
    text and nothing is checked. Raises IntegrityError as the database does.
    """
    if not rows:
        return
    model = type(rows[0])
    if len(rows) < FEW:
        model._default_manager.bulk_create(rows)
        return
    if model._meta.pk is not None and model._meta.pk.attname in {f.attname for f in _auto(model)}:
        for row, key in zip(rows, _next_keys(model, len(rows)), strict=True):
            row.pk = key
    columns, read, converters = _shape(model, connection.vendor)
    values: list[Any] = [read(row) for row in rows]
    if converters:
        values = [_converted(value, converters) for value in values]
    _write(model, columns, values)
    for row in rows:
        row._state.adding, row._state.db = False, connection.alias


def update_rows(rows: Sequence[models.Model], names: Sequence[str]) -> None:
    """Write these columns (attribute names, `owner_id`) of stored rows of one model, found by their keys.

    As `bulk_update`, without its growing CASE expressions: one prepared statement, however many rows.
    """
    if not rows:
        return
    model = type(rows[0])
    assert model._meta.pk is not None
    columns, read, converters = _part(model, (*names, model._meta.pk.attname), connection.vendor)
    quote = connection.ops.quote_name
    sets = ", ".join(f"{quote(column)} = %s" for column in columns[:-1])
    statement = f"UPDATE {quote(model._meta.db_table)} SET {sets} WHERE {quote(columns[-1])} = %s"  # noqa: S608
    with connection.cursor() as cursor:
        cursor.executemany(statement, [_converted(read(row), converters) for row in rows])


def _auto(model: type[models.Model]) -> list[Any]:
    return [field for field in model._meta.concrete_fields if isinstance(field, models.AutoField | models.BigAutoField)]


def _next_keys(model: type[models.Model], count: int) -> Sequence[int]:
    """Keys for new rows. SQLite has one writer, who holds the file here; PostgreSQL's sequence gives them."""
    table = model._meta.db_table
    column = model._meta.pk.column if model._meta.pk is not None else "id"
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "SELECT nextval(pg_get_serial_sequence(%s, %s)) FROM generate_series(1, %s)", [table, column, count]
            )
            return [row[0] for row in cursor.fetchall()]
        # Keys of deleted rows are not given again either: AUTOINCREMENT remembers the highest ever.
        cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = %s", [table])
        found = cursor.fetchone()
        last = found[0] if found else 0
    return range(last + 1, last + 1 + count)


def _decimal(value: Decimal | int | str, places: int) -> str:
    return f"{value:.{places}f}" if isinstance(value, Decimal | int) else str(value)


def _moment(value: datetime) -> Any:
    return connection.ops.adapt_datetimefield_value(value)


def _prepared(field: Any, value: Any) -> Any:
    return field.get_db_prep_save(value, connection)


@lru_cache(maxsize=64)
def _shape(
    model: type[models.Model], vendor: str
) -> tuple[list[str], Callable[[Any], tuple[Any, ...]], dict[int, Callable[[Any], Any]]]:
    """Columns, a reader of one row, and what to do with the columns whose value the driver cannot take."""
    return _reading(list(model._meta.concrete_fields), vendor)


@lru_cache(maxsize=64)
def _part(
    model: type[models.Model], names: tuple[str, ...], vendor: str
) -> tuple[list[str], Callable[[Any], tuple[Any, ...]], dict[int, Callable[[Any], Any]]]:
    """The same for some columns, in the order given (two at least)."""
    fields = {field.attname: field for field in model._meta.concrete_fields}
    return _reading([fields[name] for name in names], vendor)


def _reading(
    fields: Sequence[Any], vendor: str
) -> tuple[list[str], Callable[[Any], tuple[Any, ...]], dict[int, Callable[[Any], Any]]]:
    converters: dict[int, Callable[[Any], Any]] = {}
    for place, field in enumerate(fields):
        target: Any = field
        while isinstance(target, models.ForeignKey):
            target = target.target_field
        if isinstance(target, _PLAIN):
            continue
        if isinstance(target, models.DateTimeField):
            if vendor == "sqlite":
                converters[place] = _moment
        elif isinstance(target, models.DecimalField):
            if vendor == "sqlite":
                converters[place] = partial(_decimal, places=target.decimal_places)
        else:
            converters[place] = partial(_prepared, field)
    return [field.column for field in fields], attrgetter(*(field.attname for field in fields)), converters


def _converted(value: tuple[Any, ...], converters: dict[int, Callable[[Any], Any]]) -> list[Any]:
    row = list(value)
    for place, convert in converters.items():
        if row[place] is not None:
            row[place] = convert(row[place])
    return row


def _write(model: type[models.Model], columns: list[str], values: list[Any]) -> None:
    quote = connection.ops.quote_name
    table, names = quote(model._meta.db_table), ", ".join(map(quote, columns))
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.copy(f"COPY {table} ({names}) FROM STDIN") as copy:
                for row in values:
                    copy.write_row(row)
            return
        marks = ", ".join(["%s"] * len(columns))
        cursor.executemany(f"INSERT INTO {table} ({names}) VALUES ({marks})", values)  # noqa: S608
