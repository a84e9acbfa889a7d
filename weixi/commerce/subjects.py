"""What `order:7` and `product:7` stand for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from weixi.commerce.models import Order, Product
from weixi.kernel.currency import money_text
from weixi.kernel.drawing.moments import day_text
from weixi.kernel.together import ByKeys, Row


def order_owners(ids: Iterable[str]) -> Mapping[str, int]:
    """An order is the customer's owner's to follow up."""
    return {}


def nobody(ids: Iterable[str]) -> Mapping[str, int]:
    """What we sell is the company's."""
    return {}


def _orders(ids: Iterable[str]) -> QuerySet[Any]:
    return Order.objects.filter(pk__in=list(ids)).order_by().values_list("pk", "number", "amount", "placed_at")


def _called(orders: Iterable[Row]) -> Mapping[str, str]:
    return {
        str(pk): f"{number} {money_text(amount)} {day_text(timezone.localtime(placed_at).date(), year=False)}"
        for pk, number, amount, placed_at in orders
    }


# `SO2611-0042 ¥12,300.00 11月14日`.
order_about = ByKeys(_orders, _called)

product_about = ByKeys(
    lambda ids: Product.objects.filter(pk__in=list(ids)).order_by().values_list("pk", "code", "name"),
    lambda products: {str(pk): code if code == name else f"{code} {name}" for pk, code, name in products},
)
