"""Long works on the archive: looking through the whole base for duplicates, and making one customer of two."""

from __future__ import annotations

import statistics
import time
from collections.abc import Sequence
from typing import Any

from django.apps import apps
from django.db import connection, models, transaction

from bench.process import peak_mb, timed
from bench.saving import Saving
from weixi.customers.duplicates.models import DuplicatePair, MatchKey
from weixi.customers.duplicates.scan import look_at_everybody
from weixi.customers.matching.keys import MOST
from weixi.customers.merging.services import merge_customers
from weixi.customers.models import Customer, MergeRecord
from weixi.kernel.events.models import Event
from weixi.kernel.slices import registry
from weixi.organisation.models import User
from weixi.organisation.scope import viewer_of

MERGES = 20


def scan_base(facts: dict[str, Any]) -> dict[str, Any]:
    """`weixi duplicates --all`, while somebody goes on saving; its floor reads the customers and groups their keys."""
    with Saving() as saving:
        seconds, looked = timed(look_at_everybody)
    if looked < facts["customers"]:
        raise SystemExit(f"the scan looked at {looked} of {facts['customers']}")
    memory = peak_mb()

    def least() -> None:
        with connection.cursor() as cursor:
            for sql in (
                "SELECT c.id, c.name, c.phone, c.email, c.city, p.name, p.mobile, p.email FROM customers_customer c "
                "LEFT JOIN customers_contact p ON p.customer_id = c.id ORDER BY c.id",
                "SELECT key, COUNT(*), MIN(customer_id), MAX(customer_id) FROM customers_matchkey GROUP BY key "
                f"HAVING COUNT(*) BETWEEN 2 AND {MOST}",
            ):
                cursor.execute(sql)
                while cursor.fetchmany(10_000):
                    pass

    bare, _ = timed(least)
    return {
        "rows": looked, "seconds": round(seconds, 2), "per_s": round(looked / seconds), "peak_mb": memory,
        "keys": MatchKey.objects.count(), "pairs": DuplicatePair.objects.count(), "floor_s": round(bare, 2),
        "save_ms": saving.median_ms, "save_worst_ms": saving.worst_ms,
    }  # fmt: skip


def merge_two(facts: dict[str, Any]) -> dict[str, Any]:
    """Two customers of one owner, each with a person, orders, talks, duties and a story, made one; the median of
    some. The floor moves the rows that moved once more, and writes the events and the record, plainly."""
    viewer = viewer_of(User.objects.get(username="director"))
    rows = Customer.objects.filter(owner_id=facts["owner_id"], archived_at=None, merged_into=None).order_by("pk")
    pairs = list(zip(rows[0 : 2 * MERGES : 2], rows[1 : 2 * MERGES : 2], strict=True))
    ours, plain, moved = [], [], 0
    for loser, winner in pairs:
        last = Event.objects.aggregate(last=models.Max("seq"))["last"]
        seconds, record = timed(lambda one=loser, other=winner: merge_customers(one, other, viewer=viewer))
        ours.append(seconds * 1000)
        moved += sum(len(keys) for keys in record.moved.values())
        events = Event.objects.filter(seq__gt=last).count()
        # There and back: the second leaves what the merge left.
        plain.append(
            1000 * (_by_hand(record, events, winner.pk, loser.pk) + _by_hand(record, events, loser.pk, winner.pk)) / 2
        )
    if (
        MergeRecord.objects.count() < len(pairs)
        or Customer.objects.filter(merged_into=None, pk=pairs[0][0].pk).exists()
    ):
        raise SystemExit("the merges did not merge")
    return {
        "rows": len(pairs), "moved": round(moved / len(pairs)), "median_ms": round(statistics.median(ours), 2),
        "worst_ms": round(max(ours), 2), "floor_ms": round(statistics.median(plain), 2), "peak_mb": peak_mb(),
    }  # fmt: skip


def _by_hand(record: MergeRecord, events: int, of: int, to: int) -> float:
    began = time.perf_counter()
    with transaction.atomic(), connection.cursor() as cursor:
        for code, keys in record.moved.items():
            child = registry.children.get(code)
            if child is not None and keys:
                table = apps.get_model(child.model)._meta
                cursor.execute(
                    f'UPDATE "{table.db_table}" SET "{table.get_field(child.field).column}" = %s '
                    f"WHERE id IN ({', '.join(map(str, keys))})",
                    [to],
                )
        _copied(cursor, Event._meta, "seq", events)
        _copied(cursor, MergeRecord._meta, "id", 1)
        for pk in (of, to):
            cursor.execute("UPDATE customers_customer SET version = version WHERE id = %s", [pk])
            cursor.execute("UPDATE duties_dutyclock SET evaluated_at = evaluated_at WHERE customer_id = %s", [pk])
    return time.perf_counter() - began


def _copied(cursor: Any, meta: Any, key: str, count: int) -> None:
    """As many rows as were written, into a table of the same columns that nothing else reads."""
    columns: Sequence[str] = [str(field.column) for field in meta.concrete_fields]
    cursor.execute(f"CREATE TABLE IF NOT EXISTS bench_{meta.db_table} AS SELECT * FROM {meta.db_table} LIMIT 0")
    named = ", ".join(f'"{name}"' for name in columns)
    cursor.execute(
        f"INSERT INTO bench_{meta.db_table} ({named}) SELECT {named} FROM {meta.db_table} ORDER BY {key} DESC "
        f"LIMIT {count}"
    )
