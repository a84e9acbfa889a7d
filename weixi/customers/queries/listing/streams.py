"""The first rows of a sorted list, for somebody who sees the customers of some owners.

`owner IN (…) ORDER BY …` reads and sorts all of them. Instead, each owner's rows come in order along
the owner's own index and are merged: the cost grows with the page and the number of owners, never with
the number of customers. SQLite merges while it reads, so that of each owner little more is looked at than
the page shows; PostgreSQL, and SQLite where a condition is asked once for all, read a page of each.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import BooleanField, F, Func, Q, QuerySet, Value
from django.db.models.expressions import RawSQL

from weixi.customers.models import Customer
from weixi.customers.queries.listing.orders import Segment

# More owners than this own so much that walking the order of all meets them soon enough.
MOST_STREAMS = 120
_OWNER = "wx.owner_id"

Row = tuple[Any, ...]


class Beyond(Func):
    """`(column, …, id) > (value, …, pk)`: a row-wise comparison, which runs along the index."""

    conditional = True
    output_field = BooleanField()
    sign = ">"

    def as_sql(self, compiler: Any, connection: Any, **_: Any) -> tuple[str, list[Any]]:  # type: ignore[override]
        parts = [compiler.compile(source) for source in self.get_source_expressions()]
        half = len(parts) // 2
        left, right = (", ".join(sql for sql, _ in side) for side in (parts[:half], parts[half:]))
        return f"({left}) {self.sign} ({right})", [value for _, values in parts for value in values]


class Before(Beyond):
    """`(column, …, id) < (value, …, pk)`."""

    sign = "<"


@dataclass(frozen=True, slots=True)
class Reach:
    """Whose customers a list holds. `owners` None: everybody's. `beside`: ids of the few whose second
    owner sees them while the first is none of `owners`."""

    owners: frozenset[int] | None
    beside: tuple[int, ...] = ()

    @property
    def bounded(self) -> bool:
        """Whether a list is read along the indexes of its owners."""
        return self.owners is not None and len(self.owners) <= MOST_STREAMS

    def condition(self) -> Q:
        if self.owners is None:
            return Q()
        condition = Q(owner_id__in=self.owners)
        return condition | Q(pk__in=self.beside) if self.beside else condition


def beyond(
    rows: QuerySet[Customer], segment: Segment, place: tuple[Any, int], *, backwards: bool
) -> QuerySet[Customer]:
    """The rows of one segment after a place (value, id) as numbers and texts grow; `backwards`: before it."""
    value, pk = place
    names = ["pk"] if segment.unknown else [segment.column, "pk"]
    field = Customer._meta.get_field(segment.column)
    values = [Value(pk)] if segment.unknown else [Value(value, output_field=field), Value(pk)]  # type: ignore[arg-type]
    return rows.filter((Before if backwards else Beyond)(*map(F, names), *values))


def ordered(
    rows: QuerySet[Customer],
    reach: Reach,
    segment: Segment,
    *,
    descending: bool,
    after: tuple[Any, int] | None,
    limit: int,
    asks_once: bool = False,
) -> list[Row]:
    """`(id, value)` of the first `limit` rows of one segment, beyond `after` when that is given. `asks_once`: a
    condition of `rows` is dear to ask and holds for all rows, so it must not be asked for each owner anew.

    Uses index: customer_owner_* (a stream per owner), customer_* (everybody).
    """  # fmt: skip
    rows = rows.filter(segment.condition)
    if after is not None:
        rows = beyond(rows, segment, after, backwards=descending)
    by = [segment.column, "pk"]
    page = rows.order_by(*(f"-{name}" if descending else name for name in by)).values_list("pk", segment.column)
    if reach.owners is None:
        return list(page[:limit])
    if not reach.bounded:
        return list(page.filter(reach.condition())[:limit])
    found: list[Row] = []
    if reach.owners:
        owners, of_owner = sorted(reach.owners), page.filter(owner_id=RawSQL(_OWNER, ()))  # noqa: S611
        with suppress(EmptyResultSet):
            if connection.vendor == "sqlite" and not asks_once:
                found = _merging(of_owner.order_by(), owners, descending=descending, limit=limit)
            else:
                found = _streams(of_owner[:limit], segment.column, owners)
    if reach.beside:
        found += list(page.filter(pk__in=reach.beside)[:limit])
    return _merged(found, descending)[:limit]


def _merged(found: Iterable[Row], descending: bool) -> list[Row]:
    """The database gave each stream sorted; texts compare by code point here as on both databases."""
    return sorted(found, key=lambda row: (*row[1:], row[0]), reverse=descending)


def _merging(rows: QuerySet[Customer], owners: Sequence[int], *, descending: bool, limit: int) -> list[Row]:
    """The first rows of all owners: SQLite keeps each part in order by its index, and reads on in the one whose turn
    it is. It takes up to 500 parts; the owner is a number, so it can stand in the text."""
    sql, params = rows.query.sql_with_params()
    parts = " UNION ALL ".join(sql.replace(_OWNER, str(int(owner))) for owner in owners)
    way = "DESC" if descending else "ASC"
    return _asked(rows, f"{parts} ORDER BY 2 {way}, 1 {way} LIMIT {int(limit)}", list(params) * len(owners))


def by_key(rows: QuerySet[Customer], owners: Iterable[int], *, limit: int) -> list[int]:
    """The ids of at most `limit` customers of some owners who meet the condition of `rows`, which may ask a customer for
    nothing but his key; on SQLite. He is asked in the order of all keys, in which the rows that hang on customers stand:
    half of what it takes along a list. Uses index: that of the owner's key, which also knows who was put away."""
    try:
        sql, params = rows.order_by().values_list("pk", flat=True)[:limit].query.sql_with_params()
    except EmptyResultSet:
        return []
    table = f'"{Customer._meta.db_table}"'
    parts = " UNION ALL ".join(f'SELECT "id" FROM {table} WHERE "owner_id" = {int(owner)}' for owner in owners)  # noqa: S608
    with connection.cursor() as cursor:
        cursor.execute(sql.replace(f"FROM {table}", f"FROM ({parts} ORDER BY 1) {table}", 1), params)
        return [pk for (pk,) in cursor.fetchall()]


def _streams(page: QuerySet[Customer], column: str, owners: Sequence[int]) -> list[Row]:
    """One bounded, sorted stream per owner, all in one statement."""
    sql, params = page.query.sql_with_params()
    if connection.vendor == "postgresql":
        statement = f"SELECT s.* FROM unnest(%s::bigint[]) AS wx(owner_id) CROSS JOIN LATERAL ({sql}) s"  # noqa: S608
        return _asked(page, statement, [list(owners), *params])
    # SQLite asks a part that does not lean on the owner once for all of them.
    part = sql.replace(_OWNER, "wx.value")
    statement = (
        f'SELECT c."id", c."{Customer._meta.get_field(column).column}" FROM json_each(%s) wx '  # type: ignore[union-attr]  # noqa: S608
        f'CROSS JOIN "customers_customer" c WHERE c."id" IN (SELECT "pk" FROM ({part}))'
    )
    return _asked(page, statement, [json.dumps(list(owners)), *params])


def _asked(rows: QuerySet[Customer], statement: str, parameters: Sequence[Any]) -> list[Row]:
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        return _converted(rows, cursor.fetchall())


def _converted(page: QuerySet[Customer], raw: Sequence[Row]) -> list[Row]:
    """What the ORM would have made of the raw values (moments and amounts are text on SQLite)."""
    compiler = page.query.get_compiler(connection=connection)
    compiler.setup_query()
    converters = compiler.get_converters([expression for expression, _, _ in compiler.select])
    return [tuple(row) for row in compiler.apply_converters(raw, converters)] if converters else list(raw)
