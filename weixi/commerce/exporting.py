"""Orders as rows of a file: one per line of an order, as the importer takes them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime, time
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from weixi.commerce.models import OrderLine
from weixi.kernel.one_of import one_of
from weixi.kernel.slices import ExportKind

_COLUMNS = (
    "order__customer__number", "order__customer__name", "order__number", "order__placed_at", "position",
    "product__code", "product__name", "description", "quantity", "unit_price", "cost", "order__remark", "amount",
)  # fmt: skip


def _rows(_viewer: Any, ids: Sequence[int]) -> Iterator[list[Any]]:
    """Uses index: order_customer."""
    lines = OrderLine.objects.filter(one_of("order__customer_id", ids))
    for row in lines.order_by("order__customer_id", "order__placed_at", "order_id", "position").values_list(*_COLUMNS):
        yield [_moment(cell) if isinstance(cell, datetime) else cell for cell in row]


def _moment(value: datetime) -> date:
    """On the company's wall clock; a day alone at midnight, as orders without a time are kept."""
    local = timezone.localtime(value).replace(tzinfo=None)
    return local if local.time() != time() else local.date()


ORDERS = ExportKind(
    "orders",
    _("Orders"),
    (
        _("Customer number"), _("Customer"), _("Order number"), _("Date"), _("Line"), _("Product code"), _("Product"),
        _("Line description"), _("Quantity"), _("Unit price"), _("Cost"), _("Remark"), _("Amount"),
    ),
    _rows,
)  # fmt: skip
