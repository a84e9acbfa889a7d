"""What the palette finds of commerce: orders by their number."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from weixi.commerce.models import Order
from weixi.customers.access import viewer_access
from weixi.kernel.currency import money_text
from weixi.kernel.drawing.moments import day_text
from weixi.kernel.prefix import begins
from weixi.kernel.slices import Hit
from weixi.organisation.scope import Viewer

# A number is asked for by so many characters at least, one of them a digit: else half of all orders begin so.
SHORTEST = 3
# Orders of other people's customers are passed over; no more are looked at than this.
LOOKED_AT = 200


def order_hits(viewer: Viewer, text: str, limit: int) -> Iterable[Hit]:
    """Orders whose number begins so, in small or capital letters. One query. Uses index: the one of `number`."""
    if len(text) < SHORTEST or not any(char.isdigit() for char in text):
        return ()
    where = begins("number", text)
    if text.upper() != text:
        where |= begins("number", text.upper())
    first = Order.objects.filter(where).order_by("number").values("pk")[:LOOKED_AT]
    return _hits(viewer, first, limit).values()


def recall_orders(viewer: Viewer, keys: Sequence[str]) -> Mapping[str, Hit]:
    """The orders of these ids that are still in scope. One query."""
    return _hits(viewer, [int(key) for key in keys], len(keys))


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
