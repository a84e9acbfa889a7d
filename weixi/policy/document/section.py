"""What the sections share: citation, and small exact values.

Numbers of a policy are exact: TOML floats become `Decimal` by their shortest text, so that 0.4
stays 0.4 through export and import. Lists are tuples, so that a policy is a value.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from decimal import Decimal
from typing import Annotated, ClassVar, Literal, TypeVar

from pydantic import AfterValidator, BeforeValidator, Field

from weixi.policy.document.base import Section, refusal
from weixi.policy.document.durations import Duration
from weixi.policy.document.rules import PlainDate

# Amounts far beyond any company's turnover; a larger number is a slip of the keyboard.
LARGEST = Decimal(10) ** 15
MOST_PLACES = 6
LONGEST_TEXT = 4000

T = TypeVar("T")


def exact(value: object) -> Decimal:
    """`value` as an exact number; refuses booleans, text, NaN, infinity and endless fractions."""
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        raise refusal("number_type", "this must be a number")
    number = value if isinstance(value, Decimal) else Decimal(repr(value))
    if not number.is_finite() or abs(number) >= LARGEST:
        raise refusal("number_range", "this must be a finite number of at most 15 digits")
    exponent = number.normalize().as_tuple().exponent
    if isinstance(exponent, int) and -exponent > MOST_PLACES:
        raise refusal("number_places", "this number may have at most 6 decimal places")
    return number


def _listed(value: object) -> object:
    return tuple(value) if isinstance(value, list) else value


def _printable(value: str) -> str:
    if any(unicodedata.category(char) in ("Cc", "Cs", "Zl", "Zp") for char in value):
        raise refusal("text_control", "this text may not contain control characters or line breaks")
    if not value.strip():
        raise refusal("empty_text", "this text may not be empty")
    return value


def _once(value: tuple[T, ...]) -> tuple[T, ...]:
    if len(set(value)) != len(value):
        raise refusal("list_twice", "this list names the same thing twice")
    return value


@dataclass(frozen=True, slots=True)
class Ref:
    """Marks a text that names something elsewhere in the document.

    `role` (of the kernel, or a position), `department`, `approval` (a chain), `metric`, `grade`,
    `rule` (its clause), `visit_class`, `gift_class`.
    """

    to: str


Many = Annotated[tuple[T, ...], BeforeValidator(_listed), Field(max_length=2000)]
Listed = Annotated[tuple[T, ...], BeforeValidator(_listed), Field(max_length=500), AfterValidator(_once)]
Text = Annotated[str, Field(max_length=LONGEST_TEXT), AfterValidator(_printable)]
Code = Annotated[str, Field(pattern=r"^[a-zA-Z][a-zA-Z0-9_]{0,39}$")]
# References are checked over the whole document (`checks`).
Role = Annotated[Code, Ref("role")]
Dept = Annotated[Code, Ref("department")]
Chain = Annotated[Code, Ref("approval")]
MetricKey = Annotated[Code, Ref("metric")]
GradeCode = Annotated[Code, Ref("grade")]
RuleClause = Annotated[Text, Ref("rule")]
VisitClassCode = Annotated[Code, Ref("visit_class")]
GiftClassCode = Annotated[Code, Ref("gift_class")]
Day = PlainDate
Flag = bool
Span = Duration
Number = Annotated[Decimal, BeforeValidator(exact)]
Amount = Annotated[Decimal, BeforeValidator(exact), Field(ge=0)]
Score = Annotated[Decimal, BeforeValidator(exact), Field(ge=0, le=100)]
Percent = Annotated[Decimal, BeforeValidator(exact), Field(ge=0, le=100)]
Fraction = Annotated[Decimal, BeforeValidator(exact), Field(gt=0, le=1)]
Count = Annotated[int, Field(ge=0, le=1_000_000_000)]
Band = Annotated[tuple[Number, Score], BeforeValidator(_listed)]
Level = Annotated[tuple[Text, Score], BeforeValidator(_listed)]
Proposal = Literal["own", "default", "policy"]


class Inline(Section):
    """A small table that the canonical text writes on one line."""

    inline: ClassVar[bool] = True


class Cited(Section):
    """An item that says where it comes from.

    `clause`    id of a [[clause]] of this document
    `source`    place in the source documents (`000 步骤3`)
    `proposal`  `own`: no source at all; `default`: a reading chosen among several or a filled gap;
                `policy`: the source leaves it to the company
    """

    clause: Text | None = None
    source: Text | None = None
    proposal: Proposal | None = None
