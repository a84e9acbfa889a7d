"""Entering and changing many customers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, NamedTuple

from django.utils.translation import gettext as _

from weixi.customers.entered import entering
from weixi.customers.enums import CustomerKind, Lifecycle
from weixi.customers.fields.allowed import changed_to, choice_faults, listed_fields
from weixi.customers.models import Customer, Registration
from weixi.customers.services.bulk.shared import cleaned, locked, overwrite, parted, placed, refuse
from weixi.customers.services.bulk.tagging import add_tags
from weixi.customers.services.custom_values import set_custom_values
from weixi.customers.services.customers import REGISTRATION_FIELDS, derive, record_created
from weixi.customers.services.intake import Newcomer, refusals
from weixi.customers.services.numbers import take_numbers
from weixi.customers.services.values import CUSTOMER_FIELDS, apply, clean_values, split_personal
from weixi.kernel.errors import Conflict, Invalid
from weixi.kernel.events.work import unit_of_work
from weixi.kernel.one_of import one_of
from weixi.kernel.rows import blanks, insert_rows
from weixi.organisation.enums import Right
from weixi.organisation.models import User
from weixi.organisation.scope import Viewer

_blank_customer, _blank_form = blanks(Customer), blanks(Registration)


class NewCustomer(NamedTuple):
    """A customer to be entered. `values` are further fields of the customer and the registration form;
    without a number the next of our series is given, without an owner it is as `create_customer` says."""

    name: str
    number: str = ""
    owner_id: int | None = None
    co_owner_id: int | None = None
    lifecycle: str = Lifecycle.PROSPECT
    tags: tuple[str, ...] = ()
    values: Mapping[str, Any] = MappingProxyType({})
    # Name and values went through `clean_values` and `faults_of` before: they are not gone through again.
    checked: bool = False


@dataclass(frozen=True, slots=True)
class CustomerChange:
    """New values for a customer that is there, and tags to add; only the fields given are changed."""

    customer_id: int
    values: Mapping[str, Any] = field(default_factory=dict)
    tags: tuple[str, ...] = ()


def create_customers(rows: Sequence[NewCustomer], *, viewer: Viewer) -> list[Customer]:
    """Enter many customers; returns them in the order given.

    Raises Invalid for a row at fault and Conflict when a number is taken or stands twice.
    """
    viewer.require(Right.CUSTOMERS_EDIT)
    if not rows:
        return []
    people = _owners(rows, viewer)
    own = viewer.user if viewer.user and not viewer.sees_all else None
    stages = frozenset(Lifecycle.values)
    faults: dict[str, str] = {}
    with unit_of_work(actor=viewer.actor) as work:
        numbers = _numbers(rows)
        made: list[Customer] = []
        forms: list[Registration] = []
        custom: dict[int, dict[str, Any]] = {}
        listed = listed_fields()
        for place, row in enumerate(rows):
            given = {"name": row.name, **row.values}
            main, form, custom[place] = parted(given) if row.checked else cleaned(place, given, faults)
            if listed:
                faults |= placed(place, choice_faults(main | form, listed))
            if row.lifecycle not in stages:
                faults[f"{place}.lifecycle"] = _("There is no such lifecycle stage.")
            customer, registration = _blank_customer(), _blank_form()
            customer.number, customer.lifecycle = numbers[place], row.lifecycle
            if owner := people[row.owner_id] if row.owner_id else own:
                customer.owner = owner
            customer.co_owner_id = row.co_owner_id
            customer.created_at = customer.changed_at = work.now
            if "through" in main:
                customer.through = main.pop("through")
            vars(customer).update(main)
            vars(registration).update(form)
            derive(customer)
            made.append(customer)
            forms.append(registration)
        persons = [(place, customer) for place, customer in enumerate(made) if customer.kind == CustomerKind.PERSON]
        newcomers = [
            Newcomer(each.name, (each.phone, form.other_phone), each.email, form.wechat, each.number)
            for form, each in ((forms[place], each) for place, each in persons)
        ]
        faults |= {f"{persons[at][0]}.name": reason for at, reason in refusals(newcomers).items()}
        refuse(faults)
        entered = entering(made, forms, custom)
        work.expect(len(made))
        insert_rows(made)
        for customer, registration in zip(made, forms, strict=True):
            registration.customer_id = customer.pk
        insert_rows(forms)
        set_custom_values("customer", {c.pk: custom[place] for place, c in enumerate(made)}, fresh=True)
        added = add_tags({c.pk: row.tags for c, row in zip(made, rows, strict=True) if row.tags}, work)
        for place, customer in enumerate(made):
            record_created(work, customer, added.get(customer.pk, ()))
            work.entered[customer.pk] = entered[place]
    return made


def update_customers(changes: Sequence[CustomerChange], *, viewer: Viewer) -> list[int]:
    """Change many customers; returns the ids of those in which something differed.

    Raises NotFound when one is not in the viewer's scope, Conflict when one was put away.
    """
    viewer.require(Right.CUSTOMERS_EDIT)
    faults: dict[str, str] = {}
    with unit_of_work(actor=viewer.actor) as work:
        ids = [change.customer_id for change in changes]
        stored = locked(Customer.objects.filter(viewer.owned()), ids)
        if any(customer.archived_at for customer in stored.values()):
            raise Conflict(_("One of these customers was put away; bring it back before changing it."))
        listed = listed_fields()
        forms = {form.pk: form for form in Registration.objects.filter(pk__in=ids)}
        main_names: set[str] = set()
        form_names: set[str] = set()
        differing: dict[int, dict[str, Any]] = {}
        custom: dict[int, dict[str, Any]] = {}
        for place, change in enumerate(changes):
            customer = stored[change.customer_id]
            main, form, more = cleaned(place, change.values, faults)
            custom.setdefault(customer.pk, {}).update(more)
            registration = forms.setdefault(customer.pk, Registration(customer_id=customer.pk))
            changed = apply(customer, main, CUSTOMER_FIELDS)
            changed_form = apply(registration, form, REGISTRATION_FIELDS)
            faults |= placed(place, choice_faults(changed_to(changed | changed_form), listed))
            main_names |= changed.keys()
            form_names |= changed_form.keys()
            if changed or changed_form:
                differing[customer.pk] = {**differing.get(customer.pk, {}), **changed, **changed_form}
        refuse(faults)
        for pk, moved in set_custom_values("customer", custom).items():
            differing[pk] = {**differing.get(pk, {}), **moved}
        tagged = add_tags({c.customer_id: c.tags for c in changes if c.tags}, work, stated=True)
        for pk in differing:
            customer = stored[pk]
            derive(customer)
            customer.version += 1
            customer.changed_at = work.now
        rows = [stored[pk] for pk in differing]
        overwrite(Customer, rows, {*main_names, "name_key", "pinyin", "version", "changed_at"})
        if form_names:
            overwrite(Registration, [forms[pk] for pk in differing], form_names)
        for pk, changed in differing.items():
            ordinary, personal = split_personal(changed)
            work.record(
                "customer.changed",
                customer=pk,
                subject=("customer", pk),
                data={"changes": ordinary, "version": stored[pk].version},
                personal={"personal_changes": personal} if personal else None,
            )
    return [*differing, *(pk for pk in tagged if pk not in differing)]


def _owners(rows: Sequence[NewCustomer], viewer: Viewer) -> dict[int, User]:
    """The people named as owners; the same rules as when typing one customer."""
    wanted = {pk for row in rows for pk in (row.owner_id, row.co_owner_id) if pk}
    if not wanted:
        return {}
    people = User.objects.in_bulk(sorted(wanted))
    others = wanted - ({viewer.user.pk} if viewer.user else set())
    if others and viewer.user:
        viewer.require(Right.CUSTOMERS_ASSIGN)
    for pk in sorted(wanted):
        person = people.get(pk)
        if person is None or not person.is_active or not (viewer.sees_all or pk in viewer.owner_ids):
            raise Invalid(
                _("You can only give customers to people of your own scope who work here."),
                fields={"owner": _("Choose somebody of your team or department.")},
            )
    return people


def _numbers(rows: Sequence[NewCustomer]) -> list[str]:
    """Each row's number, given or the next of our series. Raises Conflict for one that is taken."""
    given = [
        row.number if row.checked or not row.number else clean_values({"number": row.number})["number"] for row in rows
    ]
    typed = [number for number in given if number]
    if len(set(typed)) != len(typed):
        raise Conflict(_("A customer number stands twice in this list."), code="customer.number_taken")
    if taken := Customer.objects.filter(one_of("number", typed)).values_list("number", flat=True).first():
        raise Conflict(_("The customer number %(number)s is taken.") % {"number": taken}, code="customer.number_taken")
    fresh = iter(_free(len(given) - len(typed), set(typed)))
    return [number or next(fresh) for number in given]


def _free(count: int, avoid: set[str]) -> list[str]:
    """Numbers of our series that no row of this list claims either."""
    found: list[str] = []
    while len(found) < count:
        found += [number for number in take_numbers(count - len(found)) if number not in avoid]
    return found
