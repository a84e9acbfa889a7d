"""The days of customers, as lists."""

from __future__ import annotations

from datetime import date

from django.db.models import QuerySet

from weixi.customers.models import Occasion
from weixi.organisation.scope import Viewer


def occasions_for(
    viewer: Viewer,
    *,
    customer: int | None = None,
    kind: str | None = None,
    first: date | None = None,
    last: date | None = None,
) -> QuerySet[Occasion]:
    """The days of the viewer's customers that were not taken out, by day. Uses index: occasion_customer, occasion_day."""
    rows = Occasion.objects.filter(viewer.owned("customer__"), removed_at=None).select_related("customer")
    if customer is not None:
        rows = rows.filter(customer_id=customer)
    if kind is not None:
        rows = rows.filter(kind=kind)
    if first is not None:
        rows = rows.filter(day__gte=first)
    if last is not None:
        rows = rows.filter(day__lte=last)
    return rows.order_by("day", "pk")
