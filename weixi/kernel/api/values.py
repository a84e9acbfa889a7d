"""Values as the API takes and gives them.

Taken: JSON of exactly the right type (no "1" for 1), no field that is not named, no text that no
database keeps. Given: money as text with two decimals, times with their offset.
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Annotated, Any

from django.utils import timezone
from django.utils.translation import gettext as _
from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
    WithJsonSchema,
)

from weixi.kernel.money import CENT

# Times outside are typing mistakes, and some of them overflow when moved to another time zone.
FIRST, LAST = datetime(1900, 1, 1, tzinfo=UTC), datetime(2200, 1, 1, tzinfo=UTC)
LARGEST_ID = 2**63 - 1


class Taken(BaseModel):
    """Base of everything that is sent to us."""

    model_config = ConfigDict(extra="forbid", strict=True, str_max_length=20_000)

    def given(self) -> dict[str, Any]:
        """Only what was sent: a field left out stays as it is."""
        return {name: getattr(self, name) for name in self.model_fields_set}


class Asked(BaseModel):
    """Base of the parameters behind the question mark; they arrive as text."""

    model_config = ConfigDict(extra="forbid", str_max_length=200)


class Given(BaseModel):
    """Base of everything that is answered. Built by our own code, so nothing is forbidden."""

    model_config = ConfigDict(from_attributes=True)


def _text_only(value: Any) -> Any:
    """Pydantic would read a number as seconds since 1970."""
    if isinstance(value, str) and value[:1].isdigit() and len(value) >= 10 and value[4:5] == "-":
        return value
    raise ValueError(_("not written as 2026-03-02T09:00:00+08:00"))


def _day_only(value: Any) -> Any:
    if isinstance(value, str) and len(value) == 10:
        return value
    raise ValueError(_("not written as 2026-03-02"))


def _with_offset(value: datetime) -> datetime:
    if value.tzinfo is None:
        raise ValueError(_("the time has no offset, as +08:00"))
    try:
        inside = FIRST <= value <= LAST
    except OverflowError:
        inside = False
    if not inside:
        raise ValueError(_("not between 1900 and 2200"))
    return value


def _inside(value: date) -> date:
    if not FIRST.date() <= value <= LAST.date():
        raise ValueError(_("not between 1900 and 2200"))
    return value


def _decimal(value: Any) -> Any:
    return Decimal(value) if isinstance(value, str) else value


def _decimal_of(places: int) -> Any:
    pattern = rf"^-?[0-9]{{1,12}}(\.[0-9]{{1,{places}}})?$"
    return Annotated[
        Annotated[str, Field(pattern=pattern, max_length=24, strict=True)],
        AfterValidator(_decimal),
        WithJsonSchema({"type": "string", "pattern": pattern, "maxLength": 24, "examples": ["1280.00"]}),
    ]


def _money_text(value: Decimal) -> str:
    return format(value.quantize(CENT), "f")


def _plain_text(value: Decimal) -> str:
    text = format(value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def _moment_text(value: datetime) -> str:
    return timezone.localtime(value).isoformat()


Id = Annotated[int, Field(ge=1, le=LARGEST_ID)]
MomentIn = Annotated[
    datetime, Field(strict=False), BeforeValidator(_text_only), AfterValidator(_with_offset),
    WithJsonSchema({"type": "string", "format": "date-time", "examples": ["2026-03-02T09:00:00+08:00"]}),
]  # fmt: skip
DayIn = Annotated[
    date, Field(strict=False), BeforeValidator(_day_only), AfterValidator(_inside),
    WithJsonSchema({"type": "string", "format": "date", "examples": ["2026-03-02"]}),
]  # fmt: skip
MoneyIn = _decimal_of(2)
QuantityIn = _decimal_of(3)
PriceIn = _decimal_of(4)

Moment = Annotated[
    datetime, PlainSerializer(_moment_text, return_type=str),
    WithJsonSchema({"type": "string", "format": "date-time"}),
]  # fmt: skip
Day = Annotated[
    date, PlainSerializer(date.isoformat, return_type=str), WithJsonSchema({"type": "string", "format": "date"})
]
Money = Annotated[
    Decimal, PlainSerializer(_money_text, return_type=str),
    WithJsonSchema({"type": "string", "pattern": r"^-?[0-9]+\.[0-9]{2}$", "examples": ["1280.00"]}),
]  # fmt: skip
Quantity = Annotated[
    Decimal, PlainSerializer(_plain_text, return_type=str),
    WithJsonSchema({"type": "string", "pattern": r"^-?[0-9]+(\.[0-9]+)?$"}),
]  # fmt: skip


class Ref(Given):
    """Another object, by what a person and what a program call it."""

    id: int
    number: str
    name: str


class PersonRef(Given):
    """A person of the company."""

    id: int
    username: str
    name: str


def person_ref(user: Any) -> PersonRef | None:
    return PersonRef(id=user.pk, username=user.username, name=user.name) if user else None
