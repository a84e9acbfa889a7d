"""Statements that the ORM writes once per process and that are asked with other values each time.

Writing a statement costs the ORM many times what the database takes to answer it from an index. What stands on
every page is written once, with blanks where the values stand:

    _UNREAD = Prepared(lambda person: Notice.objects.filter(person=person, read_at=None), NUMBER)
    _UNREAD(viewer.user.pk).objects()

The shape may depend on nothing but the blanks: what else differs (a right, a kind of viewer) needs a statement of
its own for each case.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import chain
from typing import Any

from django.db import connection
from django.db.models import Expression, QuerySet
from django.db.models.expressions import Col
from django.db.models.query import get_related_populators

from weixi.kernel.rows import reader_of

Kind = Callable[[Any], Any]


def plain(value: Any) -> Any:
    """A blank for a number or a text, as the column keeps it."""
    return value


def moment(value: datetime) -> Any:
    """A blank for a moment."""
    return connection.ops.adapt_datetimefield_value(value)


def several(values: Iterable[int] | Iterable[str]) -> Any:
    """A blank for the numbers or texts of `one_of(name, blank)`."""
    return list(values) if connection.vendor == "postgresql" else json.dumps(list(values))


class Blank(Expression):
    """Where a value will stand; a condition takes it as it takes a value."""

    def __init__(self, place: int) -> None:
        super().__init__()
        self.place = place

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, list[Any]]:  # type: ignore[override]
        return "%s", [self]


@dataclass(frozen=True, slots=True)
class _Written:
    """A statement with its blanks, and how its rows are read."""

    sql: str
    parameters: tuple[Any, ...]
    converters: tuple[tuple[int, Callable[[Any], Any]], ...]
    make: Callable[[tuple[Any, ...]], Any] | None


@dataclass(frozen=True, slots=True)
class Statement:
    """A statement with its values, ready to be sent."""

    sql: str
    parameters: tuple[Any, ...]
    _written: _Written

    def rows(self) -> list[tuple[Any, ...]]:
        """What the queryset's `values_list` gives."""
        with connection.cursor() as cursor:
            cursor.execute(self.sql, self.parameters)
            found: list[Any] = cursor.fetchall()
        if not (converters := self._written.converters) or not found:
            return found
        columns = list(zip(*found, strict=True))
        for place, convert in converters:
            columns[place] = map(convert, columns[place])  # type: ignore[call-overload]
        return list(zip(*columns, strict=True))

    def count(self) -> int:
        """How many rows it finds."""
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT COUNT(*) FROM ({self.sql}) counted", self.parameters)  # noqa: S608 - the ORM's own
            return int(cursor.fetchone()[0])

    def objects(self) -> list[Any]:
        """What the queryset gives, with what it joins into its objects and notes at them."""
        make = self._written.make
        assert make is not None
        return [make(row) for row in self.rows()]


def rows_of_all(statements: Sequence[Statement]) -> list[tuple[Any, ...]]:
    """The rows of several statements with the same columns, one after another; asked as one."""
    if not statements:
        return []
    parts = (f"SELECT * FROM ({each.sql}) part{number}" for number, each in enumerate(statements))  # noqa: S608
    parameters = tuple(chain.from_iterable(each.parameters for each in statements))
    return replace(statements[0], sql=" UNION ALL ".join(parts), parameters=parameters).rows()


class Prepared:
    """See above. `write` gets a blank for each kind (`plain`, `moment`, `several`) and returns a queryset."""

    def __init__(self, write: Callable[..., QuerySet[Any]], *kinds: Kind) -> None:
        self._write, self._kinds = write, kinds
        self._written: dict[str, _Written] = {}

    def __call__(self, *values: Any) -> Statement:
        written = self._written.get(connection.vendor) or self._write_once()
        filled = [kind(value) for kind, value in zip(self._kinds, values, strict=True)]
        parameters = tuple(filled[each.place] if isinstance(each, Blank) else each for each in written.parameters)
        return Statement(written.sql, parameters, written)

    def _write_once(self) -> _Written:
        query = self._write(*map(Blank, range(len(self._kinds)))).query
        compiler = query.get_compiler(connection=connection)
        sql, parameters = compiler.as_sql()
        read = compiler.get_converters([expression for expression, _sql, _alias in compiler.select])
        converters = tuple(
            (place, convert)
            for place, (converts, expression) in read.items()
            if (convert := _conversion(expression, converts)) is not None
        )
        written = _Written(sql, tuple(parameters), converters, _maker(compiler) if compiler.klass_info else None)
        self._written[connection.vendor] = written
        return written


def _conversion(expression: Any, converts: Sequence[Callable[..., Any]]) -> Callable[[Any], Any] | None:
    """What makes the value of what the database gives, without the ORM's calls for each where it is a plain column."""
    if isinstance(expression, Col):
        try:
            return reader_of(expression.output_field, connection.vendor)
        except TypeError:
            pass

    def convert(value: Any) -> Any:
        for each in converts:
            value = each(value, expression, connection)
        return value

    return convert


def _maker(compiler: Any) -> Callable[[tuple[Any, ...]], Any]:
    """What makes an object of a row, as the ORM does it for a queryset that is gone through."""
    alias, select, info = connection.alias, compiler.select, compiler.klass_info
    first, last = info["select_fields"][0], info["select_fields"][-1] + 1
    names = [column.target.attname for column, _sql, _alias in select[first:last]]
    joined = get_related_populators(info, select, alias)  # type: ignore[call-arg] # the stubs are of a later Django
    noted = tuple(compiler.annotation_col_map.items()) if compiler.annotation_col_map else ()

    def make(row: tuple[Any, ...]) -> Any:
        made = info["model"].from_db(alias, names, row[first:last])
        for each in joined:
            each.populate(row, made)
        for name, place in noted:
            setattr(made, name, row[place])
        return made

    return make
