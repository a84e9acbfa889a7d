"""What an archive holds, by the keys of the data standard, for many customers at once."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any

from weixi.customers.completeness import Standing, standing
from weixi.customers.fields.catalogue import all_fields, standard_fields
from weixi.customers.fields.own_values import OwnValues
from weixi.customers.models import Contact, Customer, CustomValue, Registration
from weixi.kernel.one_of import one_of
from weixi.policy.document.archive import ArchiveField

CONTACT_KEYS = (
    "name", "position", "mobile", "preferred_channel", "preferred_time", "birthday", "key_person", "decision_maker",
    "email", "wechat",
)  # fmt: skip
CUSTOMER_KEYS = (
    "name", "kind", "reach", "industry", "region", "city", "phone", "email", "founded_on", "cooperation_since",
    "source", "short_name", "unified_code", "annual_amount", "last_order_on",
)  # fmt: skip
FORM_KEYS = tuple(f.name for f in Registration._meta.concrete_fields if f.name != "customer")
# What the standard calls otherwise.
SAME_AS = {"purchase_history": "last_order_on"}


def archive_values(customer_ids: Iterable[int], keys: Collection[str] | None = None) -> dict[int, dict[str, Any]]:
    """What is filled, by customer and key, with `grade` beside it; a set number of queries for any number.

    A key of a contact counts as filled when one of the customer's people has it; of a custom field it only says
    True when it is filled. `keys` leaves out the columns that are not among them, apart from `kind`, `grade` and
    `completeness`.
    """
    ids = list(customer_ids)
    wanted = None if keys is None else {SAME_AS.get(key, key) for key in keys}
    columns = ("pk", "grade", "kind", "completeness", *_chosen(CUSTOMER_KEYS, wanted))
    form_columns = _chosen(FORM_KEYS, wanted)
    empty = dict.fromkeys(form_columns) | dict.fromkeys(f"contact_{key}" for key in CONTACT_KEYS)
    found: dict[int, dict[str, Any]] = {}
    for row in Customer.objects.filter(one_of("pk", ids)).values_list(*columns):
        values = found[row[0]] = empty.copy()
        values.update(zip(columns, row, strict=True))
    if form_columns:
        for pk, *row in Registration.objects.filter(one_of("pk", ids)).values_list("pk", *form_columns):
            found[pk].update(zip(form_columns, row, strict=True))
    people = Contact.objects.filter(one_of("customer_id", ids), removed_at=None).order_by()
    for pk, phone, *row in people.values_list("customer_id", "phone", *CONTACT_KEYS):
        values = found[pk]
        for key, value in zip(CONTACT_KEYS, row, strict=True):
            if value:
                values[f"contact_{key}"] = value
        if phone and not values["contact_mobile"]:
            values["contact_mobile"] = phone
    for pk, filled in custom_filled(ids).items():
        found[pk].update(filled)
    for name, key in SAME_AS.items():
        for values in found.values():
            if key in values:
                values[name] = values[key]
    return found


def custom_filled(ids: list[int]) -> dict[int, dict[str, bool]]:
    """{customer: {key of a custom field: whether it is filled}}, for a contact's field by one of his people.

    Empty, without a query beyond the definitions, when there are no custom fields; two queries when there are.
    """
    keys = {field.field_id: field.key for field in all_fields().values() if field.custom}
    if not keys:
        return {}
    found = {pk: dict.fromkeys(keys.values(), False) for pk in ids}
    # Not by field as well: SQLite would then read a field's values of everybody.
    rows = CustomValue.objects.filter(place=0)
    of_people = rows.filter(one_of("contact__customer_id", ids), contact__removed_at=None)
    filled = (
        *rows.filter(one_of("customer_id", ids)).values_list("customer_id", "field_id"),
        *of_people.values_list("contact__customer_id", "field_id"),
    )
    for pk, field in filled:
        if field in keys:  # not of a field that is put away
            found[pk][keys[field]] = True
    return found


def _chosen(columns: tuple[str, ...], wanted: Collection[str] | None) -> tuple[str, ...]:
    return tuple(key for key in columns if key != "kind" and (wanted is None or key in wanted))


def standing_of(customer: Customer, form: Registration | None, people: Collection[Contact], own: OwnValues) -> Standing:
    """The same from what a page has loaded already: its form, the people who are there now, the own fields."""
    values: dict[str, Any] = {key: getattr(customer, key) for key in CUSTOMER_KEYS}
    values |= {key: getattr(form, key) if form else None for key in FORM_KEYS}
    for key in CONTACT_KEYS:
        values[f"contact_{key}"] = next((found for each in people if (found := getattr(each, key))), None)
    values["contact_mobile"] = values["contact_mobile"] or next((each.phone for each in people if each.phone), None)
    values |= {name: values[key] for name, key in SAME_AS.items()}
    values |= own.filled([each.pk for each in people])
    return standing(standard_fields(), values, kind=customer.kind, grade=customer.grade)


def archive_standing(customer: Customer, fields: Iterable[ArchiveField] | None = None) -> Standing:
    """How complete one customer's archive is, and what is missing."""
    values = archive_values([customer.pk])[customer.pk]
    return standing(standard_fields() if fields is None else fields, values, kind=customer.kind, grade=customer.grade)
