"""Several small questions to the database, asked in one statement.

A page that stands on one row (a customer) has a handful of lists hanging on it, each with a way of its own to
the database. Here they are put together and answered at once:

    asked = Together()
    people = asked.rows(Contact.objects.filter(customer=customer).values_list("pk", "name"))
    tags = asked.rows(...)
    people.found        # now both are read; `tags.found` asks nothing any more

The database gives each list as JSON in a column of one row. Values come back as the ORM gives them. For lists
of some dozen rows: a long one is better read by itself.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection, models
from django.db.models import QuerySet

Row = tuple[Any, ...]


class Answer:
    """The rows of one question."""

    def __init__(self, together: Together) -> None:
        self._together = together
        self._found: list[Any] | None = None

    @property
    def found(self) -> list[Any]:
        """Tuples or objects, in the order asked for; the first of the questions that is looked at asks them all."""
        if self._found is None:
            self._together.ask()
        assert self._found is not None
        return self._found


class Together:
    """Questions that wait to be asked in one statement. Those added after it was sent go into a next one."""

    def __init__(self) -> None:
        self._waiting: list[tuple[QuerySet[Any], bool, Answer]] = []

    def rows(self, question: QuerySet[Any]) -> Answer:
        """The rows of a `values_list` with names, as tuples."""
        return self._add(question, as_objects=False)

    def objects(self, question: QuerySet[Any]) -> Answer:
        """The objects of a queryset that joins nothing into them."""
        return self._add(question, as_objects=True)

    def _add(self, question: QuerySet[Any], *, as_objects: bool) -> Answer:
        answer = Answer(self)
        self._waiting.append((question, as_objects, answer))
        return answer

    def ask(self) -> None:
        """Send what waits: one statement, none when nothing can be found anyway."""
        parts: list[str] = []
        parameters: list[Any] = []
        sent: list[tuple[QuerySet[Any], bool, Answer, Any]] = []
        waiting, self._waiting = self._waiting, []
        for question, as_objects, answer in waiting:
            compiler = question.query.get_compiler(connection=connection)
            try:
                sql, values = compiler.as_sql(with_col_aliases=True)
            except EmptyResultSet:
                answer._found = []
                continue
            parts.append(_as_json(sql, [alias for _expression, _sql, alias in compiler.select]))
            parameters.extend(values)
            sent.append((question, as_objects, answer, compiler))
        if not sent:
            return
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT {', '.join(parts)}", parameters)
            columns = cursor.fetchone()
        for (question, as_objects, answer, compiler), text in zip(sent, columns, strict=True):
            rows = _converted(compiler, json.loads(text, parse_float=_FLOAT[connection.vendor]) if text else [])
            answer._found = _objects(question.model, rows) if as_objects else rows


@dataclass(frozen=True, slots=True)
class ByKeys:
    """Words for keys: a question that can be asked alone (call it) or together with others, and what its rows say."""

    ask: Callable[[Iterable[str]], QuerySet[Any]]
    tell: Callable[[Iterable[Row]], Mapping[str, Any]]

    def __call__(self, keys: Iterable[str]) -> Mapping[str, Any]:
        wanted = set(keys)
        return {key: words for key, words in self.tell(self.ask(wanted)).items() if key in wanted}


def _as_json(sql: str, names: list[str]) -> str:
    columns = ", ".join(f"asked.{connection.ops.quote_name(name)}" for name in names)
    if connection.vendor == "postgresql":
        # As text: the driver would otherwise make numbers of it that are not exact.
        return f"(SELECT json_agg(json_build_array({columns}))::text FROM ({sql}) asked)"  # noqa: S608 - the ORM's own
    return f"(SELECT json_group_array(json_array({columns})) FROM ({sql}) asked)"  # noqa: S608 - the ORM's own


# SQLite keeps a decimal as a number of its own and the ORM reads it from there.
_FLOAT: dict[str, Any] = {"sqlite": float, "postgresql": Decimal}
# What JSON has no form for, on PostgreSQL; on SQLite the ORM's own converters read texts and numbers.
_READERS: dict[type[models.Field[Any, Any]], Callable[[Any], Any]] = {
    models.DateTimeField: datetime.fromisoformat,
    # A month cut out of a date comes with a time.
    models.DateField: lambda text: date.fromisoformat(text[:10]),
    models.TimeField: time.fromisoformat,
    models.DecimalField: Decimal,
    models.JSONField: json.dumps,
    models.FloatField: float,
}


def _converted(compiler: Any, rows: list[list[Any]]) -> list[Row]:
    if connection.vendor == "postgresql":
        for place, (expression, _sql, _alias) in enumerate(compiler.select):
            field = type(expression.output_field)
            reader = next((read for kind, read in _READERS.items() if issubclass(field, kind)), None)
            if reader is not None:
                for row in rows:
                    if row[place] is not None:
                        row[place] = reader(row[place])
    return list(map(tuple, compiler.results_iter(results=[rows])))


def _objects(model: type[models.Model], rows: list[Row]) -> list[Any]:
    names = [field.attname for field in model._meta.concrete_fields]
    return [model.from_db(connection.alias, names, row) for row in rows]
