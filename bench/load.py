"""Fill an empty installation for the bench: `python -m bench.load N` (WEIXI_HOME or DATABASE_URL say where).

N customers with one contact, three orders and three interactions each, in a company of 300 people in 30
departments; the log holds the events that the services would have recorded. Rows are written straight into
the tables, because what is measured comes later; duties and their clocks are then derived by the product
itself, and that is timed. Prints what the measuring needs as JSON.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "weixi.project.settings")
django.setup()

from django.conf import settings  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import connection, models, transaction  # noqa: E402

from bench import indexes, names, rows  # noqa: E402
from bench.archive import fill_archive  # noqa: E402
from bench.tables import Row, Table, stamp  # noqa: E402
from bench.world import INSTALLED, PASSWORD, World, people  # noqa: E402
from weixi.commerce.models import FiguresDay, Order, OrderLine, Product  # noqa: E402
from weixi.customers.models import Contact, Customer, Registration  # noqa: E402
from weixi.duties.models import Duty  # noqa: E402
from weixi.duties.services.project import recompute  # noqa: E402
from weixi.interactions.models import FollowUp, Interaction  # noqa: E402
from weixi.kernel import clock  # noqa: E402
from weixi.kernel.events.models import Event, EventPersonal  # noqa: E402
from weixi.kernel.search.models import SearchEntry  # noqa: E402
from weixi.kernel.search.store import bulk_rebuild  # noqa: E402
from weixi.organisation.scope import system_viewer  # noqa: E402
from weixi.policy.services import install_shipped_policy  # noqa: E402

EVALUATED = 500


def fill(world: World) -> dict[str, int]:
    """Write all rows; returns table -> number of rows."""
    entered = stamp(world.entered)
    count: dict[str, int] = {}

    def put(table: Table, make: Callable[[World], Iterable[Row]]) -> None:
        with transaction.atomic():
            count[table.model._meta.db_table] = table.insert(make(world))

    Product.objects.bulk_create(
        Product(code=f"P{n:03d}", name=f"{names.KINDS[n % 20]}产品{n}", category="设备") for n in range(1, 51)
    )
    put(
        Table(
            Customer,
            "id number name name_key pinyin industry region city phone email owner_id co_owner_id lifecycle grade "
            "annual_amount last_order_on last_contact_at last_contact_kind completeness",
            created_at=entered, changed_at=entered, graded_at=stamp(world.graded), source="会展",
        ),
        rows.customers,
    )  # fmt: skip
    put(
        Table(Registration, "customer_id"),
        lambda w: ((i,) for i in range(1, w.total + 1)),
    )
    put(
        Table(Contact, "id customer_id name name_key mobile birthday key_person", created_at=entered,
              changed_at=entered, position="采购经理"),
        rows.contacts,
    )  # fmt: skip
    put(Table(Order, "id number customer_id placed_at placed_on amount", created_at=entered), rows.orders)
    put(Table(OrderLine, "order_id product_id unit_price amount", position=1, quantity="1.000"), rows.order_lines)
    put(
        Table(Interaction, "id customer_id kind purpose depth occurred_at contact_id recorded_by_id recorded_at",
              direction="out", content=names.TALK, conclusion="下周报价"),
        rows.talks,
    )  # fmt: skip
    put(
        Table(FollowUp, "id customer_id assignee_id", text="回电确认交期", due_at=stamp(_utc(world.promised_for)),
              created_at=stamp(world.now - timedelta(days=3))),
        lambda w: ((key, i, w.owner(i)[0]) for key, i in rows.promises(w)),
    )  # fmt: skip
    put(
        Table(Event, "seq id type customer_id subject_type subject_id actor occurred_at recorded_at data",
              salt="0" * 32, personal_digest=""),
        rows.events,
    )  # fmt: skip
    put(Table(EventPersonal, "event_id data", salt="0" * 32), rows.personal)
    with bulk_rebuild():
        put(Table(SearchEntry, "kind object_id customer_id title text"), rows.entries)
    FiguresDay.objects.create(day=clock.today())
    _set_sequences()
    return count


def _set_sequences() -> None:
    """PostgreSQL counts on from the keys that were given here; SQLite does so by itself."""
    if connection.vendor != "postgresql":
        return
    with connection.cursor() as cursor:
        for model in (Customer, Contact, Order, Interaction, FollowUp, Event):
            table, key = model._meta.db_table, model._meta.pk.column
            cursor.execute(
                f'SELECT setval(pg_get_serial_sequence(%s, %s), (SELECT MAX("{key}") FROM "{table}"))', [table, key]
            )


def derive(total: int, now: datetime) -> float:
    """Have the product derive the duties of every customer; returns seconds."""
    began = time.perf_counter()
    for first in range(1, total + 1, EVALUATED):
        with transaction.atomic():
            recompute(range(first, min(first + EVALUATED, total + 1)), now)
    return time.perf_counter() - began


def settle() -> None:
    """What a database does for itself over time: statistics, and the log brought into the file."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("VACUUM ANALYZE")
        else:
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def load(total: int) -> dict[str, Any]:
    """Make the installation; returns what was made, how long it took, and where to look."""
    settings.HOME.mkdir(parents=True, exist_ok=True)
    call_command("migrate", run_syncdb=True, verbosity=0, interactive=False)
    world = World(total, clock.now().replace(microsecond=0))
    with clock.at(world.now - INSTALLED):
        install_shipped_policy(preset="quadrant", viewer=system_viewer("bench"))
    facts = people(world)
    began = time.perf_counter()
    # Installing the company has recorded events already.
    world.events_before = Event.objects.aggregate(last=models.Max("seq"))["last"] or 0
    with indexes.put_off():
        filled_rows = fill(world)
    filled_rows |= fill_archive(world)
    filled = time.perf_counter() - began
    derived = derive(total, world.now)
    settle()
    return {
        **facts,
        "customers": total,
        "rows": filled_rows,
        "vendor": connection.vendor,
        "fill_s": round(filled, 1),
        "derive_s": round(derived, 1),
        "derive_per_s": round(total / derived),
        "duties": Duty.objects.count(),
        "promised_for": world.promised_for.isoformat(),
        "now": world.now.isoformat(),
        "password": PASSWORD,
    }


def _utc(moment: datetime) -> datetime:
    return moment.astimezone(UTC)


def main() -> None:
    total = int(sys.argv[1])
    print(json.dumps(load(total), ensure_ascii=False))


if __name__ == "__main__":
    main()
