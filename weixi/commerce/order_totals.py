"""What the rows of one order come to: exports often write the total of the whole order on each of its rows, or on the
first. Counted once for each row it would be bought many times.

A row's own amount counts, else its quantity times its price; the order's total only where its rows say no more, or where
it is one row. An amount that can only be the order's total is taken for that, and said.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from django.utils.translation import gettext as _

from weixi.commerce.order_lines import line_sum
from weixi.customers.importing.rows import Row
from weixi.kernel.money import money

_CENT = Decimal("0.01")
# An amount on every row that is so much more than quantity times price of one of them is no line's amount; so much, where
# they all come to the same (two equal lines with taxes on top).
_APART, _EQUAL_APART = Decimal("1.25"), Decimal("1.5")


@dataclass(slots=True)
class Sums:
    """Amounts by the number of the row; `fault` keeps the order out; `told` is (what is said once, the sentence)."""

    amounts: dict[int, Decimal | None] = field(default_factory=dict)
    fault: str = ""
    told: tuple[str, str] | None = None


def sums_of(rows: Sequence[Row]) -> Sums:
    """What each row of one order comes to; None where its quantity and price say it."""
    own = {row.number: row.values.get("amount") for row in rows}
    totals = {row.values["order_amount"]: row.number for row in reversed(rows) if row.values.get("order_amount")}
    if len(totals) > 1:
        places = ", ".join(f"{total} ({number})" for total, number in list(totals.items())[:3])
        return Sums(fault=_("The rows of this order say different totals: %(places)s.") % {"places": places})
    total = next(iter(totals), next((row.values["order_amount"] for row in rows if "order_amount" in row.values), None))
    if _says_the_whole(rows, own):
        sentence = _(
            "The amount of an order stands on each of its rows: quantity times price counts, not the amount again."
        )
        return Sums(dict.fromkeys(own, None), told=("repeated", sentence))
    if total is None:
        return Sums(own)
    if len(rows) == 1:
        return Sums({number: total if amount is None else amount for number, amount in own.items()})
    if all(amount is None and "unit_price" not in row.values for row, amount in zip(rows, own.values(), strict=True)):
        first, *others = own
        return Sums({first: total, **dict.fromkeys(others, Decimal(0))})
    return Sums(own, told=_difference(rows, own, total))


def _says_the_whole(rows: Sequence[Row], own: dict[int, Decimal | None]) -> bool:
    """Whether the amount on each row can only be that of all of them."""
    amounts = set(own.values())
    whole = next(iter(amounts))
    if len(rows) < 2 or len(amounts) > 1 or not whole or any("unit_price" not in row.values for row in rows):
        return False
    lines = [line_sum(row) for row in rows]
    if all(abs(line - whole) <= _CENT for line in lines):
        return False
    if abs(sum(lines) - whole) <= _CENT * len(lines):
        return True
    if any(line * whole < 0 for line in lines):
        return False
    most, least = max(map(abs, lines)), min(map(abs, lines))
    if most - least <= _CENT:
        return abs(whole) >= most * _EQUAL_APART
    return abs(whole) >= most and abs(whole) >= least * _APART


def _difference(rows: Sequence[Row], own: dict[int, Decimal | None], total: Decimal) -> tuple[str, str] | None:
    """What is said when the lines do not come to the order's total (postage, a discount on all of it)."""
    lines = Decimal(0)
    for row in rows:
        amount = own[row.number]
        if amount is None:
            if "unit_price" not in row.values:
                return None
            amount = line_sum(row)
        lines += amount
    if abs(lines - total) <= _CENT * len(rows):
        return None
    sentence = _(
        "The total of this order is %(total)s, its rows come to %(lines)s; the rows count, in other orders too."
    )
    return "difference", sentence % {"total": money(total), "lines": money(lines)}
