"""Entering and changing many people at customers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from weixi.customers.fields.allowed import changed_to, choice_faults, listed_fields
from weixi.customers.models import Contact, Customer
from weixi.customers.naming import name_key
from weixi.customers.services.bulk.shared import locked, overwrite, placed, refuse, require_seen
from weixi.customers.services.contacts import CONTACT_FIELDS, clean_contact, newcomer_of, record_changes
from weixi.customers.services.contacts import record_created as record_contact
from weixi.customers.services.custom_values import part_custom, set_custom_values
from weixi.customers.services.intake import refusals
from weixi.customers.services.quick_check import faults_of
from weixi.customers.services.values import apply
from weixi.kernel.errors import Invalid
from weixi.kernel.events.work import unit_of_work
from weixi.kernel.one_of import one_of
from weixi.kernel.rows import insert_rows
from weixi.organisation.enums import Right
from weixi.organisation.scope import Viewer


@dataclass(frozen=True, slots=True)
class NewContact:
    customer_id: int
    values: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class ContactChange:
    contact_id: int
    values: Mapping[str, Any]


def add_contacts(rows: Sequence[NewContact], *, viewer: Viewer) -> list[Contact]:
    """Add many people; returns them in the order given. Raises NotFound for a customer out of scope."""
    viewer.require(Right.CUSTOMERS_EDIT)
    faults: dict[str, str] = {}
    with unit_of_work(actor=viewer.actor) as work:
        require_seen(viewer, {row.customer_id for row in rows})
        made: list[Contact] = []
        listed = listed_fields("contact")
        custom: dict[int, dict[str, Any]] = {}
        for place, row in enumerate(rows):
            values, custom[place] = _cleaned_contact(place, {"name": "", **row.values}, faults)
            faults |= placed(place, choice_faults(values, listed))
            contact = Contact(customer_id=row.customer_id, created_at=work.now, changed_at=work.now, **values)
            contact.name_key = name_key(contact.name)[:60]
            made.append(contact)
        numbers = dict(
            Customer.objects.filter(one_of("pk", {row.customer_id for row in rows})).values_list("pk", "number")
        )
        newcomers = [newcomer_of(contact, numbers.get(contact.customer_id, "")) for contact in made]
        faults |= {f"{place}.name": reason for place, reason in refusals(newcomers).items()}
        refuse(faults)
        insert_rows(made)
        set_custom_values("contact", {c.pk: custom[place] for place, c in enumerate(made)}, fresh=True)
        for contact in made:
            record_contact(work, contact)
    return made


def update_contacts(changes: Sequence[ContactChange], *, viewer: Viewer) -> list[int]:
    """Change many people; returns the ids of those in which something differed."""
    viewer.require(Right.CUSTOMERS_EDIT)
    faults: dict[str, str] = {}
    with unit_of_work(actor=viewer.actor) as work:
        seen = Contact.objects.filter(viewer.owned("customer__"), removed_at=None)
        stored = locked(seen, [change.contact_id for change in changes])
        listed = listed_fields("contact")
        names: set[str] = set()
        differing: dict[int, dict[str, Any]] = {}
        custom: dict[int, dict[str, Any]] = {}
        for place, change in enumerate(changes):
            contact = stored[change.contact_id]
            lunar = change.values.get("birthday_lunar", contact.birthday_lunar)
            given = {"birthday": contact.birthday, **change.values, "birthday_lunar": lunar}
            values, more = _cleaned_contact(place, given, faults)
            custom.setdefault(contact.pk, {}).update(more)
            changed = apply(contact, values, CONTACT_FIELDS)
            faults |= placed(place, choice_faults(changed_to(changed), listed))
            names |= changed.keys()
            if changed:
                differing[contact.pk] = {**differing.get(contact.pk, {}), **changed}
        refuse(faults)
        for pk, moved in set_custom_values("contact", custom).items():
            differing[pk] = {**differing.get(pk, {}), **moved}
        for pk in differing:
            contact = stored[pk]
            contact.name_key = name_key(contact.name)[:60]
            contact.version += 1
            contact.changed_at = work.now
        overwrite(Contact, [stored[pk] for pk in differing], {*names, "name_key", "version", "changed_at"})
        for pk, changed in differing.items():
            data, personal = record_changes(stored[pk], changed)
            work.record(
                "contact.changed",
                customer=stored[pk].customer_id,
                subject=("contact", pk),
                data=data,
                personal=personal,
            )
    return list(differing)


def _cleaned_contact(
    place: int, values: Mapping[str, Any], faults: dict[str, str]
) -> tuple[dict[str, Any], dict[str, Any]]:
    """(own, custom) cleaned values; faults are added under the row's place."""
    try:
        cleaned, custom = part_custom(clean_contact(values), "contact")
    except Invalid as refusal:
        faults |= {f"{place}.{name}": str(text) for name, text in refusal.fields.items()}
        return {"name": ""}, {}
    wrong = faults_of(Contact, cleaned)
    wrong |= {name: _("There is no such field here.") for name in cleaned.keys() - set(CONTACT_FIELDS)}
    faults |= {f"{place}.{name}": text for name, text in wrong.items()}
    return {name: value for name, value in cleaned.items() if name not in wrong}, custom
