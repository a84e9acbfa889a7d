"""What stands in the archive, for many customers or contacts and any fields: a set number of queries."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from typing import Any

from weixi.customers.fields.catalogue import field_of
from weixi.customers.fields.field import Field
from weixi.customers.models import Contact, Customer, CustomerTag, CustomValue, Registration
from weixi.kernel.one_of import one_of

Found = dict[int, dict[str, Any]]


def values_of(ids: Iterable[int], keys: Collection[str]) -> Found:
    """{customer: {key: value}} for keys of the catalogue; at most one query for each place values stand in.

    Values come as their type says: text, Decimal, date, datetime, bool; a list of texts for tags and several
    choices; the primary key of a person or customer; None for a custom field that is not filled. A contact's
    field is that of the first of the customer's people who has one. Raises KeyError for an unknown key.
    """
    ids = list(ids)
    fields = [field_of(key) for key in keys]
    found: Found = {pk: {field.key: None for field in fields} for pk in ids}
    by_source: dict[str, list[Field]] = defaultdict(list)
    for field in fields:
        by_source["first" if field.of == "contact" else field.source].append(field)
    for source, model in (("customer", Customer), ("registration", Registration)):
        if wanted := by_source[source]:
            _columns(found, model.objects.filter(one_of("pk", ids)), wanted, "pk")
    if by_source["tags"]:
        _tags(found, ids)
    if wanted := by_source["custom"]:
        _custom(found, wanted, "customer_id", {pk: pk for pk in ids})
    if wanted := by_source["first"]:
        _first_contacts(found, ids, wanted)
    return found


def contact_values_of(ids: Iterable[int], keys: Collection[str]) -> Found:
    """{contact: {key: value}} for keys of contacts; else as `values_of`."""
    ids = list(ids)
    fields = [field_of(key) for key in keys]
    found: Found = {pk: {field.key: None for field in fields} for pk in ids}
    if columns := [field for field in fields if not field.custom]:
        _columns(found, Contact.objects.filter(one_of("pk", ids)).order_by(), columns, "pk")
    if custom := [field for field in fields if field.custom]:
        _custom(found, custom, "contact_id", {pk: pk for pk in ids})
    return found


def native(row: tuple[Any, ...], kind: str) -> Any:
    """(text, long_text, number, day) of a stored value as its type's own."""
    text, long_text, number, day = row
    if kind in ("number", "amount"):
        return number
    if kind == "flag":
        return bool(number)
    if kind == "date":
        return day
    return long_text if kind == "long_text" else text


def _columns(found: Found, rows: Any, fields: list[Field], key: str) -> None:
    names = [f"{field.column}_id" if field.type in ("person", "customer") else field.column for field in fields]
    keys = [field.key for field in fields]
    for pk, *values in rows.values_list(key, *names):
        found[pk].update(zip(keys, values, strict=True))


def _tags(found: Found, ids: list[int]) -> None:
    for values in found.values():
        values["tags"] = []
    rows = CustomerTag.objects.filter(one_of("customer_id", ids)).order_by("tag__name")
    for pk, name in rows.values_list("customer_id", "tag__name"):
        found[pk]["tags"].append(name)


def _custom(found: Found, fields: list[Field], owner: str, to: dict[int, int]) -> None:
    """Values of custom fields into the entry `to` says; one that has the key filled keeps it."""
    of = {field.field_id: field for field in fields}
    rows = CustomValue.objects.filter(one_of(owner, list(to)), field_id__in=list(of)).order_by("place", owner)
    several: dict[tuple[int, str], list[str]] = defaultdict(list)
    for pk, field_id, *row in rows.values_list(owner, "field_id", "text", "long_text", "number", "day"):
        field, values = of[field_id], found[to[pk]]
        value = native(tuple(row), field.type)
        if field.type == "choices":
            several[pk, field.key].append(value)
        elif values[field.key] is None:
            values[field.key] = value
    for (pk, key), listed in several.items():
        if found[to[pk]][key] is None:
            found[to[pk]][key] = listed


def _first_contacts(found: Found, ids: list[int], fields: list[Field]) -> None:
    columns = [field for field in fields if not field.custom]
    custom = [field for field in fields if field.custom]
    rows = Contact.objects.filter(one_of("customer_id", ids), removed_at=None)
    people: dict[int, int] = {}
    for pk, customer, *values in rows.values_list("pk", "customer_id", *(field.column for field in columns)):
        people[pk] = customer
        for field, value in zip(columns, values, strict=True):
            if value and not found[customer][field.key]:
                found[customer][field.key] = value
    if custom and people:
        _custom(found, custom, "contact_id", people)
