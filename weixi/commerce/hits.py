"""What the palette finds of commerce: orders and contracts by their number, equipment by its serial number."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from weixi.commerce.models import Asset, Contract, Order
from weixi.customers.access import viewer_access
from weixi.kernel.currency import money_text
from weixi.kernel.drawing.moments import day_text
from weixi.kernel.prefix import begins
from weixi.kernel.slices import Hit
from weixi.organisation.scope import Viewer

# A number is asked for by so many characters at least, one of them a digit: else half of all begin so.
SHORTEST = 3
# Those of other people's customers are passed over; no more are looked at than this.
LOOKED_AT = 200


def order_hits(viewer: Viewer, text: str, limit: int) -> Iterable[Hit]:
    """Orders whose number begins so. One query. Uses index: the one of `number`."""
    first = _numbered(Order, text)
    return _hits(viewer, first, limit).values() if first is not None else ()


def recall_orders(viewer: Viewer, keys: Sequence[str]) -> Mapping[str, Hit]:
    """The orders of these ids that are still in scope. One query."""
    return _hits(viewer, [int(key) for key in keys], len(keys))


def contract_hits(viewer: Viewer, text: str, limit: int) -> Iterable[Hit]:
    """Contracts whose number begins so; each leads to those of its customer. One query. Uses index: the one of
    `number`."""
    first = _numbered(Contract, text)
    return _contracts(viewer, first, limit).values() if first is not None else ()


def recall_contracts(viewer: Viewer, keys: Sequence[str]) -> Mapping[str, Hit]:
    """The contracts of these ids that are still in scope. One query."""
    return _contracts(viewer, [int(key) for key in keys], len(keys))


def asset_hits(viewer: Viewer, text: str, limit: int) -> Iterable[Hit]:
    """Equipment whose serial number begins so; each leads to that of its customer. One query. Uses index: the one of
    `serial`."""
    first = _numbered(Asset, text, "serial")
    return _assets(viewer, first, limit).values() if first is not None else ()


def recall_assets(viewer: Viewer, keys: Sequence[str]) -> Mapping[str, Hit]:
    """The equipment of these ids that is still in scope. One query."""
    return _assets(viewer, [int(key) for key in keys], len(keys))


def _numbered(model: type[Order | Contract | Asset], text: str, column: str = "number") -> QuerySet[Any, Any] | None:
    """The ids of the first whose number (or what `column` has of it) begins so, in small or capital letters; None for what is no number."""
    if len(text) < SHORTEST or not any(char.isdigit() for char in text):
        return None
    where = begins(column, text)
    if text.upper() != text:
        where |= begins(column, text.upper())
    return model.objects.filter(where).order_by(column).values("pk")[:LOOKED_AT]


def _assets(viewer: Viewer, ids: Any, limit: int) -> dict[str, Hit]:
    return _of_customers(viewer, Asset.objects.filter(pk__in=ids), ("serial", "name"), "assets", "asset", limit)


def _contracts(viewer: Viewer, ids: Any, limit: int) -> dict[str, Hit]:
    return _of_customers(viewer, Contract.objects.filter(pk__in=ids), ("number", "title"), "contracts", "doc", limit)


def _of_customers(
    viewer: Viewer, rows: QuerySet[Any], columns: tuple[str, str], tab: str, icon: str, limit: int
) -> dict[str, Hit]:
    """Hits for what stands in a tab of its customer: its number as the title, its name and whose it is below."""
    access = viewer_access(viewer)
    mine = rows.filter(viewer.owned("customer__")).order_by(columns[0])
    found = mine.values_list("pk", *columns, "customer_id", "customer__name")[:limit]
    return {
        str(pk): Hit(
            title=number,
            url=f"{reverse('customer', args=[customer_id])}?tab={tab}",
            sub=f"{name}　{access.present('name', customer)}",
            icon=icon,
            key=str(pk),
        )
        for pk, number, name, customer_id, customer in found
    }


def _hits(viewer: Viewer, ids: Any, limit: int) -> dict[str, Hit]:
    access = viewer_access(viewer)
    rows = Order.objects.filter(viewer.owned("customer__"), pk__in=ids).order_by("number")
    columns = rows.values_list("pk", "number", "amount", "placed_on", "customer__name")
    return {
        str(pk): Hit(
            title=number,
            url=reverse("order", args=[pk]),
            sub=_("%(customer)s, %(day)s, %(amount)s")
            % {"customer": access.present("name", customer), "day": day_text(placed_on), "amount": money_text(amount)},
            icon="cart",
            panel=True,
            key=str(pk),
        )
        for pk, number, amount, placed_on, customer in columns[:limit]
    }
