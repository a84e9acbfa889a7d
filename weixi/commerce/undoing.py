"""Orders of an import and the products it has made for them, taken back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from weixi.commerce.models import Order, Product
from weixi.commerce.services.order_values import LineValues
from weixi.commerce.services.orders import change_order
from weixi.commerce.services.products import change_product, take_back_products, used_products
from weixi.commerce.services.withdrawal import withdraw_orders
from weixi.customers.importing.undo.taking import EDITED, IN_USE, NOT_YOURS, REFUSED, USED, Fact, Taking
from weixi.customers.lists.saved import asked_for
from weixi.kernel.errors import WeixiError
from weixi.kernel.one_of import one_of


def orders_changed(taking: Taking, facts: Sequence[Fact]) -> None:
    """Orders whose lines or date the import has changed: as they were, unless somebody corrected them since."""
    orders = _orders(taking, facts)
    touched = taking.touched("order", (fact for fact in facts if fact.subject in orders))
    for fact in facts:
        order = orders.get(fact.subject)
        if order is None:
            taking.keep("order", fact.subject, NOT_YOURS)
        elif fact.subject in touched:
            taking.keep("order", fact.subject, EDITED)
        else:
            try:
                change_order(order, viewer=taking.viewer, **_former(fact.data))
            except WeixiError:
                taking.keep("order", fact.subject, REFUSED)
            else:
                taking.restored += len(fact.data["changes"])


def orders_made(taking: Taking, facts: Sequence[Fact]) -> None:
    """Orders the import has entered, unless somebody corrected them or took something back."""
    orders = _orders(taking, facts)
    touched = taking.touched("order", (fact for fact in facts if fact.subject in orders))
    returned = set(Order.objects.filter(one_of("returns_id", orders)).values_list("returns_id", flat=True))
    gone = []
    for fact in facts:
        if fact.subject not in orders:
            taking.keep("order", fact.subject, NOT_YOURS)
        elif fact.subject in touched or fact.subject in returned:
            taking.keep("order", fact.subject, EDITED if fact.subject in touched else USED)
        else:
            gone.append(fact.subject)
    taking.taken += withdraw_orders(gone, viewer=taking.viewer, reason=taking.reason)


def products_filled(taking: Taking, facts: Sequence[Fact]) -> None:
    """What the import has filled in of products, unless somebody has said otherwise since."""
    products = Product.objects.in_bulk({fact.subject for fact in facts})
    for fact in facts:
        if (product := products.get(fact.subject)) is None:
            continue
        values: dict[str, Any] = {}
        for name, (old, new) in fact.data["changes"].items():
            if getattr(product, name) == new:
                values[name] = old
            elif getattr(product, name) != old:
                taking.keep("product", product.pk, EDITED, name)
        if values:
            change_product(product, viewer=taking.viewer, values=values)
            taking.restored += len(values)


def products_made(taking: Taking, facts: Sequence[Fact]) -> None:
    """Products the import has made: gone, unless somebody has changed them since, an order or equipment names them or a view
    of the list asks for them."""
    made = Product.objects.in_bulk({fact.subject for fact in facts})
    touched = taking.touched("product", facts)
    asked = asked_for(word for product in made.values() for word in (product.code, product.name))
    used = used_products(made)
    gone = []
    for pk, product in sorted(made.items()):
        if pk in touched:
            taking.keep("product", pk, EDITED)
        elif pk in used or asked.intersection((product.code, product.name)):
            taking.keep("product", pk, IN_USE)
        else:
            gone.append(pk)
    taking.taken += take_back_products(gone, viewer=taking.viewer, reason=taking.reason)


def _orders(taking: Taking, facts: Sequence[Fact]) -> dict[int, Order]:
    rows = Order.objects.filter(one_of("pk", {fact.subject for fact in facts})).select_related("customer")
    found = {order.pk: order for order in rows}
    seen = taking.seen({order.customer_id for order in found.values()})
    return {pk: order for pk, order in found.items() if order.customer_id in seen}


def _former(data: Mapping[str, Any]) -> dict[str, Any]:
    """What `change_order` takes to make the order what it was."""
    changes = data["changes"]
    former: dict[str, Any] = {}
    if "placed_at" in changes:
        former["placed_at"] = datetime.fromisoformat(changes["placed_at"][0])
    if "remark" in changes:
        former["remark"] = changes["remark"][0]
    if lines := data.get("former_lines"):
        former["lines"] = [_line(line) for line in lines]
    return former


def _line(said: Mapping[str, Any]) -> LineValues:
    return LineValues(
        quantity=Decimal(said["quantity"]),
        unit_price=Decimal(said["unit_price"]),
        amount=Decimal(said["amount"]),
        cost=None if said["cost"] is None else Decimal(said["cost"]),
        product_id=said["product_id"],
        description=said["description"],
        position=said["position"],
    )
