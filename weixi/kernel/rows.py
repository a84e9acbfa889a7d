"""Writing and reading very many rows: like `bulk_create`, `bulk_update` and `values_list`, several times as
quick, for plain rows alone.

The ORM prepares each value of each row by several calls; here the columns that need it are known once
per table, and the rest goes to the driver as it is: `executemany` on SQLite, `COPY` on PostgreSQL.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Sequence
from datetime import datetime
from decimal import Decimal
from functools import lru_cache, partial
from itertools import chain
from operator import attrgetter, itemgetter
from typing import Any, TypeVar

from django.core.exceptions import EmptyResultSet
from django.db import IntegrityError, connection, models, transaction
from django.db.models import sql
from django.db.models.base import ModelState

from weixi.kernel import behind
from weixi.kernel.json_text import encoder_of
from weixi.kernel.one_of import one_of

# So few rows are one statement, which gives their keys.
FEW = 20
# Rows of one statement; SQLite takes some 32,000 parameters.
AT_ONCE = 200
MOST_PARAMETERS = 30_000
_Model = TypeVar("_Model", bound=models.Model)
_decode = json.JSONDecoder().raw_decode
_encode = encoder_of(json.JSONEncoder())
_PLAIN = (models.CharField, models.TextField, models.IntegerField, models.BooleanField)


def insert_rows(
    rows: Sequence[models.Model], *, pass_over_known: bool = False, keys: Sequence[int] | None = None
) -> None:
    """Insert unsaved objects of one model inside a transaction; their keys are set as by `bulk_create`, or are these
    `keys`, which `next_keys` gave.

    Values must already have their field's type (a Decimal, an aware moment): nothing is converted from
    text and nothing is checked. Raises IntegrityError as the database does; with `pass_over_known` a row
    whose unique key is there already is left out (which ones cannot be told from the objects).
    """
    if not rows:
        return
    model = type(rows[0])
    if pass_over_known:
        # The database gives the keys; a single row is one statement, in no transaction of its own.
        names = tuple(field.attname for field in model._meta.concrete_fields if field not in _auto(model))
        columns, read, converters = _part(model, names, connection.vendor)
        _write(model, columns, _converted([read(row) for row in rows], converters), pass_over_known)
        return
    if len(rows) < FEW and keys is None:
        _insert_few(rows)
    else:
        if model._meta.pk is not None and (attname := model._meta.pk.attname) in {f.attname for f in _auto(model)}:
            for row, key in zip(rows, next_keys(model, len(rows)) if keys is None else keys, strict=True):
                vars(row)[attname] = key
        columns, read, converters = _shape(model, connection.vendor)
        _write(model, columns, _converted([read(row) for row in rows], converters))
    alias = connection.alias
    for row in rows:
        state = row._state
        state.adding, state.db = False, alias


def _insert_few(rows: Sequence[models.Model]) -> None:
    model, quote = type(rows[0]), connection.ops.quote_name
    auto = _auto(model)
    names = tuple(field.attname for field in model._meta.concrete_fields if field not in auto)
    columns, read, converters = _part(model, names, connection.vendor)
    values = _converted([read(row) for row in rows], converters)
    marks = f"({', '.join(['%s'] * len(columns))})"
    into = f"INSERT INTO {quote(model._meta.db_table)} ({', '.join(map(quote, columns))}) VALUES "  # noqa: S608
    giving = f" RETURNING {quote(auto[0].column)}" if auto else ""
    with connection.cursor() as cursor:
        cursor.execute(into + ", ".join([marks] * len(rows)) + giving, list(chain.from_iterable(values)))
        for field in auto:
            # In the order of the rows, as both databases insert and the ORM takes them.
            for row, (key,) in zip(rows, cursor.fetchall(), strict=True):
                vars(row)[field.attname] = key


def insert_missing(rows: Sequence[_Model], unique: str) -> list[_Model]:
    """Insert those of these unsaved objects of one model whose value of `unique` (a column that stands once, and not twice
    in `rows`) no row of the table has; gives exactly these, also when others bring the same at this moment."""
    if not rows:
        return []
    manager = type(rows[0])._default_manager
    values = [getattr(row, unique) for row in rows]
    known = set(manager.filter(one_of(unique, values)).values_list(unique, flat=True))
    fresh = [row for row, value in zip(rows, values, strict=True) if value not in known]
    try:
        with transaction.atomic():
            return manager.bulk_create(fresh, batch_size=AT_ONCE)
    except IntegrityError:
        return [row for row in fresh if _inserted(row, unique)]


def _inserted(row: models.Model, unique: str) -> bool:
    """Insert one row, unless another transaction was first."""
    manager = type(row)._default_manager
    row.pk = None
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError:
        if not manager.filter(**{unique: getattr(row, unique)}).exists():
            raise
        return False
    return True


def insert_values(model: type[models.Model], names: Sequence[str], rows: Sequence[tuple[Any, ...]]) -> None:
    """As `insert_rows` without objects: each row is its values in the order of `names` (attribute names); every other
    column has its default, the same in all rows, and a key that is not given is the database's to count."""
    if not rows:
        return
    counted = _auto(model)
    others = [field for field in model._meta.concrete_fields if field.attname not in names and field not in counted]
    chosen = [*names, *(field.attname for field in others)]
    columns, _read, converters = _part(model, tuple(chosen), connection.vendor)
    defaults = [field.get_default() for field in others]
    values = _converted(rows, {place: convert for place, convert in converters.items() if place < len(names)})
    if defaults:
        rest = tuple(
            converters[place](value) if place in converters and value is not None else value
            for place, value in enumerate(defaults, len(names))
        )
        values = [(*row, *rest) for row in values]
    _write(model, columns, values)


def update_rows(rows: Sequence[models.Model], names: Sequence[str]) -> None:
    """Write these columns (attribute names, `owner_id`) of stored rows of one model, found by their keys.

    As `bulk_update`, without its growing CASE expressions: one prepared statement, however many rows.
    """
    if rows:
        model = type(rows[0])
        assert model._meta.pk is not None
        read = attrgetter(*names, model._meta.pk.attname)
        update_values(model, names, [read(row) for row in rows])


def update_values(model: type[models.Model], names: Sequence[str], rows: Sequence[tuple[Any, ...]]) -> None:
    """As `update_rows` without objects: each row is its values in the order of `names`, then its key."""
    if not rows:
        return
    assert model._meta.pk is not None
    columns, _read, converters = _part(model, (*names, model._meta.pk.attname), connection.vendor)
    quote = connection.ops.quote_name
    sets = ", ".join(f"{quote(column)} = %s" for column in columns[:-1])
    statement = f"UPDATE {quote(model._meta.db_table)} SET {sets} WHERE {quote(columns[-1])} = %s"  # noqa: S608
    given = _converted(rows, converters)
    behind.run(lambda cursor: cursor.executemany(statement, given))


def update_all(rows: models.QuerySet[Any], **values: Any) -> None:
    """As `rows.update(**values)`, whose count nobody asks for: it may be done behind."""
    query = rows.query.chain(sql.UpdateQuery)
    query.add_update_values(values)  # type: ignore[attr-defined]
    statement, parameters = query.get_compiler(connection.alias).as_sql()
    behind.run(lambda cursor: cursor.execute(statement, parameters))


def upsert_values(
    model: type[models.Model], unique: Sequence[str], names: Sequence[str], rows: Sequence[tuple[Any, ...]]
) -> None:
    """Insert rows given as their values of `unique`, then of `names`; of one that is there by its `unique` columns
    write `names` instead.

    As `bulk_create(update_conflicts=True)`: no key is given back, nothing is checked.
    """
    if not rows:
        return
    columns, _read, converters = _part(model, (*unique, *names), connection.vendor)
    quote = connection.ops.quote_name
    of = {field.attname: quote(str(field.column)) for field in model._meta.concrete_fields}
    into = f"INSERT INTO {quote(model._meta.db_table)} ({', '.join(map(quote, columns))}) VALUES "  # noqa: S608
    otherwise = (
        f" ON CONFLICT ({', '.join(of[name] for name in unique)}) "
        f"DO UPDATE SET {', '.join(f'{of[name]} = excluded.{of[name]}' for name in names)}"
    )
    _insert_together(into, len(columns), _converted(rows, converters), otherwise)


def blanks(model: type[_Model]) -> Callable[[], _Model]:
    """What makes unsaved objects with every field at its default: `model()` works the defaults out for each.

    For a model without an `__init__` of its own; a default that is a container has to be set by the caller.
    """
    pattern = vars(model()).copy()
    del pattern["_state"]

    def make() -> _Model:
        made = model.__new__(model)
        values = vars(made)
        values.update(pattern)
        values["_state"] = ModelState()
        return made

    return make


def read_rows(rows: models.QuerySet[Any], *names: str) -> list[tuple[Any, ...]]:
    """What `values_list(*names)` gives, for numbers, texts, moments and JSON: the same values, without the
    ORM's two calls per value. Raises TypeError for a field of another kind (a Decimal is text on SQLite)."""
    query = rows.values_list(*names).query
    try:
        sql, parameters = query.sql_with_params()
    except EmptyResultSet:
        return []
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        found = cursor.fetchall()
    readers = dict(_readers(rows.model, names, connection.vendor))  # type: ignore[arg-type]
    return _converted(found, readers) if found else []


@lru_cache(maxsize=64)
def _readers(model: Any, names: tuple[str, ...], vendor: str) -> list[tuple[int, Callable[[Any], Any]]]:
    found: list[tuple[int, Callable[[Any], Any]]] = []
    for place, name in enumerate(names):
        target: Any = model
        for part in name.split("__"):
            meta = (target if isinstance(target, type) else target.related_model)._meta  # type: ignore[attr-defined, union-attr]
            target = meta.pk if part == "pk" else meta.get_field(part)
        try:
            read = reader_of(target, vendor)
        except TypeError as error:
            raise TypeError(f"read_rows does not read {name}") from error
        if read is not None:
            found.append((place, read))
    return found


def reader_of(field: Any, vendor: str) -> Callable[[Any], Any] | None:
    """What makes the field's value of what the driver gives for its column; None where they are the same. Raises
    TypeError for a field of another kind."""
    while isinstance(field, models.ForeignKey):
        field = field.target_field
    if isinstance(field, models.JSONField) and field.decoder is None:
        return _json
    if isinstance(field, models.BooleanField):
        return _truth if vendor == "sqlite" else None
    if isinstance(field, (models.DateTimeField, *_PLAIN)):
        return None
    raise TypeError(f"not read plainly: {field}")


def _json(text: str | None) -> Any:
    # As it was written by `json.dumps` or the database: `json.loads` would look for blanks around it first.
    return None if text is None else _decode(text)[0]


def read_moments_at_once() -> None:
    """Have SQLite's driver give moments in UTC, as they stand in the file; without this the ORM reads them
    without an offset and puts it on afterwards, which takes ten times as long."""
    sqlite3.register_converter("datetime", lambda text: datetime.fromisoformat(f"{text.decode()}+00:00"))


def _truth(number: int | None) -> bool | None:
    return None if number is None else bool(number)


def _auto(model: type[models.Model]) -> list[Any]:
    return [field for field in model._meta.concrete_fields if isinstance(field, models.AutoField | models.BigAutoField)]


def next_keys(model: type[models.Model], count: int) -> Sequence[int]:
    """Keys for new rows, inside a transaction. SQLite has one writer, who holds the file here; PostgreSQL's sequence gives them."""
    table = model._meta.db_table
    column = model._meta.pk.column if model._meta.pk is not None else "id"
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            # The sequence is looked for once, not for every key.
            cursor.execute(
                "WITH found AS MATERIALIZED (SELECT pg_get_serial_sequence(%s, %s)::regclass AS name) "
                "SELECT nextval(name) FROM found, generate_series(1, %s)",
                [table, column, count],
            )
            return [row[0] for row in cursor.fetchall()]
        # Keys of deleted rows are not given again either: AUTOINCREMENT remembers the highest ever.
        cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = %s", [table])
        found = cursor.fetchone()
        last = found[0] if found else 0
    return range(last + 1, last + 1 + count)


def _decimal(value: Decimal | int | str, places: int) -> str:
    return f"{value:.{places}f}" if isinstance(value, Decimal | int) else str(value)


@lru_cache(maxsize=4096)
def _moment(value: datetime) -> Any:
    # The rows of one change share a few moments.
    return connection.ops.adapt_datetimefield_value(value)


def _dumped(value: Any) -> str:
    return _encode(value)


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
        elif isinstance(target, models.DateField):
            if vendor == "sqlite":
                converters[place] = str
        elif isinstance(target, models.DecimalField):
            if vendor == "sqlite":
                converters[place] = partial(_decimal, places=target.decimal_places)
        elif isinstance(target, models.JSONField) and target.encoder is None and vendor == "sqlite":
            converters[place] = _dumped
        else:
            converters[place] = partial(_prepared, field)
    return [field.column for field in fields], _values_of([field.attname for field in fields]), converters


def _values_of(names: Sequence[str]) -> Callable[[Any], tuple[Any, ...]]:
    """Reads the attributes as a tuple: from where an object of the ORM keeps its values, past the calls by which each
    foreign key is looked up otherwise."""
    if len(names) > 1:
        read = itemgetter(*names)
        return lambda row: read(row.__dict__)
    (name,) = names
    return lambda row: (row.__dict__[name],)


def _converted(rows: Sequence[Any], converters: dict[int, Callable[[Any], Any]]) -> list[Any]:
    """The rows as the driver takes them; by columns, so that a row costs nothing but its own conversions."""
    if not converters:
        return list(rows)
    columns: list[Any] = list(zip(*rows, strict=True))
    for place, convert in converters.items():
        columns[place] = [None if value is None else convert(value) for value in columns[place]]
    return list(zip(*columns, strict=True))


def _write(model: type[models.Model], columns: list[str], values: list[Any], pass_over_known: bool = False) -> None:
    quote = connection.ops.quote_name
    table, names = quote(model._meta.db_table), ", ".join(map(quote, columns))
    if connection.vendor == "postgresql" and not pass_over_known:
        behind.run(partial(_copy, f"COPY {table} ({names}) FROM STDIN", values))
        return
    into = f"INSERT INTO {table} ({names}) VALUES "  # noqa: S608
    _insert_together(into, len(columns), values, " ON CONFLICT DO NOTHING" if pass_over_known else "")


def _copy(statement: str, values: Sequence[Any], cursor: Any) -> None:
    # What a COPY refuses is told at its end, where the ORM does not yet make its own errors of it.
    with cursor.db.wrap_database_errors, cursor.copy(statement) as copy:
        for row in values:
            copy.write_row(row)


def _insert_together(into: str, width: int, values: list[Any], otherwise: str) -> None:
    """Insert rows of `width` values, many by one statement: each costs as much as a narrow row, and at its start
    SQLite's word index (FTS5) writes out what it has gathered, so a statement per row leaves a piece of index per
    row, to be merged later."""
    marks = f"({', '.join(['%s'] * width)})"
    many = max(1, min(AT_ONCE, MOST_PARAMETERS // width))

    def insert(cursor: Any) -> None:
        rest = len(values) % many
        whole = [
            list(chain.from_iterable(values[place : place + many])) for place in range(0, len(values) - rest, many)
        ]
        if whole:
            cursor.executemany(into + ", ".join([marks] * many) + otherwise, whole)
        if rest:
            cursor.execute(into + ", ".join([marks] * rest) + otherwise, list(chain.from_iterable(values[-rest:])))

    behind.run(insert)
