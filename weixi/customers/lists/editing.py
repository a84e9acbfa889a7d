"""Cells of the list that are edited where they stand: which they are, their forms, and saving one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from weixi.customers import choices, services
from weixi.customers.access import viewer_access
from weixi.customers.cells import customer_cell, is_cell
from weixi.customers.enums import Lifecycle
from weixi.customers.forms import FieldForm
from weixi.customers.lists.columns import Column
from weixi.customers.models import Customer
from weixi.kernel.errors import Invalid
from weixi.organisation.enums import Right
from weixi.organisation.kept_forms import RivalForm, SeenForm
from weixi.organisation.scope import Viewer

# Those that have a service of their own, and the right it takes.
APART: Mapping[str, Right] = {
    "owner": Right.CUSTOMERS_ASSIGN,
    "lifecycle": Right.CUSTOMERS_EDIT,
    "tags": Right.CUSTOMERS_EDIT,
}
LONGEST_TAGS = 400


def editable(viewer: Viewer, columns: Iterable[Column]) -> frozenset[str]:
    """The codes of the columns whose cells this viewer may edit in the list: what he reads and writes in full."""
    access = viewer_access(viewer)
    found = set()
    for column in columns:
        key = column.field
        if not key or not access.reads(key) or not access.writes(key):
            continue
        right = APART.get(key, Right.CUSTOMERS_EDIT)
        if viewer.may(right) and (key in APART or is_cell(key)):
            found.add(column.code)
    return frozenset(found)


class OwnerCell(SeenForm):
    owner = forms.ChoiceField(label=_("Owner"))


class StageCell(SeenForm):
    lifecycle = forms.ChoiceField(label=_("Lifecycle stage"), choices=Lifecycle.choices)


class TagsCell(SeenForm):
    tags = forms.CharField(label=_("Tags"), max_length=LONGEST_TAGS, required=False)


@dataclass(frozen=True, slots=True)
class Editor:
    """The form of one cell; `name` is its input. `save` changes the customer by the service of that change."""

    form: RivalForm
    name: str
    key: str
    save: Any


def editor_of(viewer: Viewer, customer: Customer, key: str, data: Any) -> Editor | None:
    """The editor of one field of one customer; None for what is not edited in the list."""
    if key == "owner":
        return _owner(viewer, customer, data)
    if key == "lifecycle":
        stage = StageCell(data, initial={"lifecycle": customer.lifecycle})
        stage.remember(("customer", customer.pk))
        return Editor(
            stage, key, key, lambda: services.change_lifecycle(customer, stage.cleaned_data[key], viewer=viewer)
        )
    if key == "tags":
        return _tags(viewer, customer, data)
    cell = customer_cell(viewer, customer, key)
    if cell is None or not cell.editable:
        return None
    form = FieldForm(data, cell=cell, version=customer.version)

    def save() -> None:
        version = form.cleaned_data["version"]
        services.change_customer(customer, viewer=viewer, version=version, whole=False, values=form.values())

    return Editor(form, cell.key, cell.key, save)


def _owner(viewer: Viewer, customer: Customer, data: Any) -> Editor:
    people = [(str(pk), name) for pk, name in choices.people_of(viewer).values_list("pk", "name")]
    present = customer.owner
    if present is not None and str(present.pk) not in dict(people):
        people.insert(0, (str(present.pk), present.name))
    form = OwnerCell(data, initial={"owner": str(present.pk) if present else ""})
    form.fields["owner"].choices = people if present else [("", "—"), *people]  # type: ignore[attr-defined]
    form.remember(("customer", customer.pk))

    def save() -> None:
        person = choices.person_of(viewer, form.cleaned_data["owner"])
        services.assign_customers([customer.pk], person, viewer=viewer)

    return Editor(form, "owner", "owner", save)


def _tags(viewer: Viewer, customer: Customer, data: Any) -> Editor:
    present = sorted(customer.tagged.values_list("tag__name", flat=True))
    form = TagsCell(data, initial={"tags": ", ".join(present)})
    form.remember(("customer", customer.pk))

    def save() -> None:
        text = form.cleaned_data["tags"].replace("，", ",").replace("、", ",")
        wanted = [name for part in text.split(",") if (name := part.strip())]
        if len(wanted) > 40:
            raise Invalid(_("A customer has at most %(n)d tags.") % {"n": 40})
        services.retag_customer(customer, wanted, viewer=viewer)

    return Editor(form, "tags", "tags", save)
