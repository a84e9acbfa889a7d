"""The months of a customer's purchases as columns. Pure: amounts in, coordinates out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal

# More months than these are not all named.
MOST_NAMED = 12
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
    labelled: bool


@dataclass(frozen=True, slots=True)
class Tick:
    """An amount of the scale: `y` of its line, `text_y` of its words."""

    amount: Decimal
    y: str
    text_y: str


@dataclass(frozen=True, slots=True)
class Columns:
    """`zero` is the place of the zero line, `ticks` are the lines of the scale at round amounts."""

    columns: tuple[Column, ...]
    zero: str
    ticks: tuple[Tick, ...]


def columns(months: Sequence[tuple[date, Decimal]]) -> Columns:
    """Columns for the given months, oldest first."""
    highest = max([amount for _month, amount in months] + [Decimal(0)])
    lowest = min([amount for _month, amount in months] + [Decimal(0)])
    unit = scale_step(highest - lowest)
    # Whole division of decimals cuts towards zero.
    top = (highest / unit).to_integral_value(ROUND_CEILING) * unit
    low = (lowest / unit).to_integral_value(ROUND_FLOOR) * unit
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
                # Names of 24 months would lie over each other: those that begin a quarter are enough.
                len(months) <= MOST_NAMED or month.month in (1, 4, 7, 10),
            )
        )  # fmt: skip
    amounts = [low + unit * number for number in range(int((top - low) / unit) + 1)]
    ticks = tuple(Tick(amount, f"{place(amount):.1f}", f"{place(amount) + 4:.1f}") for amount in amounts)
    return Columns(tuple(made), f"{zero:.1f}", ticks)


def scale_step(span: Decimal) -> Decimal:
    """1, 2 or 5 times a power of ten, so that two to five steps cover the span."""
    if span <= 0:
        return Decimal(1)
    power = Decimal(10) ** (span.adjusted() - 1)
    return next(power * times for times in (2, 5, 10, 20, 50) if span <= power * times * 5)
