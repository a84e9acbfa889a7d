"""What we sell."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from weixi.commerce.models import Asset, OrderLine, Product
from weixi.customers.services.values import apply, check, clean_values
from weixi.kernel.errors import Invalid
from weixi.kernel.events.work import unit_of_work
from weixi.kernel.one_of import one_of
from weixi.kernel.rows import insert_missing
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


@dataclass(frozen=True, slots=True)
class Said:
    """What a file of orders says of a product; empty where it says nothing."""

    name: str = ""
    category: str = ""
    unit: str = ""


def products_by_code(codes: Mapping[str, Said], *, viewer: Viewer) -> dict[str, Product]:
    """The products of these codes; those not there yet are made as said, category and unit of the others are filled in
    where they are blank. For imports: so many queries whatever the number.
    """
    viewer.require(Right.ORDERS_EDIT)
    wanted = {code: said for code, said in codes.items() if code}
    with unit_of_work(actor=viewer.actor) as work:
        rows = [
            Product(code=code, name=(said.name or code)[:200], category=said.category, unit=said.unit)
            for code, said in wanted.items()
        ]
        made = insert_missing(rows, "code")
        for product in made:
            work.record("product.created", subject=("product", product.pk), data={"code": product.code})
        found = {product.code: product for product in Product.objects.filter(one_of("code", wanted)).order_by()}
        changes = {}
        for code, said in wanted.items():
            blank = {name: value for name in ("category", "unit") if (value := getattr(said, name))}
            if changed := {name: ["", value] for name, value in blank.items() if not getattr(found[code], name)}:
                changes[found[code]] = changed
                for name, (_old, value) in changed.items():
                    setattr(found[code], name, value)
        if changes:
            Product.objects.bulk_update(changes, ["category", "unit"])
        for product, changed in changes.items():
            work.record("product.changed", subject=("product", product.pk), data={"changes": changed})
    return found


def used_products(ids: Iterable[int]) -> set[int]:
    """Those of these products that stand in an order or are installed somewhere."""
    keys = list(ids)
    return {
        pk
        for model in (OrderLine, Asset)
        for pk in model.objects.filter(one_of("product_id", keys)).order_by().values_list("product_id", flat=True)
        if pk is not None
    }


def take_back_products(ids: Sequence[int], *, viewer: Viewer, reason: str) -> int:
    """Remove these products; returns how many there were. The caller has looked that nothing uses them."""
    viewer.require(Right.ORDERS_EDIT)
    if not ids:
        return 0
    with unit_of_work(actor=viewer.actor) as work:
        found = list(Product.objects.select_for_update().filter(one_of("pk", ids)).order_by("pk"))
        Product.objects.filter(one_of("pk", [product.pk for product in found])).delete()
        for product in found:
            data = {name: getattr(product, name) for name in PRODUCT_FIELDS}
            work.record("product.removed", subject=("product", product.pk), data={**data, "reason": reason})
    return len(found)
