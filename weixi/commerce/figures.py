"""The order figures kept with each customer (`annual_amount`, `last_order_on`): brought up to date with
every order, and once a day for orders that leave or enter the last 12 months.

Sums run over whole cents: SQLite keeps decimals as floating numbers, and 0.1 + 0.2 must be 0.30 there too.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.db import connection, transaction

from weixi.commerce.dates import company_today, months_before
from weixi.commerce.facts import ANNUAL_MONTHS, ids_condition
from weixi.commerce.models import FiguresDay
from weixi.kernel.events.work import UnitOfWork

ORDER_EVENTS = frozenset({"order.placed", "order.returned", "order.changed", "order.withdrawn"})
# Events by which orders go from one customer to another.
MOVING = frozenset({"customer.merged", "customer.unmerged"})
CHUNK = 2000

# Uses index: order_customer (customer, placed_on).
_UPDATE = """
UPDATE customers_customer SET
  annual_amount = COALESCE((
    SELECT SUM(CAST(ROUND(o.amount * 100) AS BIGINT)) FROM commerce_order o
    WHERE o.customer_id = customers_customer.id AND o.placed_on > %s AND o.placed_on <= %s), 0) / 100.0,
  last_order_on = (
    SELECT MAX(o.placed_on) FROM commerce_order o
    WHERE o.customer_id = customers_customer.id AND o.amount > 0 AND o.placed_on <= %s)
WHERE {where}
"""


def keep_figures(customer_ids: Iterable[int], today: date | None = None) -> None:
    """Bring the kept figures of these customers to `today`; set-based, one statement per 2,000."""
    today = today or company_today()
    ids = sorted(set(customer_ids))
    start = months_before(today, ANNUAL_MONTHS)
    with connection.cursor() as cursor:
        for place in range(0, len(ids), CHUNK):
            where = ids_condition(ids[place : place + CHUNK], "id")
            cursor.execute(_UPDATE.format(where=where), [start, today, today])


def project_figures(work: UnitOfWork) -> None:
    """The projection: customers whose orders this unit touched."""
    touched = work.customers_of(ORDER_EVENTS | MOVING)
    if touched:
        keep_figures(touched)


def roll_figures(today: date | None = None) -> int:
    """Bring everybody's figures to `today`: only customers with an order on a day that left the 12 months
    or came into them since the last roll are touched. Safe to call twice and to skip; returns how many.
    """
    today = today or company_today()
    known = FiguresDay.objects.first()
    if known is not None and known.day >= today:
        return 0
    # Before the first roll every order kept its customer up to date itself, on the day it was entered:
    # what may be stale is what has left the window in the meantime, whenever that was.
    since = known.day if known else date.min
    left = (months_before(since, ANNUAL_MONTHS) if known else date.min, months_before(today, ANNUAL_MONTHS))
    with transaction.atomic():
        with connection.cursor() as cursor:
            # Uses index: order_date.
            cursor.execute(
                "SELECT DISTINCT customer_id FROM commerce_order"
                " WHERE (placed_on > %s AND placed_on <= %s) OR (placed_on > %s AND placed_on <= %s)",
                [*left, since, today],
            )
            ids = [row[0] for row in cursor.fetchall()]
        keep_figures(ids, today)
        FiguresDay.objects.update_or_create(pk="figures", defaults={"day": today})
    return len(ids)
