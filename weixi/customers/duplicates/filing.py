"""Keeping the keys under which customers are found again, and the list of those to be looked at.

A few customers are filed in their own unit of work; many at once, as an import brings them, are noted only and
filed by the worker. Whether one of them is there twice is found by `scan`.
"""

from __future__ import annotations

import secrets
from collections.abc import Collection, Iterable, Mapping

from django.db import connection

from weixi.customers.duplicates.gather import records_of
from weixi.customers.duplicates.models import MatchKey, MatchTodo
from weixi.customers.matching.keys import MOST, keys_of
from weixi.customers.matching.records import Record
from weixi.kernel.events.work import UnitOfWork
from weixi.kernel.one_of import one_of
from weixi.kernel.rows import insert_rows

# So many customers of one unit are filed at once.
FEW = 20
CHUNK = 2000
EVENTS = frozenset(
    {
        "customer.created", "customer.changed", "customer.archived", "customer.merged", "customer.unmerged",
        "contact.created", "contact.changed", "contact.removed",
    }
)  # fmt: skip


def project_filing(work: UnitOfWork) -> None:
    """The projection: what was touched is noted, and filed when it is little."""
    ids = sorted(work.customers_of(EVENTS))
    if not ids:
        return
    note(ids)
    if len(ids) <= FEW:
        file_records(ids, records_of(ids))


def note(ids: Iterable[int]) -> None:
    """These are to be looked at (again)."""
    rows = [MatchTodo(customer_id=pk, stamp=secrets.randbits(62)) for pk in ids]
    MatchTodo.objects.bulk_create(rows, update_conflicts=True, unique_fields=["customer_id"], update_fields=["stamp"])


def file_records(ids: Collection[int], records: Mapping[int, Record]) -> None:
    """Put the records' keys in the place of what these customers were filed under; those without a record
    (put away) are found no more. Uses index: match_key_customer."""
    known: dict[int, set[int]] = {}
    for pk, key in MatchKey.objects.filter(one_of("customer_id", ids)).values_list("customer_id", "key"):
        known.setdefault(pk, set()).add(key)
    fresh: list[MatchKey] = []
    gone: list[int] = []
    for pk in ids:
        wanted = set(keys_of(records[pk])) if pk in records else set()
        stored = known.get(pk, set())
        if stored - wanted:
            gone.append(pk)
            stored = set()
        fresh += [MatchKey(key=key, customer_id=pk) for key in sorted(wanted - stored)]
    if gone:
        MatchKey.objects.filter(one_of("customer_id", gone)).delete()
    insert_rows(fresh, pass_over_known=True)


def cut_keys(ids: Collection[int] | None) -> None:
    """Note the keys that tell nothing: those of these customers, or all of them anew when None.

    Uses index: match_key_once.
    """
    with connection.cursor() as cursor:
        if ids is None:
            cursor.execute("DELETE FROM customers_matchcut")
            cursor.execute(_CUT_ALL, [MOST])
        else:
            cursor.execute(_CUT.format(among=_among("m.customer_id")), [_listed(ids), MOST])


def candidate_pairs(ids: Collection[int]) -> list[tuple[int, int]]:
    """(customer, other) that share a telling key, each pair once when a scan goes on from customer to customer:
    the other is not waiting to be looked at itself, or stands before.

    Uses index: match_key_customer, match_key_once.
    """
    with connection.cursor() as cursor:
        cursor.execute(_PAIRS.format(among=_among("m.customer_id")), [_listed(ids)])
        return list(cursor.fetchall())


def filed_under(keys: Collection[int], most: int = 20_000) -> list[tuple[int, int]]:
    """(key, customer) under each of these telling keys. Uses index: match_key_once."""
    with connection.cursor() as cursor:
        cursor.execute(_UNDER.format(among=_among("m.key")), [_listed(keys), most])
        return list(cursor.fetchall())


_CUT_ALL = "INSERT INTO customers_matchcut (key) SELECT key FROM customers_matchkey GROUP BY key HAVING COUNT(*) > %s"
_CUT = """
INSERT INTO customers_matchcut (key)
SELECT key FROM customers_matchkey WHERE key IN (
  SELECT m.key FROM customers_matchkey m
  WHERE {among} AND NOT EXISTS (SELECT 1 FROM customers_matchcut c WHERE c.key = m.key))
GROUP BY key HAVING COUNT(*) > %s ON CONFLICT DO NOTHING
"""
_PAIRS = """
SELECT DISTINCT m.customer_id, o.customer_id
FROM customers_matchkey m JOIN customers_matchkey o ON o.key = m.key AND o.customer_id <> m.customer_id
WHERE {among} AND NOT EXISTS (SELECT 1 FROM customers_matchcut c WHERE c.key = m.key)
  AND (o.customer_id < m.customer_id
       OR NOT EXISTS (SELECT 1 FROM customers_matchtodo t WHERE t.customer_id = o.customer_id))
"""
_UNDER = """
SELECT m.key, m.customer_id FROM customers_matchkey m
WHERE {among} AND NOT EXISTS (SELECT 1 FROM customers_matchcut c WHERE c.key = m.key) LIMIT %s
"""


def _among(column: str) -> str:
    """`column IN (...)` of a list given as one parameter (see `kernel.one_of`), as a text: the driver would take
    longer over thousands of numbers than the database."""
    if connection.vendor == "postgresql":
        return f"{column} = ANY(%s::bigint[])"
    return f"{column} IN (SELECT value FROM json_each(%s))"  # noqa: S608


def _listed(values: Collection[int]) -> str:
    listed = ",".join(map(str, values))
    return f"{{{listed}}}" if connection.vendor == "postgresql" else f"[{listed}]"
