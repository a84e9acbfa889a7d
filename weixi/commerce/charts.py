"""The months of a customer's purchases as columns. Pure: amounts in, coordinates out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

WIDTH, HEIGHT, LEFT, TOP, BOTTOM = 720.0, 180.0, 56.0, 14.0, 150.0


@dataclass(frozen=True, slots=True)
class Column:
    """One month: its net amount drawn from the zero line, up or down."""

    month: date
    amount: Decimal
    x: str
    y: str
    width: str
    height: str
    middle: str
    negative: bool


@dataclass(frozen=True, slots=True)
class Columns:
    """`zero` is the place of the zero line, `ticks` are (amount, place)."""

    columns: tuple[Column, ...]
    zero: str
    ticks: tuple[tuple[Decimal, str], ...]


def columns(months: Sequence[tuple[date, Decimal]]) -> Columns:
    """Columns for the given months, oldest first."""
    top = max([amount for _month, amount in months] + [Decimal(0)])
    low = min([amount for _month, amount in months] + [Decimal(0)])
    span = float(top - low) or 1.0
    step = (WIDTH - LEFT) / max(1, len(months))

    def place(amount: Decimal) -> float:
        return BOTTOM - float(amount - low) / span * (BOTTOM - TOP)

    zero = place(Decimal(0))
    made = []
    for number, (month, amount) in enumerate(months):
        y = place(amount)
        x = LEFT + step * number + step * 0.2
        made.append(
            Column(
                month, amount, f"{x:.1f}", f"{min(y, zero):.1f}", f"{step * 0.6:.1f}", f"{abs(zero - y):.1f}",
                f"{x + step * 0.3:.1f}", amount < 0,
            )
        )  # fmt: skip
    ticks = tuple(
        (amount, f"{place(amount) + 4:.1f}") for amount in dict.fromkeys((top, Decimal(0), low)) if amount or top == low
    )
    return Columns(tuple(made), f"{zero:.1f}", ticks or ((Decimal(0), f"{zero + 4:.1f}"),))
