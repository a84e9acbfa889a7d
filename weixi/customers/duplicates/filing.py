"""Keeping the keys under which customers are found again, and the list of those to be looked at.

A few customers are filed in their own unit of work; many at once, as an import brings them, are noted only and
filed by the worker. Whether one of them is there twice is found by `scan`.
"""

from __future__ import annotations

import os
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from django.db import connection, transaction

from weixi.customers.duplicates.gather import records_of
from weixi.customers.duplicates.models import MatchCut, MatchKey, MatchTodo
from weixi.customers.matching.keys import MOST, keys_of
from weixi.customers.matching.records import Record
from weixi.kernel.events.work import UnitOfWork
from weixi.kernel.one_of import one_of
from weixi.kernel.rows import insert_rows, read_rows, upsert_values

# So many customers of one unit are filed at once.
FEW = 20
CHUNK = 2000
NOTED = 10_000
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


def note(ids: Collection[int]) -> None:
    """These are to be looked at (again)."""
    stamps = memoryview(os.urandom(8 * len(ids))).cast("Q")
    upsert_values(MatchTodo, ["customer_id"], ["stamp"], [(pk, at >> 2) for pk, at in zip(ids, stamps, strict=True)])


def note_everybody() -> int:
    """All living customers are to be looked at; returns how many. In portions of one short statement each."""
    last, count = 0, 0
    while True:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(_UPTO, [last, NOTED])
            upto = cursor.fetchone()[0]
            if upto is None:
                return count
            cursor.execute(_NOTE.format(stamp=_STAMP[connection.vendor]), [last, upto])
            count += cursor.rowcount
        last = upto


@dataclass(frozen=True, slots=True)
class Filing:
    """What has to be written so that customers stand under their keys."""

    fresh: tuple[MatchKey, ...]
    # Of these all keys are written anew.
    gone: frozenset[int]

    @property
    def customers(self) -> list[int]:
        """Those of whom something has to be written, in the order of their keys."""
        return sorted(self.gone | {row.customer_id for row in self.fresh})

    def write(self, ids: Collection[int] | None = None) -> None:
        """Write it, of these customers alone when given; inside a transaction."""
        wanted = None if ids is None else set(ids)
        gone = self.gone if wanted is None else self.gone & wanted
        fresh = self.fresh if wanted is None else [row for row in self.fresh if row.customer_id in wanted]
        if gone:
            MatchKey.objects.filter(one_of("customer_id", gone)).delete()
        insert_rows(fresh, pass_over_known=True)


def filing_of(ids: Collection[int], records: Mapping[int, Record]) -> Filing:
    """How what these customers are filed under differs from their records' keys; those without a record (put away)
    are found no more. Uses index: match_key_customer."""
    known: dict[int, set[int]] = {}
    for pk, key in read_rows(MatchKey.objects.filter(one_of("customer_id", ids)), "customer_id", "key"):
        known.setdefault(pk, set()).add(key)
    fresh: list[MatchKey] = []
    gone: set[int] = set()
    for pk in ids:
        wanted = keys_of(records[pk]) if pk in records else ()
        stored = known.get(pk, set())
        if stored.difference(wanted):
            gone.add(pk)
            stored = set()
        if len(stored) != len(wanted):
            fresh += [MatchKey(key=key, customer_id=pk) for key in sorted(set(wanted) - stored)]
    return Filing(tuple(fresh), frozenset(gone))


def file_records(ids: Collection[int], records: Mapping[int, Record]) -> None:
    """Put the records' keys in the place of what these customers were filed under; inside a transaction."""
    filing_of(ids, records).write()


def cut_keys(keys: Collection[int]) -> None:
    """Note those of these keys that tell nothing. Uses index: match_key_once."""
    if not keys:
        return
    with connection.cursor() as cursor:
        cursor.execute(_CROWDED.format(among=_among("m.key")), [_listed(keys), MOST])
        crowded = [MatchCut(key=key) for (key,) in cursor.fetchall()]
    MatchCut.objects.bulk_create(crowded, ignore_conflicts=True)


def cut_everywhere() -> None:
    """Note anew which keys tell nothing, over all that is filed. They are counted before anything is written, and
    only what differs is: nobody waits for the counting. Uses index: match_key_once."""
    with connection.cursor() as cursor:
        cursor.execute(_CROWDED_ALL, [MOST])
        crowded = {key for (key,) in cursor.fetchall()}
        cursor.execute("SELECT key FROM customers_matchcut")
        known = {key for (key,) in cursor.fetchall()}
    with transaction.atomic():
        insert_rows([MatchCut(key=key) for key in sorted(crowded - known)], pass_over_known=True)
        if known - crowded:
            MatchCut.objects.filter(one_of("key", known - crowded)).delete()


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


_UPTO = """
SELECT MAX(id) FROM (
  SELECT id FROM customers_customer WHERE id > %s AND archived_at IS NULL ORDER BY id LIMIT %s) AS portion
"""
_NOTE = """
INSERT INTO customers_matchtodo (customer_id, stamp)
SELECT id, {stamp} FROM customers_customer WHERE id > %s AND id <= %s AND archived_at IS NULL
ON CONFLICT (customer_id) DO UPDATE SET stamp = excluded.stamp
"""
# A number that no other note of the same customer has.
_STAMP = {"sqlite": "random() & 4611686018427387903", "postgresql": "floor(random() * 4611686018427387904)::bigint"}
_CROWDED_ALL = "SELECT key FROM customers_matchkey GROUP BY key HAVING COUNT(*) > %s"
_CROWDED = "SELECT m.key FROM customers_matchkey m WHERE {among} GROUP BY m.key HAVING COUNT(*) > %s"
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
