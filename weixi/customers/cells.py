"""Fields of the archive as they stand on the page of a customer, one by one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from weixi.customers.access import viewer_access
from weixi.customers.custom_forms import sent
from weixi.customers.fields import Field, contact_fields, contact_values_of, customer_fields, values_of
from weixi.customers.fields.groups import GROUPS, group_title
from weixi.customers.fields.own_values import OwnValues
from weixi.customers.fields.typed import is_custom
from weixi.customers.labels import field_key, label_of, words_seen
from weixi.customers.models import Contact, Customer, Registration
from weixi.customers.quality.invalid import CHECKED, CHECKED_OF_CONTACTS, is_refused
from weixi.customers.services.contacts import CONTACT_FIELDS
from weixi.customers.services.values import LONG_TEXTS
from weixi.organisation.scope import Viewer

# Chosen by a picker, so it has a form of its own.
_PICKED = frozenset({"through"})


@dataclass(frozen=True, slots=True)
class Cell:
    """One field: `key` of the archive or of a person (`kind`, `pk`), the stored `value`, how it reads.

    `edit` is the address that edits it in place, `whole` the form that has it with everything else. `wrong` says
    that the form would refuse what stands there, as far as the viewer sees it.
    """

    kind: str
    pk: int
    key: str
    label: str
    value: Any
    text: str
    edit: str
    whole: str
    long: bool = False
    editable: bool = True
    wrong: bool = False

    @property
    def filled(self) -> bool:
        return self.value not in (None, "", [])


@dataclass(frozen=True, slots=True)
class Group:
    """Fields of the registration form that belong together."""

    code: str
    title: Any
    cells: tuple[Cell, ...]

    @property
    def filled(self) -> int:
        return sum(each.filled for each in self.cells)


def is_cell(key: str) -> bool:
    """Whether a field of the archive can be edited where it stands."""
    return is_custom(key) or (key not in _PICKED and key in _FORM_KEYS)


def customer_cell(viewer: Viewer, customer: Customer, key: str, form: Registration | None = None) -> Cell | None:
    """A field of the archive as the viewer sees it; None for one he may not know of, and for what is not here."""
    if is_custom(key):
        return next((cell for cell in custom_cells(viewer, customer) if cell.key == key), None)
    access = viewer_access(viewer)
    if key in _PICKED or key not in _FORM_KEYS or not access.sees(key):
        return None
    if key in _CUSTOMER_KEYS:
        value = getattr(customer, key)
    else:
        form = form or getattr(customer, "registration", None)
        value = getattr(form, key) if form else ""
    return Cell(
        "customer", customer.pk, key, label_of(key), access.present(key, value), words_seen(access.present, key, value),
        reverse("customer-field", args=[customer.pk, key]),
        f"{reverse('customer-edit', args=[customer.pk])}#id_{key}", key in LONG_TEXTS, access.writes(key),
        key in CHECKED and access.reads(key) and is_refused(key, value),
    )  # fmt: skip


def custom_cells(viewer: Viewer, customer: Customer, known: OwnValues | None = None) -> list[Cell]:
    """The company's own fields of a customer, in their order; no query when there are none or they are `known`."""
    own = [field for field in customer_fields() if field.custom]
    if known is None:
        known = OwnValues(values_of([customer.pk], [field.key for field in own])[customer.pk] if own else {}, {})
    return _own_cells(viewer, "customer", customer.pk, own, known.customer)


def custom_contact_cells(
    viewer: Viewer, contacts: Iterable[Contact], known: OwnValues | None = None
) -> dict[int, list[Cell]]:
    """The same for people, by contact; one query for all of them."""
    ids, own = [each.pk for each in contacts], [field for field in contact_fields() if field.custom]
    if known is not None:
        values = known.contacts
    else:
        values = contact_values_of(ids, [field.key for field in own]) if own and ids else {}
    return {pk: _own_cells(viewer, "contact", pk, own, values.get(pk, {})) for pk in ids}


def _own_cells(viewer: Viewer, kind: str, pk: int, own: Sequence[Field], values: Mapping[str, Any]) -> list[Cell]:
    access = viewer_access(viewer)
    edit, whole = f"{kind}-field", reverse(f"{kind}-edit", args=[pk])
    return [
        Cell(
            kind, pk, field.key, str(field.label), access.present(field.key, sent(values.get(field.key))),
            words_seen(access.present, field.key, values.get(field.key), kind=kind), reverse(edit, args=[pk, field.key]),
            f"{whole}#id_{field.key}", field.type == "long_text", access.writes(field.key),
        )
        for field in own
        if access.sees(field.key)
    ]  # fmt: skip


def contact_cell(viewer: Viewer, contact: Contact, key: str) -> Cell | None:
    if is_custom(key):
        return next((cell for cell in custom_contact_cells(viewer, [contact])[contact.pk] if cell.key == key), None)
    access, name = viewer_access(viewer), field_key(key, kind="contact")
    if key not in CONTACT_FIELDS or not access.sees(name):
        return None
    value = getattr(contact, key)
    return Cell(
        "contact", contact.pk, key, label_of(key, kind="contact"), access.present(name, value),
        words_seen(access.present, key, value, kind="contact"),
        reverse("contact-field", args=[contact.pk, key]),
        f"{reverse('contact-edit', args=[contact.pk])}#id_{key}", editable=access.writes(name),
        wrong=key in CHECKED_OF_CONTACTS and access.reads(name) and is_refused(key, value),
    )  # fmt: skip


def archive_groups(
    viewer: Viewer, customer: Customer, form: Registration | None, known: OwnValues | None = None
) -> list[Group]:
    """Every field of the registration form in its groups (A-1, A-2, A-13)."""
    own: dict[str, list[Cell]] = {}
    group_of = {field.key: field.group for field in customer_fields() if field.custom}
    for each in custom_cells(viewer, customer, known):
        own.setdefault(group_of[each.key], []).append(each)
    groups = [
        Group(
            code,
            title,
            (
                *(cell for name in names if (cell := customer_cell(viewer, customer, name, form))),
                *own.pop(code, ()),
            ),
        )
        for code, title, names in GROUPS
        if code != "card" or customer.kind == "person" or code in own
    ]
    return [*groups, *(Group(code, group_title(code), tuple(cells)) for code, cells in own.items())]


def contact_cells(viewer: Viewer, contact: Contact) -> list[Cell]:
    return [cell for name in CONTACT_FIELDS if name != "name" and (cell := contact_cell(viewer, contact, name))]


def by_key(groups: list[Group]) -> Mapping[str, Cell]:
    return {cell.key: cell for group in groups for cell in group.cells}


_CUSTOMER_KEYS = frozenset(field.name for field in Customer._meta.concrete_fields)
_FORM_KEYS = frozenset(name for _code, _title, names in GROUPS for name in names)
