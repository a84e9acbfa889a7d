"""The fields whose access a role can be given, for the page of roles."""

from __future__ import annotations

from collections.abc import Sequence

from weixi.customers.access.kinds import ALWAYS_SEEN, describe
from weixi.customers.fields import contact_fields, customer_fields
from weixi.customers.fields.groups import KEPT, group_title
from weixi.organisation.roles.fields import FieldLine


def field_lines() -> Sequence[FieldLine]:
    """Customers' fields, then those of their people, as the catalogue has them; custom ones are among them."""
    return [
        FieldLine(
            field.key,
            field.label,
            "contact" if field.of == "contact" else "customer",
            group_title(field.group),
            describe(field.key, field).field_class,
        )
        for field in (*customer_fields(), *contact_fields())
        if field.key not in ALWAYS_SEEN and field.group != KEPT
    ]
