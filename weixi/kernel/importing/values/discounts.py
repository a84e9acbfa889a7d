"""Discounts of lines without an amount of their own: 0.1, 10%, 9折, 12.50 off. What a column means is decided once; where
its name and its values do not tell, a person is asked (0.9 may be paid or taken off).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from weixi.kernel.importing.cells import Cell, is_blank
from weixi.kernel.importing.values.numbers import parse_number
from weixi.kernel.importing.values.outcome import Bad, NeedsAnswer, Option, bad, error_cell
from weixi.kernel.importing.wording import gettext_noop as _
from weixi.kernel.importing.wording import say

OFF, PAID, MONEY = "off", "paid", "money"
_TENTHS = re.compile(r"^(\d{1,2}(?:\.\d+)?|[一二三四五六七八九]{1,2})折$")
_SIGNS = str.maketrans("一二三四五六七八九", "123456789")
_MONEY_NAME = re.compile(r"折扣额|折扣金额|amount|value", re.IGNORECASE)
_ENGLISH = re.compile(r"discount", re.IGNORECASE)
_UNREADABLE = _("“%(value)s” is no discount of this column.")
_ONE, _TEN, _HUNDRED = Decimal(1), Decimal(10), Decimal(100)


@dataclass(frozen=True, slots=True)
class Discount:
    """What is left of the price (`share`, 0 to 1), and money off besides."""

    share: Decimal = _ONE
    money: Decimal = Decimal(0)

    def taken_off(self, gross: Decimal) -> Decimal:
        """What `gross` comes to; goods that come back take their discount with them."""
        return gross * self.share - (self.money if gross >= 0 else -self.money)


@dataclass(frozen=True, slots=True)
class DiscountRule:
    """What the numbers of a column are, and what one of them is divided by (percent: 100, 折: 10)."""

    means: str = OFF
    of: Decimal = _ONE


def decide_discounts(header: str, cells: Iterable[Cell]) -> DiscountRule | NeedsAnswer:
    """The rule of a column by its name and all its values, or the question to ask."""
    numbers, examples = _numbers(cells)
    if _MONEY_NAME.search(header):
        return DiscountRule(MONEY)
    if not any(numbers):
        return DiscountRule(OFF)
    most = max(numbers)
    if _ENGLISH.search(header) and (most <= 1 or "%" in header):
        return answered_discounts(OFF, numbers)
    if set(numbers) <= {_ONE} or set(numbers) <= {_HUNDRED}:
        return answered_discounts(PAID, numbers)
    return NeedsAnswer(
        "discount",
        say(_("What does this column of discounts say?")),
        (
            Option(OFF, say(_("what is taken off: 10, 10% or 0.1 is a tenth less"))),
            Option(PAID, say(_("what is left to pay: 90, 90%, 9 or 0.9 is a tenth less"))),
            Option(MONEY, say(_("an amount of money that is taken off the line"))),
        ),
        tuple(examples),
    )


def answered_discounts(means: str, cells: Iterable[Cell | Decimal]) -> DiscountRule:
    """The rule for an answer. Raises ValueError for a text that is none."""
    if means not in (OFF, PAID, MONEY):
        raise ValueError(f"{means!r} answers no question about discounts")
    most = max(_numbers(cells)[0], default=Decimal(0))
    if means == MONEY or most <= 1:
        return DiscountRule(means)
    return DiscountRule(means, _TEN if means == PAID and most <= _TEN else _HUNDRED)


def parse_discount(cell: Cell, rule: DiscountRule = DiscountRule()) -> Discount | Bad | None:
    """The discount of a cell; 9折 and 10% say themselves how much. Bad: none, more than all, or less than nothing."""
    if is_blank(cell):
        return None
    if (fault := error_cell(cell)) is not None:
        return fault
    if (tenths := _tenths(cell)) is not None:
        return Discount(tenths)
    number = parse_number(cell)
    if isinstance(number, Bad) or number is None:
        return number
    if rule.means == MONEY:
        return bad("discount", _UNREADABLE, cell) if _is_share(cell) or number < 0 else Discount(money=number)
    share = number if _is_share(cell) else number / rule.of
    if not 0 <= share <= 1:
        return bad("discount", _UNREADABLE, cell)
    return Discount(share if rule.means == PAID else _ONE - share)


def _numbers(cells: Iterable[Cell | Decimal]) -> tuple[list[Decimal], list[str]]:
    """The plain numbers of a column, and some texts of it as examples."""
    found: list[Decimal] = []
    examples: dict[str, None] = {}
    for cell in cells:
        if isinstance(cell, Decimal):
            found.append(cell)
            continue
        if is_blank(cell) or _tenths(cell) is not None:
            continue
        number = parse_number(cell)
        if not isinstance(number, Decimal):
            continue
        if number and len(examples) < 5:
            examples[str(cell).strip()] = None
        # A share of a hundred is told by its sign; whether it is taken off is not.
        found.append(min(number, _ONE) if _is_share(cell) else number)
    return found, list(examples)


def _is_share(cell: Cell) -> bool:
    return isinstance(cell, str) and ("%" in cell or "％" in cell)


def _tenths(cell: Cell) -> Decimal | None:
    """9折, 八五折: what is left of the price."""
    if not isinstance(cell, str) or "折" not in cell:
        return None
    match = _TENTHS.match("".join(unicodedata.normalize("NFKC", cell).split()))
    if match is None:
        return None
    number = Decimal(match[1].translate(_SIGNS))
    return number / (_TEN if number <= _TEN else _HUNDRED)
