"""The company's own fields as columns of a file: matched by their titles (A-5)."""

from __future__ import annotations

from dataclasses import replace

from weixi.customers.fields import contact_fields, customer_fields
from weixi.customers.fields.catalogue import custom_fields
from weixi.customers.models import CustomField
from weixi.kernel.importing.mapping.spec import FieldSpec, KindSpec, ValueType

_TYPES = {
    "text": ValueType.TEXT, "long_text": ValueType.LONG_TEXT, "number": ValueType.NUMBER, "amount": ValueType.MONEY,
    "date": ValueType.DATE, "choice": ValueType.CHOICE, "choices": ValueType.LIST, "flag": ValueType.YES_NO,
}  # fmt: skip


def with_custom(spec: KindSpec) -> KindSpec:
    """The kind with the custom fields there are now behind its own."""
    of = contact_fields() if spec.key == "contacts" else customer_fields()
    keys = {field.key for field in of if field.custom}
    rows = [row for row in custom_fields() if row.key in keys]
    return replace(spec, fields=(*spec.fields, *map(_field, rows))) if rows else spec


def _field(row: CustomField) -> FieldSpec:
    aliases = (row.title_en,) if row.title_en else ()
    choices = {value: (value,) for value in row.allowed} if row.type == "choice" else {}
    return FieldSpec(row.key, row.title, row.title, _TYPES[row.type], aliases, choices=choices)
