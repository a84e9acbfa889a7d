"""Numbers and money as `Decimal`, exactly as written; nothing is rounded here.

A comma between groups of three divides thousands and a point divides decimals, as written in China. A column
that says otherwise throughout (`0,42`, `12,5`) is taken at its word by `decide_numbers`; one that leaves a doubt
(`7,5` beside `1,234` or `1.000`) is asked about once.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal, InvalidOperation

from weixi.kernel.importing.cells import EXACT_FLOAT, Cell, cell_text, is_blank
from weixi.kernel.importing.values.outcome import Bad, NeedsAnswer, Option, bad, error_cell
from weixi.kernel.importing.wording import gettext_noop as _
from weixi.kernel.importing.wording import say
from weixi.kernel.money import LARGEST

POINT, COMMA = "point", "comma"
_LONGEST = 60
_EXAMPLES = 5
_CURRENCY = re.compile(r"人民币|CNY|RMB|¥|元整?|圆", re.IGNORECASE)
_OTHER_CURRENCY = re.compile(
    r"US\$|HK\$|NT\$|USD|EUR|HKD|JPY|GBP|TWD|\$|€|£|美元|港元|港币|欧元|日元|英镑|台币", re.IGNORECASE
)
_UNITS = {"千": 10**3, "万": 10**4, "百万": 10**6, "千万": 10**7, "亿": 10**8, "k": 10**3}
_SHAPE = re.compile(
    r"^(?P<sign>[-+]?)(?P<body>\d[\d.,' ]*|\.\d+)(?P<exp>e[-+]?\d{1,3})?(?P<unit>百万|千万|千|万|亿|k)?(?P<share>[%‰]?)"
    r"(?P<after>-?)$",
    re.IGNORECASE,
)
_POINTED = re.compile(r"^(?:\d+|\d{1,3}(?:,\d{3})+|\d{1,3}(?:[ ']\d{3})+)(?:\.\d*)?$|^\.\d+$")
_COMMAED = re.compile(r"^(?:\d+|\d{1,3}(?:\.\d{3})+|\d{1,3}(?:[ ']\d{3})+)(?:,\d*)?$")
_UNREADABLE = _("“%(value)s” is not a number.")
_AMBIGUOUS = _("“%(value)s” can be read as two different numbers.")


@dataclass(frozen=True, slots=True)
class NumberRule:
    """How a column writes numbers. `decimal` is `point` (1,234.50) or `comma` (1.234,50)."""

    decimal: str = POINT


# So many different numbers have to agree before a mark is taken for what it can only be.
_WITNESSES = 2


def decide_numbers(cells: Iterable[Cell]) -> NumberRule | NeedsAnswer:
    """The rule of a column from all its different values; asks when some only make sense with a decimal comma and others
    may say otherwise."""
    only_comma: list[str] = []
    contrary = False
    for cell in cells:
        if not isinstance(cell, str) or not any(mark in cell for mark in ",，.．"):
            continue
        body = _body(cell)
        if body is None or ("," not in body and "." not in body):
            continue
        if _POINTED.match(body) or not _COMMAED.match(body):
            # 1,234 and 1.000 say nothing for sure, 2.55 the other thing.
            contrary = True
        elif len(only_comma) < _EXAMPLES:
            only_comma.append(cell.strip())
        if contrary and len(only_comma) == _EXAMPLES:
            break
    if not only_comma:
        return NumberRule()
    if not contrary and len(only_comma) >= _WITNESSES:
        return NumberRule(COMMA)
    return NeedsAnswer(
        "number_marks",
        say(_("What does the comma mean in the numbers of this column?")),
        (
            Option(POINT, say(_("1,234.50: a comma between thousands, a point before decimals"))),
            Option(COMMA, say(_("1.234,50: a point between thousands, a comma before decimals"))),
        ),
        tuple(only_comma),
    )


def parse_number(cell: Cell, rule: NumberRule = NumberRule()) -> Decimal | Bad | None:
    """The exact number of a cell; None when it is empty.

    Takes full-width digits, ¥ and 元, 万 and 亿, percent (as a fraction), brackets or a minus behind for
    negative. Bad: no number, two readings, another currency, NaN and infinity, more than 30 digits.
    """
    if is_blank(cell):
        return None
    if (fault := error_cell(cell)) is not None:
        return fault
    if isinstance(cell, bool | date | datetime | time | timedelta):
        return bad("number_unreadable", _UNREADABLE, cell_text(cell))
    if isinstance(cell, int):
        return Decimal(cell)
    if isinstance(cell, float):
        # A spreadsheet keeps 15 digits; what stands behind them is noise of the binary form (0.1 + 0.2).
        number = Decimal(format(cell, ".15g"))
        return number if number.is_finite() else bad("number_unreadable", _UNREADABLE, cell)
    return _from_text(str(cell), rule)


def _from_text(raw: str, rule: NumberRule) -> Decimal | Bad:
    text = _plain(raw)
    if len(text) > _LONGEST:
        return bad("number_unreadable", _UNREADABLE, raw)
    if _OTHER_CURRENCY.search(text):
        return bad("number_currency", _("“%(value)s” is in another currency."), raw)
    negative = False
    if text.startswith("(") and text.endswith(")"):
        negative, text = True, text[1:-1].strip()
    match = _SHAPE.match(_CURRENCY.sub("", text).replace("- ", "-").strip())
    if match is None:
        return bad("number_unreadable", _UNREADABLE, raw)
    body = match["body"].strip()
    fits, other = (_POINTED, _COMMAED) if rule.decimal == POINT else (_COMMAED, _POINTED)
    if not fits.match(body):
        return (
            bad("number_ambiguous", _AMBIGUOUS, raw)
            if other.match(body)
            else bad("number_unreadable", _UNREADABLE, raw)
        )
    marks = (",", ".") if rule.decimal == POINT else (".", ",")
    digits = body.replace(marks[0], "").replace(" ", "").replace("'", "").replace(marks[1], ".")
    try:
        number = Decimal(digits + (match["exp"] or ""))
    except InvalidOperation:
        return bad("number_unreadable", _UNREADABLE, raw)
    if abs(number.adjusted()) > 30:
        return bad("number_size", _("The number “%(value)s” is too large or too small."), raw)
    if match["unit"]:
        number *= _UNITS[match["unit"].lower()]
    if match["share"]:
        number = number.scaleb(-2 if match["share"] == "%" else -3)
    minus = negative + (match["sign"] == "-") + (match["after"] == "-")
    if minus > 1:
        return bad("number_unreadable", _UNREADABLE, raw)
    return -number if minus else number


def parse_money(cell: Cell, rule: NumberRule = NumberRule()) -> Decimal | Bad | None:
    """An amount, exact; Bad as `parse_number`, a percentage, or more than the 16 digits before the point we
    store.
    """
    amount = parse_number(cell, rule)
    if not isinstance(amount, Decimal):
        return amount
    if isinstance(cell, str) and ("%" in cell or "％" in cell or "‰" in cell):
        return bad("money_unreadable", _("“%(value)s” is not an amount of money."), cell)
    if abs(amount) > LARGEST:
        return bad("number_size", _("The number “%(value)s” is too large or too small."), cell_text(cell))
    return amount


def parse_whole(cell: Cell, rule: NumberRule = NumberRule()) -> int | Bad | None:
    """A whole number (`17850.0` is 17850); Bad when it has decimals or does not fit 63 bits."""
    number = parse_number(cell, rule)
    if not isinstance(number, Decimal):
        return number
    if number != number.to_integral_value():
        return bad("whole_decimals", _("“%(value)s” is not a whole number."), cell_text(cell))
    if isinstance(cell, float) and abs(cell) >= EXACT_FLOAT:
        return bad("digits_lost", _("“%(value)s” has lost digits in the spreadsheet."), cell_text(cell))
    if abs(number) >= 2**63:
        return bad("number_size", _("The number “%(value)s” is too large or too small."), cell_text(cell))
    return int(number)


def _plain(raw: str) -> str:
    text = unicodedata.normalize("NFKC", raw).replace("\u2212", "-").replace("–", "-").replace("—", "-")
    return " ".join(text.split())


def _body(raw: str) -> str | None:
    text = _plain(raw)
    if len(text) > _LONGEST:
        return None
    match = _SHAPE.match(_CURRENCY.sub("", text).strip("() ").strip())
    return match["body"].strip() if match else None
