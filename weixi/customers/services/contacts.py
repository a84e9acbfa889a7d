"""People at a customer (A-1)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from weixi.customers import validators
from weixi.customers.access import take_in
from weixi.customers.fields.allowed import changed_to
from weixi.customers.merging.queries import now_of
from weixi.customers.models import Contact, Customer
from weixi.customers.naming import name_key
from weixi.customers.services.custom_values import part_custom, set_custom_values
from weixi.customers.services.intake import Newcomer, require_welcome
from weixi.customers.services.rivals import expect_unchanged, expect_version
from weixi.customers.services.values import apply, check, clean_values, require_listed, split_personal
from weixi.kernel.errors import Conflict, Invalid
from weixi.kernel.events.work import UnitOfWork, unit_of_work
from weixi.organisation.enums import Right
from weixi.organisation.scope import Viewer

CONTACT_FIELDS = (
    "name", "position", "mobile", "phone", "email", "wechat", "preferred_channel", "preferred_time", "birthday",
    "birthday_lunar", "key_person", "decision_maker", "remark",
)  # fmt: skip


def add_contact(customer: Customer, *, viewer: Viewer, **values: Any) -> Contact:
    """Add a person to a customer. Raises Invalid naming fields at fault."""
    viewer.require(Right.CUSTOMERS_EDIT)
    cleaned, custom = part_custom(clean_contact(take_in(viewer, values, of="contact")), "contact")
    require_listed(cleaned, of="contact")
    customer = now_of(customer)
    with unit_of_work(actor=viewer.actor) as work:
        contact = Contact(customer=customer, created_at=work.now, changed_at=work.now)
        apply(contact, cleaned, CONTACT_FIELDS)
        contact.name_key = name_key(contact.name)
        check(contact)
        require_welcome(newcomer_of(contact, customer.number))
        contact.save()
        set_custom_values("contact", {contact.pk: custom}, fresh=True)
        record_created(work, contact)
    return contact


def newcomer_of(contact: Contact, customer_number: str) -> Newcomer:
    """By what this person would be found."""
    return Newcomer(contact.name, (contact.mobile, contact.phone), contact.email, contact.wechat, customer_number)


def record_created(work: UnitOfWork, contact: Contact) -> None:
    """State that this person exists, in the words the engine reads."""
    personal: dict[str, Any] = {"name": contact.name}
    if contact.birthday:
        personal |= {"birthday": contact.birthday, "lunar": contact.birthday_lunar}
    work.record(
        "contact.created",
        customer=contact.customer_id,
        subject=("contact", contact.pk),
        data={"key_person": contact.key_person, "decision_maker": contact.decision_maker},
        personal=personal,
    )


def change_contact(
    contact: Contact,
    *,
    viewer: Viewer,
    version: int | None = None,
    whole: bool = True,
    values: Mapping[str, Any],
    put_back: bool = False,
) -> Contact:
    """Change a person's fields; `version`, `whole` and `put_back` as with a customer.

    Raises VersionConflict on an older version, Conflict for one who was removed, Invalid naming fields at fault.
    """
    viewer.require(Right.CUSTOMERS_EDIT)
    with unit_of_work(actor=viewer.actor) as work:
        stored = Contact.objects.select_for_update().get(pk=contact.pk)
        expect_version(stored, version, viewer=viewer, of=None if whole else values)
        if stored.removed_at:
            raise Conflict(_("This person was removed meanwhile."))
        values = take_in(viewer, values, stored, of="contact")
        lunar = values.get("birthday_lunar", stored.birthday_lunar)
        given = clean_contact({"birthday": stored.birthday, **values, "birthday_lunar": lunar})
        cleaned, custom = part_custom(given, "contact")
        changes = apply(stored, cleaned, CONTACT_FIELDS)
        if not put_back:
            require_listed(changed_to(changes), of="contact")
        changes |= set_custom_values("contact", {stored.pk: custom}).get(stored.pk, {})
        if not changes:
            return stored
        stored.name_key = name_key(stored.name)
        stored.version += 1
        stored.changed_at = work.now
        check(stored)
        stored.save()
        data, personal = record_changes(stored, changes)
        work.record(
            "contact.changed",
            customer=stored.customer_id,
            subject=("contact", stored.pk),
            data=data,
            personal=personal,
        )
    return stored


def record_changes(contact: Contact, changes: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """(data, personal values) of a `contact.changed`: the new values the engine reads, and old and new
    of every changed field for its history."""
    data = {name: changes[name][1] for name in ("key_person", "decision_maker") if name in changes}
    data["version"] = contact.version
    personal: dict[str, Any] = {"personal_changes": {**split_personal(changes)[0], **split_personal(changes)[1]}}
    if "name" in changes:
        personal["name"] = contact.name
    if {"birthday", "birthday_lunar"} & changes.keys():
        personal |= {"birthday": contact.birthday or None, "lunar": contact.birthday_lunar}
    return data, personal


def remove_contact(contact: Contact, *, viewer: Viewer, reason: str = "", version: int | None = None) -> None:
    """The person is no longer at this customer; what was recorded with him stays.

    `version` is the one that was seen. Raises Conflict for one who was removed already, VersionConflict when somebody
    changed him since.
    """
    viewer.require(Right.CUSTOMERS_EDIT)
    with unit_of_work(actor=viewer.actor) as work:
        stored = Contact.objects.select_for_update().get(pk=contact.pk)
        if stored.removed_at is None:
            expect_unchanged(stored, version, viewer=viewer)
        if not Contact.objects.filter(pk=contact.pk, removed_at=None).update(removed_at=work.now):
            raise Conflict(_("This person was removed already."))
        work.record(
            "contact.removed",
            customer=contact.customer_id,
            subject=("contact", contact.pk),
            data={"reason": validators.clean_text(reason)},
        )


def clean_contact(values: Mapping[str, Any]) -> dict[str, Any]:
    """Cleaned values; a birthday is read in the calendar its flag names."""
    plain = {name: value for name, value in values.items() if name != "birthday"}
    cleaned = clean_values(plain)
    if "birthday" in values:
        try:
            cleaned["birthday"] = validators.clean_partial_date(
                values["birthday"] or "", lunar=bool(cleaned.get("birthday_lunar"))
            )
        except ValueError as error:
            raise Invalid(str(error), fields={"birthday": str(error)}) from None
    return cleaned
