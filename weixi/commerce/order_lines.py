"""A row of a file of orders as a line of its order."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from django.utils.translation import gettext as _

from weixi.commerce.models import OrderLine
from weixi.commerce.services import LineValues
from weixi.customers.importing.rows import Row
from weixi.customers.validators import clean_text
from weixi.kernel.importing.values.discounts import Discount
from weixi.kernel.money import money

_QUANTITY, _PRICE = Decimal("0.001"), Decimal("0.0001")
_MOST_QUANTITY, _MOST_PRICE = Decimal(10) ** 11, Decimal(10) ** 14


@dataclass(slots=True)
class Line:
    """One row as a line of an order."""

    row: Row
    code: str
    product: str
    description: str
    # Whether the file has a column for what a line says beside its product; else the product's name stands for it.
    said_apart: bool
    quantity: Decimal
    unit_price: Decimal
    amount: Decimal
    cost: Decimal | None
    position: int = 0

    def same_as(self, stored: OrderLine, code: str, product: str) -> bool:
        """Equal to a stored line of the product with that code and name; what the row leaves blank is not compared."""
        return (
            (stored.quantity, stored.unit_price, stored.amount) == (self.quantity, self.unit_price, self.amount)
            and (self.cost is None or stored.cost == self.cost)
            and (not self.code or code == self.code)
            and (
                stored.description == self.description
                or (
                    not self.said_apart
                    and (not self.description or (stored.description or product) == self.description)
                )
            )
        )


def quantity_of(row: Row) -> Decimal:
    """How much of it; one where nothing is said."""
    quantity: Decimal = row.values.get("quantity", Decimal(1))
    return quantity.quantize(_QUANTITY, ROUND_HALF_UP)


def line_sum(row: Row) -> Decimal:
    """Quantity times price, its discount taken off."""
    gross = quantity_of(row) * row.values.get("unit_price", Decimal(0))
    discount: Discount | None = row.values.get("discount")
    return gross if discount is None else discount.taken_off(gross)


def line_of(row: Row, *, amount: Decimal | None, said_apart: bool) -> tuple[Line | None, list[str]]:
    """(the line, why not). `amount` is what the row or its order says it comes to (`order_totals`)."""
    values, reasons = row.values, list(row.faults)
    quantity = quantity_of(row)
    price: Decimal | None = values.get("unit_price")
    if price is None and amount is None:
        return None, reasons or [_("The row has neither an amount nor a price.")]
    if abs(quantity) >= _MOST_QUANTITY or (price is not None and abs(price) >= _MOST_PRICE):
        return None, [*reasons, _("The quantity or price is too large.")]
    cost = values.get("cost")
    if cost is None and "unit_cost" in values:
        cost = values["unit_cost"] * quantity
    try:
        amount = money(line_sum(row) if amount is None else amount)
        cost = None if cost is None else money(cost)
    except ValueError:
        return None, [*reasons, _("The amount is too large.")]
    if quantity < 0 < amount:
        reasons.append(_("The quantity is negative, but the amount is not."))
    if price is None:
        price = amount / quantity if quantity else Decimal(0)
    price = price.quantize(_PRICE, ROUND_HALF_UP)
    name = clean_text(str(values.get("product_name", "")))[:200]
    model = str(values.get("product_model", ""))
    if model and model not in name:
        name = f"{name} {model}".strip()[:200]
    code = str(values.get("product_code", "")) or name
    text = clean_text(str(values.get("line_text", "")))[:200] if said_apart else name
    return Line(row, code[:60], name, text, said_apart, quantity, price, amount, cost), reasons


def as_values(line: OrderLine) -> LineValues:
    return LineValues(
        line.quantity, line.unit_price, line.amount, line.cost, line.product_id, line.description, line.position
    )


def values_of(line: Line, known: OrderLine | None) -> LineValues:
    return LineValues(
        line.quantity, line.unit_price, line.amount, line.cost if line.cost is not None or known is None else known.cost,
        known.product_id if known else None, line.description or (known.description if known else ""), line.position,
    )  # fmt: skip
