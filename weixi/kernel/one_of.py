"""`IN` for thousands of values: one parameter instead of one each, which the ORM and the driver would
take longer to prepare than the database to look up."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db import models
from django.db.models import Expression, Lookup, Q


class _OneOf(Lookup):  # type: ignore[type-arg]
    lookup_name = "one_of"
    prepare_rhs = False

    def as_sqlite(self, compiler: Any, connection: Any) -> tuple[str, list[Any]]:
        column, parameters = self.process_lhs(compiler, connection)
        given = self.rhs.given
        value = json.dumps(given) if isinstance(given, list) else given
        return f"{column} IN (SELECT value FROM json_each(%s))", [*parameters, value]  # noqa: S608

    def as_postgresql(self, compiler: Any, connection: Any) -> tuple[str, list[Any]]:
        column, parameters = self.process_lhs(compiler, connection)
        return f"{column} = ANY(%s)", [*parameters, self.rhs.given]


@dataclass(frozen=True, slots=True, eq=False)
class _Values:
    """A list that the ORM does not go through value by value, or the blank where one will stand."""

    given: list[Any] | Expression


models.Field.register_lookup(_OneOf)
# Foreign keys do not inherit the lookups of plain fields.
models.ForeignObject.register_lookup(_OneOf)


def one_of(name: str, values: Iterable[int] | Iterable[str] | Expression) -> Q:
    """As `Q(name__in=values)`, for numbers or texts of the column's own type; the order of rows is open.

    The blank of a prepared statement may stand for the values (`kernel.prepared.several`)."""
    return Q(**{f"{name}__one_of": _Values(values if isinstance(values, Expression) else list(values))})
