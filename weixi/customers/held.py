"""What the archive holds on a person: the contact, or the customer with his registration form (D-1)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from weixi.customers.labels import label_of, words_of
from weixi.customers.models import Contact, Customer, CustomerTag, CustomValue, RecordView, Registration
from weixi.customers.naming import name_key
from weixi.customers.services.customers import derive
from weixi.kernel import clock, search
from weixi.kernel.personal import ERASED, Person, Source, Wiper

# Kept by the system and nobody's data: keys, versions, times of entry.
_NOT_SHOWN = frozenset({"id", "customer", "name_key", "pinyin", "version", "changed_at"})
# What a customer's row keeps of an erased person: the figures of the books.
_KEPT_OF_CUSTOMER = frozenset({"kind", "reach", "lifecycle", "industry"})
_TEXTS = (models.CharField, models.TextField)


def collect_record(person: Person) -> Iterator[dict[str, Any]]:
    """Field by field, by its name on screen."""
    rows: list[tuple[str, models.Model]] = []
    if person.kind == "contact":
        rows.append(("contact", Contact.objects.get(pk=person.pk)))
    else:
        rows += [("customer", row) for row in Customer.objects.filter(pk=person.pk)]
        rows += [("customer", row) for row in Registration.objects.filter(pk=person.pk)]
    for kind, row in rows:
        for field in row._meta.concrete_fields:
            value = getattr(row, field.attname)
            if field.name in _NOT_SHOWN or value in (None, "", False):
                continue
            label = _("entered") if field.name == "created_at" else label_of(field.name, kind=kind)
            yield {"field": label, "value": words_of(field.name, value, kind=kind)}
    if person.kind == "customer":
        for name in CustomerTag.objects.filter(customer_id=person.pk).values_list("tag__name", flat=True):
            yield {"field": _("Tags"), "value": name}


def erase_record(person: Person, wiper: Wiper) -> int:
    """The person's own rows emptied, and the customer's remark without the person's marks."""
    now = clock.now()
    if person.kind == "contact":
        search.remove("contact", [person.pk])
        contact = Contact.objects.get(pk=person.pk)
        _blank(contact, keep=frozenset())
        contact.name, contact.name_key = ERASED, name_key(ERASED)
        contact.birthday_lunar = contact.key_person = contact.decision_maker = False
        contact.removed_at = contact.removed_at or now
        contact.changed_at, contact.version = now, contact.version + 1
        contact.save()
        return 1 + _wipe_remark(person, wiper)
    search.remove("customer", [person.pk])
    customer = Customer.objects.get(pk=person.pk)
    _blank(customer, keep=_KEPT_OF_CUSTOMER | {"number"})
    customer.name = ERASED
    derive(customer)
    customer.archived_at = customer.archived_at or now
    customer.changed_at, customer.version = now, customer.version + 1
    customer.save()
    touched = 1
    for form in Registration.objects.filter(pk=person.pk):
        _blank(form, keep=frozenset())
        form.save()
        touched += 1
    return touched + CustomerTag.objects.filter(customer_id=person.pk).delete()[0]


def _blank(row: models.Model, *, keep: frozenset[str]) -> None:
    for field in row._meta.concrete_fields:
        if isinstance(field, _TEXTS) and field.name not in keep and not field.primary_key:
            setattr(row, field.attname, "")


def _wipe_remark(person: Person, wiper: Wiper) -> int:
    """A company's own row may speak of the person: its remark, its general manager, who pays."""
    touched = 0
    for model in (Customer, Registration):
        for row in model.objects.filter(pk=person.customer_id):
            wiped = {}
            for field in row._meta.concrete_fields:
                value = getattr(row, field.attname)
                # A company is not called after whom it employs: its own name stays.
                if isinstance(field, _TEXTS) and field.name not in ("name", "name_key", "pinyin", "number"):
                    clean = wiper.text(value)
                    if clean != value:
                        fits = field.max_length and len(clean) > field.max_length
                        wiped[field.attname] = clean[: field.max_length] if fits else clean
            if wiped:
                touched += model.objects.filter(pk=row.pk).update(**wiped)
    return touched


def collect_custom(person: Person) -> Iterator[dict[str, Any]]:
    """What stands in the company's own fields."""
    for row in _custom_of(person).select_related("field").order_by("field__order", "place"):
        value = row.text or row.long_text or (row.day.isoformat() if row.day else row.number)
        yield {"field": row.field.title, "value": str(value)}


def erase_custom(person: Person, wiper: Wiper) -> int:
    """The person's own values go; the customer's own are kept without the person's marks."""
    gone = _custom_of(person).delete()[0]
    return gone + wiper.rows(CustomValue.objects.filter(customer_id=person.customer_id), "text", "long_text")


def _custom_of(person: Person) -> models.QuerySet[CustomValue]:
    if person.kind == "contact":
        return CustomValue.objects.filter(contact_id=person.pk)
    return CustomValue.objects.filter(customer_id=person.pk)


def collect_views(person: Person) -> Iterator[dict[str, Any]]:
    """Who had the customer's record before him. Uses index: record_view_once_an_hour."""
    rows = RecordView.objects.filter(customer_id=person.customer_id).select_related("person").order_by("at")
    for row in rows:
        yield {
            "at": row.at.isoformat(timespec="seconds"),
            "by": row.person.name,
            "way": str(row.get_way_display()),
        }


def keep_views(person: Person, wiper: Wiper) -> int:
    """Who looked is the proof of the audit and names nobody but our own people."""
    return 0


VIEWS = Source("views", gettext_lazy("Who saw the record"), collect_views, keep_views, tables=("customers.RecordView",))
CUSTOM = Source(
    "custom", gettext_lazy("The company's own fields"), collect_custom, erase_custom,
    tables=("customers.CustomValue",), order=20,
)  # fmt: skip
RECORD = Source(
    "archive", gettext_lazy("The archive"), collect_record, erase_record,
    tables=("customers.Contact", "customers.Customer", "customers.Registration", "customers.CustomerTag"), order=10,
)  # fmt: skip
