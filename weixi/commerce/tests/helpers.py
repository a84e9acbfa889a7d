"""Short ways to put orders into a test's world; all through the services."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from itertools import count

from weixi.commerce.dates import company_midnight
from weixi.commerce.models import Order
from weixi.commerce.services import LineValues, place_order
from weixi.customers.models import Customer
from weixi.organisation.scope import Viewer, system_viewer

_numbers = count(1)


def buy(
    customer: Customer,
    day: str,
    amount: str,
    *,
    cost: str | None = None,
    viewer: Viewer | None = None,
    number: str = "",
) -> Order:
    """An order of one line on that day."""
    return place_order(
        customer,
        viewer=viewer or system_viewer("test"),
        number=number or f"T-{next(_numbers)}",
        placed_at=company_midnight(date.fromisoformat(day)),
        lines=[LineValues(amount=Decimal(amount), cost=None if cost is None else Decimal(cost))],
    )
