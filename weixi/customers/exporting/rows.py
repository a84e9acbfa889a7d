"""What the rows of an export say, for a portion of customers at a time, as the viewer sees them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from weixi.customers.access import viewer_access
from weixi.customers.fields import contact_fields, contact_values_of
from weixi.customers.grades import grade_labels
from weixi.customers.lists import columns as listed
from weixi.customers.lists.columns import Column
from weixi.customers.models import Contact, Customer
from weixi.kernel.one_of import one_of
from weixi.kernel.slices import registry
from weixi.organisation.scope import Viewer

Cell = str | Decimal | int | date | None
Row = list[Cell]


@dataclass(frozen=True, slots=True)
class Sheet:
    """An export's title and head, its masked columns, and its rows for a portion of customers."""

    title: str
    head: list[str]
    masked: list[str]
    rows: Callable[[Sequence[int]], Iterator[Row]]


def sheet_of(viewer: Viewer, kind: str, columns: Sequence[Column]) -> Sheet:
    """What an export of this kind holds for this viewer. A fixed number of queries for each portion."""
    if kind == "customers":
        return _customers(viewer, columns)
    if kind == "contacts":
        return _contacts(viewer)
    found = registry.exports[kind]
    return Sheet(str(found.label), [str(label) for label in found.head], [], lambda ids: iter(found.rows(viewer, ids)))


def _customers(viewer: Viewer, columns: Sequence[Column]) -> Sheet:
    access = viewer_access(viewer)
    rest = [column for column in columns if column.code != "number"]
    head = [_("Customer number"), _("Full name"), *(str(column.label) for column in rest)]
    masked = [str(column.label) for column in rest if column.field and not access.reads(column.field)]
    grades = grade_labels()

    def rows(ids: Sequence[int]) -> Iterator[Row]:
        known = listed.rows_of(ids)
        texts = listed.plain_values(viewer, rest, ids)
        for pk in ids:
            if customer := known.get(pk):
                cells = [_shaped(customer, column, grades, texts[pk], viewer) for column in rest]
                yield [customer.number, customer.name, *cells]

    return Sheet(_("Customers"), head, masked, rows)


def _shaped(
    customer: Customer, column: Column, grades: Mapping[str, str], texts: Mapping[str, str], viewer: Viewer
) -> Cell:
    if column.plain:
        return texts.get(column.code, "")
    value: Any = {
        "grade": lambda: grades.get(customer.grade, customer.grade),
        "owner": lambda: customer.owner.name if customer.owner else "",
        "amount": lambda: customer.annual_amount,
        "contact": lambda: _day(customer.last_contact_at),
        "due": lambda: _day(customer.next_due_at),
        "lifecycle": lambda: customer.get_lifecycle_display(),
        "complete": lambda: customer.completeness,
        "order": lambda: customer.last_order_on,
        "created": lambda: _day(customer.created_at),
    }.get(column.code, lambda: getattr(customer, column.code))()
    access = viewer_access(viewer)
    shown: Cell = value if access.reads(column.field) else str(access.present(column.field, value))
    return shown


def _day(moment: datetime | None) -> date | None:
    return timezone.localtime(moment).date() if moment else None


def _contacts(viewer: Viewer) -> Sheet:
    access = viewer_access(viewer)
    fields = [field for field in contact_fields() if access.sees(field.key) and field.type != "moment"]
    head = [_("Customer number"), _("Customer"), *(str(field.label) for field in fields)]
    masked = [str(field.label) for field in fields if not access.reads(field.key)]

    def rows(ids: Sequence[int]) -> Iterator[Row]:
        people = Contact.objects.filter(one_of("customer_id", ids), removed_at=None).order_by("customer_id", "pk")
        found = list(people.values_list("pk", "customer__number", "customer__name"))
        values = contact_values_of([pk for pk, _number, _name in found], [field.key for field in fields])
        for pk, number, name in found:
            said = [listed.say(viewer, field, values[pk][field.key], {}) for field in fields]
            yield [number, name, *said]

    return Sheet(_("Contacts"), head, masked, rows)
