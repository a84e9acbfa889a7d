"""The facts of orders as expressions on customers, for what lists filter by and add up.

Each says what the fact of the same name says for today (`facts.py`): whole cents for money, whole hundredths for a
percentage, null where it is not known.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import (
    BigIntegerField,
    Case,
    Count,
    F,
    FloatField,
    Func,
    IntegerField,
    OuterRef,
    QuerySet,
    Subquery,
    Sum,
    Value,
    When,
)
from django.db.models.functions import Coalesce

from weixi.commerce.dates import months_before
from weixi.commerce.facts import ANNUAL_MONTHS
from weixi.commerce.models import Order, OrderLine
from weixi.kernel import clock


def _cents(column: str) -> Func:
    return Func(F(column), template="CAST(ROUND(%(expressions)s * 100) AS BIGINT)", output_field=BigIntegerField())


def _rounded(value: Any) -> Func:
    return Func(value, template="CAST(ROUND(%(expressions)s) AS BIGINT)", output_field=BigIntegerField())


def _real(value: Any) -> Func:
    """A whole number as one that divides."""
    return Func(value, template="(%(expressions)s * 1.0)", output_field=FloatField())


def _orders(months: int = ANNUAL_MONTHS, until: date | None = None) -> QuerySet[Order, Any]:
    """The orders of one customer in the months that end on the day. Uses index: order_customer."""
    day = until or clock.today()
    rows = Order.objects.filter(customer=OuterRef("pk"), placed_on__gt=months_before(day, months), placed_on__lte=day)
    return rows.order_by().values("customer")


def _one(rows: QuerySet[Order, Any], value: str = "value") -> Subquery:
    return Subquery(rows.values(value), output_field=BigIntegerField())


def net_cents() -> Coalesce:
    """Net amount of 12 months; who never bought has bought for 0."""
    return Coalesce(_one(_orders().annotate(value=Sum(_cents("amount")))), Value(0))


def margin_cents() -> Subquery:
    """Amount less cost of 12 months, over the orders whose cost is known."""
    rows = _orders().filter(cost__isnull=False)
    return _one(rows.annotate(value=Sum(_cents("amount") - _cents("cost"))))


def margin_hundredths() -> Subquery:
    """The same in percent of the amount."""
    rows = _orders().filter(cost__isnull=False)
    summed = rows.annotate(net=Sum(_cents("amount")), spent=Sum(_cents("cost"))).filter(net__gt=0)
    return _one(summed.annotate(value=_rounded(_real(F("net") - F("spent")) * Value(10_000) / _real(F("net")))))


def growth_hundredths() -> Subquery:
    """By how many percent the net amount of 12 months differs from the 12 months before."""
    begin = months_before(clock.today(), ANNUAL_MONTHS)
    later = When(placed_on__gt=begin, then=_cents("amount"))
    earlier = When(placed_on__lte=begin, then=_cents("amount"))
    nothing = Value(0, output_field=BigIntegerField())
    summed = _orders(2 * ANNUAL_MONTHS).annotate(
        now=Sum(Case(later, default=nothing)), before=Sum(Case(earlier, default=nothing))
    )
    grown = summed.filter(before__gt=0)
    return _one(grown.annotate(value=_rounded(_real(F("now") - F("before")) * Value(10_000) / _real(F("before")))))


def arpu_cents() -> Func:
    """Net amount of 12 months per month."""
    return _rounded(_real(net_cents()) / Value(12))


def average_order_cents() -> Subquery:
    """Average amount of a purchase in 12 months, returns not counted."""
    rows = _orders().filter(amount__gt=0)
    return _one(rows.annotate(value=_rounded(_real(Sum(_cents("amount"))) / Count("pk"))))


def order_count(months: int) -> Coalesce:
    """Purchases in the months that end today."""
    counted = _orders(months).filter(amount__gt=0).annotate(value=Count("pk"))
    return Coalesce(Subquery(counted.values("value"), output_field=IntegerField()), 0)


def category_count() -> Subquery:
    """Categories of product bought in 12 months."""
    today = clock.today()
    rows = OrderLine.objects.filter(
        order__customer=OuterRef("pk"), order__placed_on__gt=months_before(today, ANNUAL_MONTHS),
        order__placed_on__lte=today, amount__gt=0, product__isnull=False,
    ).exclude(product__category="")  # fmt: skip
    counted = rows.order_by().values("order__customer").annotate(value=Count("product__category", distinct=True))
    return Subquery(counted.values("value"), output_field=IntegerField())
