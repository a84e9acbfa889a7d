"""The orders a list can stand in. Each runs along an index of `Customer`; unknown values stand last."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from weixi.policy.document.grading import PRESET_GRADES

Read = Callable[[Any], Any]
# A grade of another preset may still stand on a customer until the next grading.
ANY_GRADE = frozenset(code for codes in PRESET_GRADES.values() for code in codes)


@dataclass(frozen=True, slots=True)
class Segment:
    """A stretch of an order: rows that meet `condition`, by `column` and then by id.

    `unknown`: the column is empty in all of them, so that the id alone decides.
    """

    condition: Q
    column: str
    unknown: bool = False


@dataclass(frozen=True, slots=True)
class Order:
    """One order by its name in the address. `index` names the index it runs along."""

    code: str
    label: Any
    column: str
    index: str
    descending_first: bool = False
    nullable: bool = False
    read: Read = str

    def segments(self, grades: Sequence[str], *, descending: bool) -> list[Segment]:
        """The stretches, in the order they stand on the page."""
        if self.code == "grade":
            ranked = [*(reversed(grades) if descending else grades), "", *sorted(ANY_GRADE - {*grades})]
            return [Segment(Q(grade=grade), "pinyin") for grade in ranked]
        if not self.nullable:
            return [Segment(Q(), self.column)]
        missing = Q(**{f"{self.column}__isnull": True})
        return [Segment(~missing, self.column), Segment(missing, self.column, unknown=True)]


def _moment(value: Any) -> datetime:
    found = datetime.fromisoformat(str(value))
    if found.tzinfo is None:
        raise ValueError("a moment without an offset")
    return found


def _amount(value: Any) -> Decimal:
    try:
        amount = Decimal(str(value))
    except InvalidOperation:
        raise ValueError(f"{value!r} is not an amount") from None
    if not amount.is_finite() or abs(amount) > Decimal(10) ** 18:
        raise ValueError(f"{value!r} is not an amount")
    return amount


def _text(value: Any) -> str:
    text = str(value)
    text.encode()  # a lone surrogate is no text for a database
    if "\x00" in text or len(text) > 400:
        raise ValueError("not a text of a list")
    return text


def _small(value: Any) -> int:
    number = int(value)
    if not 0 <= number <= 100:
        raise ValueError("not a percentage")
    return number


ORDERS = {
    order.code: order
    for order in (
        Order("name", _("name"), "pinyin", "pinyin", read=_text),
        Order("amount", _("amount of 12 months"), "annual_amount", "amount", descending_first=True, read=_amount),
        Order("grade", _("grade"), "grade", "grade", read=_text),
        Order("contact", _("last contact"), "last_contact_at", "contact", True, nullable=True, read=_moment),
        Order("due", _("next duty"), "next_due_at", "due", nullable=True, read=_moment),
        Order("created", _("entered on"), "created_at", "created", True, read=_moment),
        Order("complete", _("completeness"), "completeness", "complete", read=_small),
    )
}
DEFAULT = "name"


@dataclass(frozen=True, slots=True)
class Sort:
    """An order and its direction, written `amount` or `-amount`."""

    order: Order
    descending: bool

    @property
    def text(self) -> str:
        return f"-{self.order.code}" if self.descending else self.order.code


def read_sort(text: str) -> Sort | None:
    """The sort an address names, or None for a name that is not on the list."""
    order = ORDERS.get(text.removeprefix("-"))
    return Sort(order, text.startswith("-")) if order else None


@dataclass(frozen=True, slots=True)
class Mark:
    """A place in a sorted list: the row after (or before) which a page begins."""

    segment: int
    value: Any
    pk: int
    backwards: bool = False

    def text(self) -> str:
        """The mark as it stands in an address."""
        value = self.value.isoformat() if isinstance(self.value, datetime) else self.value
        plain = value if isinstance(value, int) or value is None else str(value)
        packed = json.dumps([self.segment, plain, self.pk], ensure_ascii=False, separators=(",", ":"))
        return base64.urlsafe_b64encode(packed.encode()).decode().rstrip("=")


def read_mark(text: str, sort: Sort, segments: Sequence[Segment], *, backwards: bool) -> Mark | None:
    """The mark an address names; None when it is not one of this sort (the list then begins anew)."""
    if not text or len(text) > 2000:
        return None
    try:
        packed = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
        segment, plain, pk = packed
        if not (isinstance(segment, int) and 0 <= segment < len(segments)):
            return None
        if not (isinstance(pk, int) and 0 <= pk < 2**63):
            return None
        place = segments[segment]
        read = _text if place.column == "pinyin" else sort.order.read
        value = None if place.unknown else read(plain)
    except (ValueError, TypeError, binascii.Error, OverflowError, RecursionError):
        return None
    return Mark(segment, value, pk, backwards)
