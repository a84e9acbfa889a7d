"""The field catalogue: one description of every field of customers and contacts, built in or the company's
own, and one way to read their values. Lists, filters, forms, import, export, API and history go through it."""

from __future__ import annotations

from weixi.customers.fields.catalogue import (
    contact_fields,
    custom_fields,
    customer_fields,
    field_of,
    find_field,
    standard_fields,
)
from weixi.customers.fields.field import Field
from weixi.customers.fields.values import contact_values_of, values_of
from weixi.customers.fields.words import words

__all__ = [
    "Field",
    "contact_fields",
    "contact_values_of",
    "custom_fields",
    "customer_fields",
    "field_of",
    "find_field",
    "standard_fields",
    "values_of",
    "words",
]
