"""What an order is made of, checked and summed before any row is written."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from django.utils.translation import gettext as _

from weixi.commerce.models import OrderLine
from weixi.customers.validators import clean_text
from weixi.kernel.errors import Invalid
from weixi.kernel.money import CENT, money


@dataclass(frozen=True, slots=True)
class LineValues:
    """One line. Without `amount` it is quantity x unit price, rounded half up to a cent; negative for
    what is taken back. Without `position` it takes its place in the order."""

    quantity: Decimal = Decimal(1)
    unit_price: Decimal = Decimal(0)
    amount: Decimal | None = None
    cost: Decimal | None = None
    product_id: int | None = None
    description: str = ""
    position: int | None = None


@dataclass(frozen=True, slots=True)
class OrderValues:
    """One order of an import. `number` is unique; `placed_at` is aware."""

    number: str
    customer_id: int
    placed_at: datetime
    lines: Sequence[LineValues] = field(default_factory=tuple)
    remark: str = ""
    returns_id: int | None = None


def build_lines(values: Iterable[LineValues]) -> list[OrderLine]:
    """Rows for the lines, without their order. Raises Invalid naming the line at fault."""
    rows: list[OrderLine] = []
    taken: set[int] = set()
    for place, line in enumerate(values, start=1):
        position = line.position or place
        if position in taken:
            raise Invalid(
                _("Line %(place)d of the order stands twice.") % {"place": position},
                fields={"lines": _("Give each line its own number.")},
            )
        taken.add(position)
        try:
            amount = money(line.quantity * line.unit_price if line.amount is None else line.amount)
            cost = None if line.cost is None else money(line.cost)
        except ValueError:
            raise Invalid(
                _("The amount of line %(place)d is too large or not a number.") % {"place": position},
                fields={"lines": _("Check quantity and price.")},
            ) from None
        rows.append(
            OrderLine(
                position=position,
                product_id=line.product_id,
                description=clean_text(line.description)[:200],
                quantity=line.quantity,
                unit_price=line.unit_price,
                amount=amount,
                cost=cost,
            )
        )
    if not rows:
        raise Invalid(_("An order needs at least one line."), fields={"lines": _("Enter a line.")})
    return rows


def sums(rows: Iterable[OrderLine]) -> tuple[Decimal, Decimal | None]:
    """(amount, cost) of an order; the cost is None when no line knows its own."""
    amount, cost, known = Decimal(0), Decimal(0), False
    for row in rows:
        amount += row.amount
        if row.cost is not None:
            cost, known = cost + row.cost, True
    return amount.quantize(CENT), cost.quantize(CENT) if known else None
