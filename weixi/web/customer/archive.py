"""The archive beside the story and as a tab of its own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from weixi.commerce.queries import Dealings, dealings_of
from weixi.customers.access import viewer_access
from weixi.customers.cells import (
    Cell,
    Group,
    archive_groups,
    contact_cells,
    custom_cells,
    custom_contact_cells,
    customer_cell,
)
from weixi.customers.completeness import Gap, Standing
from weixi.customers.fields.own_values import OwnValues
from weixi.customers.models import Contact, Customer, Registration
from weixi.customers.standard.words import field_title
from weixi.kernel import clock
from weixi.kernel.drawing import moments
from weixi.organisation.scope import Viewer

# What orders say by themselves: nobody fills it in.
_COMPUTED = ("purchase_history", "last_order_on")


@dataclass(frozen=True, slots=True)
class Fact:
    """A line beside the story. With `cell` it can be edited in place."""

    label: Any
    text: str
    cell: Cell | None = None


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody at the customer as the viewer sees him."""

    contact: Contact
    name: str
    cells: Sequence[Cell]


@dataclass(frozen=True, slots=True)
class Archive:
    """Every field in its groups, the people with theirs, and what follows from orders."""

    groups: Sequence[Group]
    people: Sequence[Person]
    dealings: Dealings


def build_archive(
    viewer: Viewer, customer: Customer, form: Registration, people: Sequence[Contact], known: OwnValues
) -> Archive:
    access, own = viewer_access(viewer), custom_contact_cells(viewer, people, known)
    return Archive(
        archive_groups(viewer, customer, form, known),
        [
            Person(each, access.present("contact_name", each.name), [*contact_cells(viewer, each), *own[each.pk]])
            for each in people
        ],
        dealings_of(customer),
    )


def archive_facts(viewer: Viewer, customer: Customer, form: Registration, known: OwnValues) -> list[Fact]:
    """What is filled and worth a glance, with its name."""
    access = viewer_access(viewer)
    since = moments.partial_day_text(customer.cooperation_since)
    if customer.cooperation_since[:4].isdecimal():
        since += _(", year %(n)d") % {"n": clock.today().year - int(customer.cooperation_since[:4]) + 1}

    def fact(key: str, label: Any, text: str = "") -> Fact:
        cell = customer_cell(viewer, customer, key, form)
        if cell is not None and text and access.reads(key):
            cell = replace(cell, text=text)
        return Fact(label, cell.text if cell else "", cell)

    rows = [
        Fact(_("Kind"), f"{customer.get_kind_display()}{_(', ')}{customer.get_reach_display()}"),
        fact("industry", _("Industry")),
        fact("headcount", _("Size"), _people(form.headcount)),
        fact("yearly_revenue", _("Yearly revenue")),
        fact("founded_on", _("Founded"), moments.partial_day_text(customer.founded_on)),
        fact("cooperation_since", _("With us since"), since),
        fact("phone", _("Phone")),
        fact("other_phone", _("Other phone")),
        fact("address", _("Address")),
        fact("region", _("Province")),
        fact("city", _("City")),
        fact("legal_representative", _("Legal representative")),
        fact("general_manager", _("General manager")),
        fact("need_preference", _("Need preference")),
        fact("product_use", _("Product use")),
        fact("remark", _("Remark")),
        *(Fact(cell.label, cell.text, cell) for cell in custom_cells(viewer, customer, known)),
        # Hardly worth a glance, unless they have to be put right.
        *(
            row
            for row in (fact("email", _("E-mail")), fact("unified_code", _("Unified social credit code")))
            if _wrong(row)
        ),
    ]
    return [row for row in rows if (row.cell.filled if row.cell else row.text)]


def _wrong(row: Fact) -> bool:
    return row.cell is not None and row.cell.wrong


def _people(count: str) -> str:
    """A number or a range of people with what it counts; other words as they stand."""
    return _("%(n)s people") % {"n": count} if count[-1:].isdecimal() else count


def gaps_of(
    viewer: Viewer, customer: Customer, judged: Standing, people: Sequence[Contact]
) -> list[tuple[Gap, Cell | None, str]]:
    """Each missing fact and where it is filled in: in place, or in the form of a person."""
    person = reverse("contact-edit", args=[people[0].pk]) if people else reverse("contact-new", args=[customer.pk])
    found = {gap.key: gap for gap in (*judged.gaps, *judged.key_gaps)}
    return [
        (
            replace(gap, title=field_title(gap.key, gap.title)),
            customer_cell(viewer, customer, gap.key) if gap.of != "contact" else None,
            f"{person}#id_{gap.key.removeprefix('contact_')}"
            if gap.of == "contact"
            else f"{reverse('customer-edit', args=[customer.pk])}#id_{gap.key}",
        )
        for gap in found.values()
        if gap.key not in _COMPUTED
    ]
