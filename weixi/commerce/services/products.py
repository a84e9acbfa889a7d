"""What we sell."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from weixi.commerce.models import Product
from weixi.customers.services.values import apply, check, clean_values
from weixi.kernel.errors import Invalid
from weixi.kernel.events.work import unit_of_work
from weixi.organisation.enums import Right
from weixi.organisation.scope import Viewer

PRODUCT_FIELDS = ("code", "name", "category", "unit")


def create_product(*, viewer: Viewer, code: str, name: str = "", category: str = "", unit: str = "") -> Product:
    """Add a product or service; without a name it is called by its code.

    Raises Invalid naming each field at fault; a taken code is one.
    """
    viewer.require(Right.ORDERS_EDIT)
    values = clean_values({"code": code, "name": name or code, "category": category, "unit": unit})
    with unit_of_work(actor=viewer.actor) as work:
        if Product.objects.filter(code=values["code"]).exists():
            raise Invalid(
                _("The product code %(code)s is taken.") % {"code": values["code"]},
                code="product.code_taken",
                fields={"code": _("Choose another code.")},
            )
        product = Product()
        apply(product, values, PRODUCT_FIELDS)
        check(product)
        product.save()
        work.record("product.created", subject=("product", product.pk), data={"code": product.code})
    return product


def change_product(product: Product, *, viewer: Viewer, values: Mapping[str, Any]) -> Product:
    """Change a product's fields; nothing is recorded when nothing differs."""
    viewer.require(Right.ORDERS_EDIT)
    cleaned = clean_values(values)
    with unit_of_work(actor=viewer.actor) as work:
        stored = Product.objects.select_for_update().get(pk=product.pk)
        changes = apply(stored, cleaned, PRODUCT_FIELDS)
        if not changes:
            return stored
        check(stored)
        stored.save()
        work.record("product.changed", subject=("product", stored.pk), data={"changes": changes})
    return stored


def products_by_code(codes: Mapping[str, str], *, viewer: Viewer) -> dict[str, Product]:
    """The products of these codes, those not there yet made with the given names; for imports.

    `codes` maps code to name (may be empty). One query to look and one to write, whatever the number.
    """
    viewer.require(Right.ORDERS_EDIT)
    wanted = {code: name for code, name in codes.items() if code}
    with unit_of_work(actor=viewer.actor):
        found = {p.code: p for p in Product.objects.filter(code__in=list(wanted))}
        fresh = [Product(code=code, name=(name or code)[:200]) for code, name in wanted.items() if code not in found]
        Product.objects.bulk_create(fresh, batch_size=1000, ignore_conflicts=True)
        if fresh:
            found |= {p.code: p for p in Product.objects.filter(code__in=[p.code for p in fresh])}
    return found
