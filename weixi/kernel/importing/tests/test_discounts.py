"""Discounts: decided for a column by its name and values, asked about where these do not tell."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from weixi.kernel.importing.values.discounts import (
    MONEY,
    OFF,
    PAID,
    Discount,
    DiscountRule,
    answered_discounts,
    decide_discounts,
    parse_discount,
)
from weixi.kernel.importing.values.outcome import Bad, NeedsAnswer


def left(header: str, cells: list[Any], answer: str = "") -> list[Any]:
    """What 100 comes to in each row of the column."""
    rule = answered_discounts(answer, cells) if answer else decide_discounts(header, cells)
    assert isinstance(rule, DiscountRule)
    read = [parse_discount(cell, rule) for cell in cells]
    return [each.taken_off(Decimal(100)) if isinstance(each, Discount) else each for each in read]


@pytest.mark.parametrize(
    ("header", "cells", "expected"),
    [
        ("Discount", [0, 0.15, "0.2"], [100, 85, 80]),
        ("Discount", ["10%", "0%"], [90, 100]),
        ("Discount %", [10, 0, 2.5], [90, 100, Decimal("97.5")]),
        ("Discount Amount", [10, "0.5"], [90, Decimal("99.5")]),
        ("折扣额", [12.5], [Decimal("87.5")]),
        ("折扣", ["9折", "八五折", "95折", None], [90, 85, 95, None]),
        ("折扣", [0, "0", ""], [100, 100, None]),
        ("折扣", [1, "1"], [100, 100]),
        ("折扣率", [100, "100"], [100, 100]),
    ],
)
def test_columns_that_tell(header: str, cells: list[Any], expected: list[Any]) -> None:
    assert left(header, cells) == expected


@pytest.mark.parametrize(
    ("cells", "answer", "expected"),
    [
        ([0.9, 1], PAID, [90, 100]),
        ([9, 9.5, 10], PAID, [90, 95, 100]),
        ([90, 100], PAID, [90, 100]),
        (["90%"], PAID, [90]),
        (["10%"], OFF, [90]),
        ([10, 5], OFF, [90, 95]),
        ([0.1], OFF, [90]),
        ([10, 5], MONEY, [90, 95]),
    ],
)
def test_columns_that_ask(cells: list[Any], answer: str, expected: list[Any]) -> None:
    asked = decide_discounts("折扣", cells)
    assert isinstance(asked, NeedsAnswer) and [option.key for option in asked.options] == [OFF, PAID, MONEY]
    assert left("折扣", cells, answer) == expected


@pytest.mark.parametrize(
    ("cell", "rule"),
    [("abc", DiscountRule()), (2, DiscountRule()), (-1, DiscountRule(MONEY)), ("10%", DiscountRule(MONEY))],
)
def test_what_is_no_discount(cell: Any, rule: DiscountRule) -> None:
    assert isinstance(parse_discount(cell, rule), Bad)


def test_an_answer_is_one_of_three_and_returns_take_their_discount_with_them() -> None:
    with pytest.raises(ValueError, match="no question"):
        answered_discounts("much", [])
    assert Discount(money=Decimal(5)).taken_off(Decimal(-100)) == -95
