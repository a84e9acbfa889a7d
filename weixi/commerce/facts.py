"""What orders say of a customer as of a date: set-based, exact to the cent, the same on both databases.

A period of n months ending on day D is the dates in (D - n months, D] of the company's calendar. Sums run
over whole cents, because SQLite keeps decimals as floating numbers.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import connection
from django.db.models import BigIntegerField, Count, F, Q, QuerySet, Sum
from django.db.models.functions import Cast, Round
from django.utils.dateparse import parse_date
from django.utils.translation import gettext_lazy as _

from weixi.commerce.dates import months_before
from weixi.commerce.models import Order
from weixi.customers.models import Customer
from weixi.kernel.slices import Fact

# The field of the archive that says the money of a customer: who may not read it learns no fact about it.
AMOUNT = "annual_amount"
ANNUAL_MONTHS = 12
HALF_MONTHS = 6
CHUNK = 20_000

Ids = Iterable[int] | None
Rows = list[tuple[Any, ...]]


def ids_condition(ids: Iterable[int], column: str) -> str:
    """An SQL condition for these ids. They are numbers, so they stand in the text: no limit of parameters.

    A `range` of step 1 becomes a comparison, which runs along the index.
    """
    if isinstance(ids, range) and ids.step == 1:
        return f"{column} >= {ids.start:d} AND {column} < {ids.stop:d}"
    listed = ",".join(str(int(number)) for number in ids)
    return f"{column} IN ({listed})" if listed else "1 = 0"


def _rows(
    select: str,
    ids: Ids,
    where: str,
    params: list[Any],
    source: str = "commerce_order o",
    first: list[Any] | None = None,
) -> Rows:
    """Grouped rows, customer first; `first` are parameters of `select`.

    Uses index: order_customer (for ids), order_date (for all).
    """
    parts: list[Iterable[int] | None] = [ids]
    if ids is not None and not isinstance(ids, range):
        listed = list(ids)
        parts = [listed[place : place + CHUNK] for place in range(0, len(listed), CHUNK)]
    found: Rows = []
    with connection.cursor() as cursor:
        for part in parts:
            scope = "1 = 1" if part is None else ids_condition(part, "o.customer_id")
            cursor.execute(
                f"SELECT o.customer_id, {select} FROM {source} WHERE {scope} AND {where} GROUP BY o.customer_id",  # noqa: S608 - columns and conditions are this module's own
                [*(first or []), *params],
            )
            found.extend(cursor.fetchall())
    return found


def _everybody(ids: Ids) -> Iterable[int]:
    return Customer.objects.values_list("pk", flat=True).iterator(CHUNK) if ids is None else ids


def _zeroes(ids: Ids, zero: Any, known: Mapping[int, Any]) -> dict[int, Any]:
    """Who never bought has bought for 0, and that is known."""
    return {pk: known.get(pk, zero) for pk in _everybody(ids)}


def _yuan(cents: Any) -> Decimal:
    return Decimal(int(cents)).scaleb(-2)


def _window(as_of: date, months: int) -> list[Any]:
    return [months_before(as_of, months), as_of]


_IN_WINDOW = "o.placed_on > %s AND o.placed_on <= %s"
_NET = "SUM(CAST(ROUND(o.amount * 100) AS BIGINT))"
ZERO = Decimal("0.00")


def annual_amount(ids: Ids, as_of: date) -> dict[int, Decimal]:
    """Net amount, returns taken off, of the last 12 months."""
    rows = _rows(_NET, ids, _IN_WINDOW, _window(as_of, ANNUAL_MONTHS))
    return _zeroes(ids, ZERO, {pk: _yuan(cents) for pk, cents in rows})


def annual_margin(ids: Ids, as_of: date) -> dict[int, Decimal]:
    """Net amount less cost of the last 12 months, over the orders whose cost is known."""
    margin = "SUM(CAST(ROUND(o.amount * 100) AS BIGINT) - CAST(ROUND(o.cost * 100) AS BIGINT))"
    rows = _rows(margin, ids, f"{_IN_WINDOW} AND o.cost IS NOT NULL", _window(as_of, ANNUAL_MONTHS))
    return {pk: _yuan(cents) for pk, cents in rows}


def margin_pct(ids: Ids, as_of: date) -> dict[int, Decimal]:
    """Margin of the last 12 months in percent of the amount, over the orders whose cost is known."""
    cents = "SUM(CAST(ROUND(o.cost * 100) AS BIGINT))"
    rows = _rows(f"{_NET}, {cents}", ids, f"{_IN_WINDOW} AND o.cost IS NOT NULL", _window(as_of, ANNUAL_MONTHS))
    return {pk: _percent(int(net) - int(cost), int(net)) for pk, net, cost in rows if net > 0}


def amount_growth_pct(ids: Ids, as_of: date) -> dict[int, Decimal]:
    """By how many percent the net amount of 12 months differs from the 12 months before; not known of who
    bought for nothing in those."""
    earlier, day = months_before(as_of, 2 * ANNUAL_MONTHS), months_before(as_of, ANNUAL_MONTHS)
    now = "SUM(CASE WHEN o.placed_on > %s THEN CAST(ROUND(o.amount * 100) AS BIGINT) ELSE 0 END)"
    rows = _rows(f"{now}, {_NET}", ids, _IN_WINDOW, [earlier, as_of], first=[day])
    found = {}
    for pk, new, both in rows:
        before = int(both) - int(new)
        if before > 0:
            found[pk] = _percent(int(new) - before, before)
    return found


def bought_before_and_now(customer_id: int, as_of: date) -> QuerySet[Order, tuple[int | None, int]]:
    """Asks for the net amount of the 12 months before the last 12 and the number of purchases in the last 12;
    `told_before_and_now` reads the row. Uses index: order_customer."""
    day = months_before(as_of, ANNUAL_MONTHS)
    cents = Cast(Round(F("amount") * 100), BigIntegerField())
    orders = Order.objects.filter(
        customer_id=customer_id, placed_on__gt=months_before(day, ANNUAL_MONTHS), placed_on__lte=as_of
    )
    return (
        orders.order_by()
        .values("customer_id")
        .annotate(
            cents=Sum(cents, filter=Q(placed_on__lte=day)),
            number=Count("pk", filter=Q(placed_on__gt=day, amount__gt=0)),
        )
        .values_list("cents", "number")
    )


def told_before_and_now(rows: Iterable[tuple[int | None, int]]) -> tuple[Decimal, int]:
    """The amount and the number that `bought_before_and_now` asked for; nothing of who bought nothing."""
    for cents, number in rows:
        return _yuan(cents or 0), number
    return ZERO, 0


@dataclass(frozen=True, slots=True)
class Figures:
    """What orders say of one customer as of a day, each as the fact of that name: the facts are asked for many
    customers and one thing, this for one customer and all."""

    annual_amount: Decimal
    orders_12m: int
    average_order: Decimal | None
    largest_purchase: Decimal | None
    margin_pct: Decimal | None
    last_order_on: date | None
    # Of all time, returns and what is dated ahead included.
    orders: int


def figures_of(customer_id: int, as_of: date) -> Figures:
    """One query. Uses index: order_customer."""
    cents, cost = "CAST(ROUND(o.amount * 100) AS BIGINT)", "CAST(ROUND(o.cost * 100) AS BIGINT)"
    bought, year = "o.placed_on <= %s AND o.amount > 0", _IN_WINDOW
    window = _window(as_of, ANNUAL_MONTHS)
    parts: list[tuple[str, list[Any]]] = [
        (f"SUM(CASE WHEN {year} THEN {cents} ELSE 0 END)", window),
        (f"SUM(CASE WHEN {year} AND o.amount > 0 THEN 1 ELSE 0 END)", window),
        (f"SUM(CASE WHEN {year} AND o.amount > 0 THEN {cents} ELSE 0 END)", window),
        (f"MAX(CASE WHEN {bought} THEN {cents} END)", [as_of]),
        (f"SUM(CASE WHEN {year} AND o.cost IS NOT NULL THEN {cents} ELSE 0 END)", window),
        (f"SUM(CASE WHEN {year} AND o.cost IS NOT NULL THEN {cost} ELSE 0 END)", window),
        (f"MAX(CASE WHEN {bought} THEN o.placed_on END)", [as_of]),
        ("COUNT(*)", []),
    ]
    rows = _rows(
        ", ".join(sql for sql, _values in parts), [customer_id], "1 = 1", [value for _s, v in parts for value in v]
    )
    for _pk, net, number, paid, largest, with_cost, spent, last, orders in rows:
        return Figures(
            annual_amount=_yuan(net),
            orders_12m=int(number),
            average_order=_share(_yuan(paid), int(number)) if number else None,
            largest_purchase=None if largest is None else _yuan(largest),
            margin_pct=_percent(int(with_cost) - int(spent), int(with_cost)) if with_cost > 0 else None,
            last_order_on=_date(last),
            orders=int(orders),
        )
    return Figures(ZERO, 0, None, None, None, None, 0)


def _order_count(months: int) -> Callable[[Ids, date], dict[int, int]]:
    def count(ids: Ids, as_of: date) -> dict[int, int]:
        rows = _rows("COUNT(*)", ids, f"{_IN_WINDOW} AND o.amount > 0", _window(as_of, months))
        return _zeroes(ids, 0, {pk: int(number) for pk, number in rows})

    return count


orders_6m = _order_count(HALF_MONTHS)
orders_12m = _order_count(ANNUAL_MONTHS)


def last_order_on(ids: Ids, as_of: date) -> dict[int, date]:
    """The day of the last purchase; who never bought has none."""
    rows = _rows("MAX(o.placed_on)", ids, "o.placed_on <= %s AND o.amount > 0", [as_of])
    return {pk: day for pk, given in rows if (day := _date(given)) is not None}


def recency_days(ids: Ids, as_of: date) -> dict[int, int]:
    """Days since the last purchase."""
    return {pk: (as_of - day).days for pk, day in last_order_on(ids, as_of).items()}


def arpu(ids: Ids, as_of: date) -> dict[int, Decimal]:
    """Net amount per month over the last 12 months."""
    return {pk: _share(amount, ANNUAL_MONTHS) for pk, amount in annual_amount(ids, as_of).items()}


def average_order(ids: Ids, as_of: date) -> dict[int, Decimal]:
    """Average amount of a purchase in the last 12 months, returns not counted."""
    rows = _rows(f"{_NET}, COUNT(*)", ids, f"{_IN_WINDOW} AND o.amount > 0", _window(as_of, ANNUAL_MONTHS))
    return {pk: _share(_yuan(cents), int(count)) for pk, cents, count in rows}


def largest_purchase(ids: Ids, as_of: date) -> dict[int, Decimal]:
    """The largest single purchase ever made up to the date."""
    largest = "MAX(CAST(ROUND(o.amount * 100) AS BIGINT))"
    return {pk: _yuan(cents) for pk, cents in _rows(largest, ids, "o.placed_on <= %s AND o.amount > 0", [as_of])}


def category_count(ids: Ids, as_of: date) -> dict[int, int]:
    """How many categories of product were bought in the last 12 months; not known of a customer none of
    whose purchases names a product with a category."""
    rows = _rows(
        "COUNT(DISTINCT p.category)",
        ids,
        f"{_IN_WINDOW} AND l.amount > 0 AND p.category <> ''",
        _window(as_of, ANNUAL_MONTHS),
        source=(
            "commerce_order o JOIN commerce_orderline l ON l.order_id = o.id"
            " JOIN commerce_product p ON p.id = l.product_id"
        ),
    )
    return {pk: int(number) for pk, number in rows}


def _date(given: Any) -> date | None:
    return parse_date(given) if isinstance(given, str) else given


def _percent(part: int, whole: int) -> Decimal:
    return (Decimal(part * 100) / whole).quantize(ZERO)


def _share(amount: Decimal, by: int) -> Decimal:
    return (amount / by).quantize(ZERO)


FACTS = (
    Fact("annual_amount", "yuan", _("Net amount of 12 months"), annual_amount, AMOUNT),
    Fact("annual_margin", "yuan", _("Margin of 12 months"), annual_margin, AMOUNT),
    Fact("margin_pct", "percent", _("Margin in percent"), margin_pct, AMOUNT),
    Fact("amount_growth_pct", "percent", _("Growth of the amount over a year"), amount_growth_pct, AMOUNT),
    Fact("orders_6m", "times", _("Purchases in 6 months"), orders_6m),
    Fact("orders_12m", "times", _("Purchases in 12 months"), orders_12m),
    Fact("recency_days", "days", _("Days since the last purchase"), recency_days, "last_order_on"),
    Fact("last_order_on", "date", _("Last purchase"), last_order_on, "last_order_on"),
    Fact("arpu", "yuan", _("Average per month"), arpu, AMOUNT),
    Fact("average_order", "yuan", _("Average purchase"), average_order, AMOUNT),
    Fact("largest_purchase", "yuan", _("Largest purchase"), largest_purchase, AMOUNT),
    Fact("category_count", "kinds", _("Kinds of product bought"), category_count),
)
