"""Money is `Decimal` with two places; amounts of the policy are plain numbers of its currency."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal, InvalidOperation

CENT = Decimal("0.01")
# Fits DecimalField(max_digits=18, decimal_places=2) on both databases.
LARGEST = Decimal("9999999999999999.99")


def money(value: Decimal | int | str) -> Decimal:
    """`value` rounded half up to two places.

    Raises ValueError for text that is no number, for NaN, infinity and amounts beyond 18 digits.
    Floats are refused on purpose: 0.1 + 0.2 is not 0.30.
    """
    if isinstance(value, float):
        raise ValueError("money from a float would not be exact")
    try:
        amount = Decimal(value)
    except (InvalidOperation, TypeError):
        raise ValueError(f"{value!r} is not an amount") from None
    if not amount.is_finite() or abs(amount) > LARGEST:
        raise ValueError(f"{value!r} is not an amount")
    return amount.quantize(CENT, rounding=ROUND_HALF_UP)
