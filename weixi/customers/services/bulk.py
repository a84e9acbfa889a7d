"""Many customers and contacts at once, as an import brings them: one event each, no query per row.

Each call is one unit of work and all or nothing; the caller chooses its portions (some hundred rows),
so that people keep saving meanwhile. A row at fault raises `Invalid` with `fields` `{"3.phone": sentence}`,
the row's place counted from 0: who checks the rows before never meets it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from weixi.customers.enums import CustomerKind, Lifecycle
from weixi.customers.models import Contact, Customer, CustomerTag, Registration, Tag
from weixi.customers.naming import name_key
from weixi.customers.services.contacts import CONTACT_FIELDS, clean_contact, newcomer_of, record_changes
from weixi.customers.services.contacts import record_created as record_contact
from weixi.customers.services.custom_values import part_custom, set_custom_values
from weixi.customers.services.customers import REGISTRATION_FIELDS, derive, record_created
from weixi.customers.services.intake import Newcomer, refusals
from weixi.customers.services.numbers import take_numbers
from weixi.customers.services.quick_check import faults_of
from weixi.customers.services.values import CUSTOMER_FIELDS, apply, clean_values, split_personal
from weixi.kernel.errors import Conflict, Invalid, NotFound
from weixi.kernel.events.work import UnitOfWork, unit_of_work
from weixi.kernel.one_of import one_of
from weixi.kernel.rows import blanks, insert_rows
from weixi.organisation.enums import Right
from weixi.organisation.models import User
from weixi.organisation.scope import Viewer

BATCH = 500
_blank_customer, _blank_form = blanks(Customer), blanks(Registration)


@dataclass(frozen=True, slots=True)
class NewCustomer:
    """A customer to be entered. `values` are further fields of the customer and the registration form;
    without a number the next of our series is given, without an owner it is as `create_customer` says."""

    name: str
    number: str = ""
    owner_id: int | None = None
    co_owner_id: int | None = None
    lifecycle: str = Lifecycle.PROSPECT
    tags: tuple[str, ...] = ()
    values: Mapping[str, Any] = field(default_factory=dict)
    # Name and values went through `clean_values` and `faults_of` before: they are not gone through again.
    checked: bool = False


@dataclass(frozen=True, slots=True)
class CustomerChange:
    """New values for a customer that is there, and tags to add; only the fields given are changed."""

    customer_id: int
    values: Mapping[str, Any] = field(default_factory=dict)
    tags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class NewContact:
    customer_id: int
    values: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class ContactChange:
    contact_id: int
    values: Mapping[str, Any]


# --- customers --------------------------------------------------------------------------------------


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
        for place, row in enumerate(rows):
            given = {"name": row.name, **row.values}
            main, form, custom[place] = _parted(given) if row.checked else _cleaned(place, given, faults)
            if row.lifecycle not in stages:
                faults[f"{place}.lifecycle"] = _("There is no such lifecycle stage.")
            customer, registration = _blank_customer(), _blank_form()
            customer.number, customer.lifecycle = numbers[place], row.lifecycle
            if owner := people[row.owner_id] if row.owner_id else own:
                customer.owner = owner
            customer.co_owner_id = row.co_owner_id
            customer.created_at = customer.changed_at = work.now
            for name, value in main.items():
                setattr(customer, name, value)
            vars(registration).update(form)
            derive(customer)
            made.append(customer)
            forms.append(registration)
        persons = [(place, customer) for place, customer in enumerate(made) if customer.kind == CustomerKind.PERSON]
        newcomers = [
            Newcomer(each.name, (each.phone,), each.email, forms[place].wechat, each.number) for place, each in persons
        ]
        faults |= {f"{persons[at][0]}.name": reason for at, reason in refusals(newcomers).items()}
        _refuse(faults)
        insert_rows(made)
        for customer, registration in zip(made, forms, strict=True):
            registration.customer_id = customer.pk
        insert_rows(forms)
        set_custom_values("customer", {c.pk: custom[place] for place, c in enumerate(made)}, fresh=True)
        added = _add_tags({c.pk: row.tags for c, row in zip(made, rows, strict=True) if row.tags}, work)
        for customer in made:
            record_created(work, customer, added.get(customer.pk, ()))
    return made


def update_customers(changes: Sequence[CustomerChange], *, viewer: Viewer) -> list[int]:
    """Change many customers; returns the ids of those in which something differed.

    Raises NotFound when one is not in the viewer's scope, Conflict when one was put away.
    """
    viewer.require(Right.CUSTOMERS_EDIT)
    faults: dict[str, str] = {}
    with unit_of_work(actor=viewer.actor) as work:
        ids = [change.customer_id for change in changes]
        stored = _locked(Customer.objects.filter(viewer.owned()), ids)
        if any(customer.archived_at for customer in stored.values()):
            raise Conflict(_("One of these customers was put away; bring it back before changing it."))
        forms = {form.pk: form for form in Registration.objects.filter(pk__in=ids)}
        main_names: set[str] = set()
        form_names: set[str] = set()
        differing: dict[int, dict[str, Any]] = {}
        custom: dict[int, dict[str, Any]] = {}
        for place, change in enumerate(changes):
            customer = stored[change.customer_id]
            main, form, more = _cleaned(place, change.values, faults)
            custom.setdefault(customer.pk, {}).update(more)
            registration = forms.setdefault(customer.pk, Registration(customer_id=customer.pk))
            changed = apply(customer, main, CUSTOMER_FIELDS)
            changed_form = apply(registration, form, REGISTRATION_FIELDS)
            main_names |= changed.keys()
            form_names |= changed_form.keys()
            if changed or changed_form:
                differing[customer.pk] = {**differing.get(customer.pk, {}), **changed, **changed_form}
        _refuse(faults)
        for pk, moved in set_custom_values("customer", custom).items():
            differing[pk] = {**differing.get(pk, {}), **moved}
        tagged = _add_tags({c.customer_id: c.tags for c in changes if c.tags}, work, stated=True)
        for pk in differing:
            customer = stored[pk]
            derive(customer)
            customer.version += 1
            customer.changed_at = work.now
        rows = [stored[pk] for pk in differing]
        _overwrite(Customer, rows, {*main_names, "name_key", "pinyin", "version", "changed_at"})
        if form_names:
            _overwrite(Registration, [forms[pk] for pk in differing], form_names)
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
    given = [clean_values({"number": row.number})["number"] if row.number else "" for row in rows]
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


# --- contacts ---------------------------------------------------------------------------------------


def add_contacts(rows: Sequence[NewContact], *, viewer: Viewer) -> list[Contact]:
    """Add many people; returns them in the order given. Raises NotFound for a customer out of scope."""
    viewer.require(Right.CUSTOMERS_EDIT)
    faults: dict[str, str] = {}
    with unit_of_work(actor=viewer.actor) as work:
        _require_seen(viewer, {row.customer_id for row in rows})
        made: list[Contact] = []
        custom: dict[int, dict[str, Any]] = {}
        for place, row in enumerate(rows):
            values, custom[place] = _cleaned_contact(place, {"name": "", **row.values}, faults)
            contact = Contact(customer_id=row.customer_id, created_at=work.now, changed_at=work.now, **values)
            contact.name_key = name_key(contact.name)[:60]
            made.append(contact)
        numbers = dict(
            Customer.objects.filter(one_of("pk", {row.customer_id for row in rows})).values_list("pk", "number")
        )
        newcomers = [newcomer_of(contact, numbers.get(contact.customer_id, "")) for contact in made]
        faults |= {f"{place}.name": reason for place, reason in refusals(newcomers).items()}
        _refuse(faults)
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
        stored = _locked(seen, [change.contact_id for change in changes])
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
            names |= changed.keys()
            if changed:
                differing[contact.pk] = {**differing.get(contact.pk, {}), **changed}
        _refuse(faults)
        for pk, moved in set_custom_values("contact", custom).items():
            differing[pk] = {**differing.get(pk, {}), **moved}
        for pk in differing:
            contact = stored[pk]
            contact.name_key = name_key(contact.name)[:60]
            contact.version += 1
            contact.changed_at = work.now
        _overwrite(Contact, [stored[pk] for pk in differing], {*names, "name_key", "version", "changed_at"})
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


# --- shared -----------------------------------------------------------------------------------------


Parts = tuple[dict[str, Any], dict[str, Any], dict[str, Any]]


def _cleaned(place: int, values: Mapping[str, Any], faults: dict[str, str]) -> Parts:
    """(customer's, form's, custom) cleaned values; faults are added under the row's place."""
    try:
        main, form, custom = _parted(clean_values(values))
    except Invalid as refusal:
        faults |= {f"{place}.{name}": str(text) for name, text in refusal.fields.items()}
        return {}, {}, {}
    wrong = faults_of(Customer, main) | faults_of(Registration, form)
    wrong |= {name: _("There is no such field here.") for name in form if name not in REGISTRATION_FIELDS}
    faults |= {f"{place}.{name}": text for name, text in wrong.items()}
    ok = [{name: value for name, value in half.items() if name not in wrong} for half in (main, form)]
    return ok[0], ok[1], custom


def _parted(values: Mapping[str, Any]) -> Parts:
    own, custom = part_custom(values, "customer")
    main = {name: value for name, value in own.items() if name in CUSTOMER_FIELDS}
    return main, {name: value for name, value in own.items() if name not in main}, custom


def _refuse(faults: Mapping[str, str]) -> None:
    if faults:
        raise Invalid(" ".join(dict.fromkeys(faults.values())), fields=faults)


def _locked(rows: QuerySet[Any], ids: Sequence[int]) -> dict[int, Any]:
    found = {row.pk: row for row in rows.select_for_update(of=("self",)).filter(pk__in=ids).order_by("pk")}
    if len(found) != len(set(ids)):
        raise NotFound(_("One of these is not among those you look after; nothing was changed."))
    return found


def _require_seen(viewer: Viewer, ids: set[int]) -> None:
    rows = Customer.objects.filter(viewer.owned(), pk__in=ids, archived_at=None)
    if rows.count() != len(ids):
        raise NotFound(_("One of these customers is not among those you look after; nothing was changed."))


def _overwrite(model: Any, rows: Sequence[Any], names: Iterable[str]) -> None:
    """Write these fields of whole rows that are held locked: one statement for many."""
    if rows:
        key = model._meta.pk.name
        model.objects.bulk_create(
            rows, batch_size=BATCH, update_conflicts=True, unique_fields=[key], update_fields=sorted(names)
        )


def _add_tags(wanted: Mapping[int, Iterable[str]], work: UnitOfWork, *, stated: bool = False) -> dict[int, list[str]]:
    """Put tags on customers; {customer: tags that were not there}. `stated` records each change."""
    names = sorted({str(clean_values({"tag": n})["tag"])[:40] for tags in wanted.values() for n in tags} - {""})
    if not names:
        return {}
    Tag.objects.bulk_create([Tag(name=name) for name in names], ignore_conflicts=True)
    known = dict(Tag.objects.filter(name__in=names).values_list("name", "pk"))
    before: dict[int, set[str]] = defaultdict(set)
    for pk, name in CustomerTag.objects.filter(customer_id__in=list(wanted)).values_list("customer_id", "tag__name"):
        before[pk].add(name)
    added: dict[int, list[str]] = {}
    for pk, tags in wanted.items():
        fresh = [
            n for n in dict.fromkeys(clean_values({"tag": t})["tag"][:40] for t in tags) if n and n not in before[pk]
        ]
        if fresh:
            added[pk] = fresh
    insert_rows(
        [CustomerTag(customer_id=pk, tag_id=known[n], added_at=work.now) for pk, fresh in added.items() for n in fresh]
    )
    for pk, fresh in added.items() if stated else ():
        change = [sorted(before[pk]), sorted({*before[pk], *fresh})]
        work.record("customer.changed", customer=pk, subject=("customer", pk), data={"changes": {"tags": change}})
    return added
