"""What stands in the company's own fields of one customer and of his people, for a page that shows them all."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any

from weixi.customers.fields.catalogue import all_fields
from weixi.customers.fields.field import Field
from weixi.customers.fields.values import native
from weixi.customers.models import CustomValue
from weixi.kernel.together import Row, Together

_COLUMNS = ("field_id", "text", "long_text", "number", "day")


@dataclass(frozen=True, slots=True)
class OwnValues:
    """{key: value} of the customer, and by contact; a field that is not filled is not there."""

    customer: dict[str, Any]
    contacts: dict[int, dict[str, Any]]

    def filled(self, contacts: Collection[int]) -> dict[str, bool]:
        """Whether each own field is filled, one of contacts by one of these."""
        return {key: key in self.customer or any(key in self.contacts.get(pk, ()) for pk in contacts) for key in _own()}


def ask_own_values(customer_id: int, asked: Together) -> Callable[[], OwnValues]:
    """Ask for them together with other things; nothing is asked where the company has no fields of its own."""
    fields = {field.field_id: field for field in _own().values() if field.field_id is not None}
    if not fields:
        return lambda: OwnValues({}, {})
    # Uses index: custom_value_customer, custom_value_contact.
    rows = CustomValue.objects.order_by("place")
    mine = asked.rows(
        rows.filter(field_id__in=list(fields), customer_id=customer_id).values_list("customer_id", *_COLUMNS)
    )
    # Not by field as well: SQLite would then read a field's values of everybody.
    theirs = asked.rows(rows.filter(contact__customer_id=customer_id).values_list("contact_id", *_COLUMNS))

    def values() -> OwnValues:
        return OwnValues(_by_owner(mine.found, fields).get(customer_id, {}), _by_owner(theirs.found, fields))

    return values


def _own() -> dict[str, Field]:
    return {key: field for key, field in all_fields().items() if field.custom}


def _by_owner(rows: list[Row], fields: dict[int, Field]) -> dict[int, dict[str, Any]]:
    found: dict[int, dict[str, Any]] = {}
    for pk, field_id, *row in rows:
        if field_id not in fields:
            continue  # of a field that is put away
        field, values = fields[field_id], found.setdefault(pk, {})
        value = native(tuple(row), field.type)
        if field.type == "choices":
            values.setdefault(field.key, []).append(value)
        else:
            values.setdefault(field.key, value)
    return found
