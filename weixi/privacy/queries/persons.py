"""Natural persons as this slice speaks of them."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _

from weixi.customers.enums import CustomerKind
from weixi.customers.models import Contact, Customer
from weixi.customers.queries import get_customer_for
from weixi.customers.queries.people import registration_of
from weixi.kernel.errors import NotFound
from weixi.kernel.personal import Person
from weixi.organisation.scope import Viewer


def person_of_contact(contact: Contact) -> Person:
    marks = (contact.name, contact.mobile, contact.phone, contact.email, contact.wechat)
    return Person("contact", contact.pk, contact.customer_id, contact.name, tuple(mark for mark in marks if mark))


def person_of_customer(customer: Customer) -> Person:
    """A customer that is a person himself."""
    form = registration_of(customer)
    more = (form.other_phone, form.wechat, form.fax, form.home_address, form.bank_account) if form else ()
    marks = (customer.name, customer.short_name, customer.phone, customer.email, *more)
    return Person("customer", customer.pk, customer.pk, customer.name, tuple(mark for mark in marks if mark))


def get_person_for(viewer: Viewer, kind: str, pk: int) -> Person:
    """A person within the viewer's scope, one who has left included. Raises NotFound."""
    if kind == "customer":
        customer = get_customer_for(viewer, pk)
        if customer.kind != CustomerKind.PERSON:
            raise NotFound(_("This customer is a company; its people have data of their own."))
        return person_of_customer(customer)
    rows = Contact.objects.select_related("customer")
    if not viewer.sees_all:
        rows = rows.filter(viewer.owned("customer__"))
    contact = rows.filter(pk=pk).first() if kind == "contact" else None
    if contact is None:
        raise NotFound(_("There is no such contact among your customers."), code="contact.not_found")
    return person_of_contact(contact)


def persons_of(customer: Customer) -> Sequence[Person]:
    """The customer himself, if he is a person, and the people who are there now."""
    people = [person_of_contact(each) for each in Contact.objects.filter(customer=customer, removed_at=None)]
    return [person_of_customer(customer), *people] if customer.kind == CustomerKind.PERSON else people
