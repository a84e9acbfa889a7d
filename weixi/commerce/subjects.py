"""What `order:7` stands for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from django.utils import timezone

from weixi.commerce.models import Order
from weixi.kernel.money import yuan


def order_owners(ids: Iterable[str]) -> Mapping[str, int]:
    """An order is the customer's owner's to follow up."""
    return {}


def order_about(ids: Iterable[str]) -> Mapping[str, str]:
    """`SO2611-0042 ¥12,300.00 11-14`."""
    orders = Order.objects.filter(pk__in=list(ids)).order_by().values_list("pk", "number", "amount", "placed_at")
    return {
        str(pk): f"{number} {yuan(amount)} {timezone.localtime(placed_at):%m-%d}"
        for pk, number, amount, placed_at in orders
    }
