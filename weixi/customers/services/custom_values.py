"""Writing the values of custom fields beside a customer or a contact (A-5)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import Any, Literal

from django.utils.translation import gettext as _

from weixi.customers.fields.catalogue import all_fields
from weixi.customers.fields.field import Field
from weixi.customers.fields.typed import is_custom, stated
from weixi.customers.fields.values import native
from weixi.customers.models import CustomValue
from weixi.kernel.errors import Invalid
from weixi.kernel.one_of import one_of
from weixi.kernel.rows import insert_rows

Owner = Literal["customer", "contact"]
Changes = dict[str, list[Any]]


def part_custom(values: Mapping[str, Any], owner: Owner) -> tuple[dict[str, Any], dict[str, Any]]:
    """(built-in, custom) halves of cleaned values. Raises Invalid for a custom field that is not the owner's:
    one of contacts given to a customer, or the other way round."""
    custom = {name: value for name, value in values.items() if is_custom(name)}
    if not custom:
        return dict(values), custom
    fields = all_fields()
    faults = {
        name: _("There is no such field here.")
        for name in custom
        if name not in fields or (fields[name].of == "contact") != (owner == "contact")
    }
    if faults:
        raise Invalid(
            _("These fields cannot be set here: %(names)s.") % {"names": ", ".join(sorted(faults))},
            code="field.unknown",
            fields=faults,
        )
    return {name: value for name, value in values.items() if name not in custom}, custom


def set_custom_values(
    owner: Owner, wanted: Mapping[int, Mapping[str, Any]], *, fresh: bool = False
) -> dict[int, Changes]:
    """Store cleaned values of these customers (or contacts), which the caller holds locked; None takes one away.

    Returns {id: {key: [old, new]}} of what differs, as events state it. `fresh` ones were just made and have
    none yet. At most three statements, however many. Uses index: custom_value_customer, custom_value_contact.
    """
    wanted = {pk: values for pk, values in wanted.items() if values}
    if not wanted:
        return {}
    fields = all_fields()
    stored = {} if fresh else _stored(owner, wanted, fields)
    changes: dict[int, Changes] = defaultdict(dict)
    gone: list[int] = []
    made: list[CustomValue] = []
    for pk, values in wanted.items():
        for key, new in values.items():
            field = fields[key]
            old, rows = stored.get((pk, field.field_id), (None, []))
            if old == new:
                continue
            changes[pk][key] = [stated(old), stated(new)]
            gone += rows
            made += [_row(owner, pk, field, place, each) for place, each in enumerate(_each(new))]
    if gone:
        CustomValue.objects.filter(one_of("pk", gone)).delete()
    insert_rows(made)
    return dict(changes)


def _each(value: Any) -> tuple[Any, ...]:
    if value is None:
        return ()
    return value if isinstance(value, tuple) else (value,)


def _stored(
    owner: Owner, wanted: Mapping[int, Mapping[str, Any]], fields: Mapping[str, Field]
) -> dict[tuple[int, int | None], tuple[Any, list[int]]]:
    """(value, keys of its rows) by owner and field."""
    kinds = {fields[key].field_id: fields[key].type for values in wanted.values() for key in values}
    name = f"{owner}_id"
    rows = CustomValue.objects.filter(one_of(name, list(wanted)), field_id__in=list(kinds)).order_by("place")
    found: dict[tuple[int, int | None], tuple[Any, list[int]]] = {}
    for key, pk, field_id, *row in rows.values_list("pk", name, "field_id", "text", "long_text", "number", "day"):
        value = native(tuple(row), kinds[field_id])
        before, keys = found.get((pk, field_id), ((), []))
        several = kinds[field_id] == "choices"
        found[pk, field_id] = ((*before, value) if several else value, [*keys, key])
    return found


def _row(owner: Owner, pk: int, field: Field, place: int, value: Any) -> CustomValue:
    row = CustomValue(place=place, **{"field_id": field.field_id, f"{owner}_id": pk})
    if field.type in ("number", "amount"):
        row.number = value
    elif field.type == "flag":
        row.number = int(value)  # type: ignore[assignment]
    elif field.type == "date":
        row.day = value
    elif field.type == "long_text":
        row.long_text = value
    else:
        row.text = value
    return row
