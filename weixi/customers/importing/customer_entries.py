"""What is kept of customers while their file is read, and what is to be done with them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from weixi.customers.enums import Lifecycle
from weixi.customers.importing.customer_values import Wanted
from weixi.customers.importing.links import Link
from weixi.customers.importing.remarks import join_remark
from weixi.customers.importing.rows import Act, Decision
from weixi.customers.models import Customer
from weixi.customers.naming import name_key
from weixi.customers.services.bulk import NewCustomer
from weixi.customers.validators import clean_text


@dataclass(slots=True)
class Entry:
    """A customer that the file speaks of more than once: what it was said to be, and in which row."""

    row: int
    target: int | None
    number: str
    said: dict[str, tuple[Any, int]] = field(default_factory=dict)
    making: Making | None = None
    rows: list[tuple[int, Act]] = field(default_factory=list)
    # By what its people are told apart from those of other customers.
    link: Link = field(default_factory=Link)
    # Keys of the names of its people.
    people: set[str] = field(default_factory=set)


@dataclass(slots=True)
class Making:
    """A customer to be entered; later rows of the same portion fill it in."""

    name: str
    number: str
    fields: dict[str, Any]
    text: str
    kept: dict[str, str]
    tags: list[str]
    owner_id: int | None
    lifecycle: str
    link: Link
    decisions: list[Decision] = field(default_factory=list)


@dataclass(slots=True)
class Changing:
    """What differs for a customer that is there."""

    customer_id: int
    fields: dict[str, Any] = field(default_factory=dict)
    tags: tuple[str, ...] = ()
    owner: Any = None
    lifecycle: str = ""


def statements(each: Wanted) -> dict[str, Any]:
    """What a row says of its customer, to be compared with other rows of the same file."""
    said = dict(each.fields)
    for name in ("owner", "lifecycle", "remark"):
        if value := getattr(each, name):
            said[name] = value
    return said | each.kept


def agree(one: Any, other: Any) -> bool:
    """Whether two rows say the same; widths, case and blanks around make no difference between texts."""
    if isinstance(one, str) and isinstance(other, str):
        return name_key(one) == name_key(other)
    return bool(one == other)


def followed(number: str, became: str) -> str:
    """What is told of a row that names a customer by the number it had before it was made one with another."""
    return _("The customer %(number)s was made one with %(became)s; the row counts for that one.") % {
        "number": number,
        "became": became,
    }


def numbers_of(customers: Iterable[Customer]) -> str:
    return ", ".join([customer.number for customer in customers][:5])


def new_customer(making: Making) -> NewCustomer:
    values = dict(making.fields)
    if remark := join_remark(making.text, making.kept):
        values["remark"] = clean_text(remark)
    return NewCustomer(
        name=making.name,
        number=making.number,
        owner_id=making.owner_id,
        tags=tuple(dict.fromkeys(making.tags)),
        values=values,
        # The fields as `customer_values.wanted` leaves them.
        checked=True,
        lifecycle=making.lifecycle or Lifecycle.PROSPECT,
    )
