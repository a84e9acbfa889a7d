"""The natural persons whose data are held, as they are counted (`services.headcount`), within the viewer's scope."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.core.paginator import Paginator
from django.db.models import QuerySet

from weixi.customers.enums import CustomerKind
from weixi.customers.models import Contact, Customer
from weixi.kernel.counting import count_together
from weixi.organisation.enums import Right
from weixi.organisation.scope import Viewer

PER_PAGE = 50
CONTACTS, CUSTOMERS = "contact", "customer"


def held_contacts() -> QuerySet[Contact]:
    """People at customers who are there; those of customers that were put away are held as well."""
    return Contact.objects.filter(removed_at=None)


def held_customers() -> QuerySet[Customer]:
    """Customers that are persons themselves."""
    return Customer.objects.filter(kind=CustomerKind.PERSON, archived_at=None)


@dataclass(frozen=True, slots=True)
class HeldPerson:
    """`kind` and `pk` as addresses of a person say them; `name` is what is stored, for `{% called %}`."""

    kind: str
    pk: int
    name: str
    customer: Customer


@dataclass(frozen=True, slots=True)
class HeldPersons:
    """A page of one kind, the latest entered first, and how many there are of each."""

    kind: str
    contacts: int
    customers: int
    page: Any
    rows: Sequence[HeldPerson]


def held_persons(viewer: Viewer, kind: str, number: Any) -> HeldPersons:
    """Raises Forbidden without the right to look after personal data; two queries."""
    viewer.require(Right.PERSONAL_MANAGE)
    contacts = held_contacts().filter(viewer.owned("customer__"))
    customers = held_customers().filter(viewer.owned())
    counts = count_together([contacts, customers])
    of_customers = kind == CUSTOMERS
    page = Paginator(range(counts[of_customers]), PER_PAGE).get_page(number)
    start = max(0, page.start_index() - 1)
    if of_customers:
        rows = [
            HeldPerson(CUSTOMERS, one.pk, one.name, one) for one in customers.order_by("-pk")[start : start + PER_PAGE]
        ]
    else:
        found = contacts.select_related("customer").order_by("-pk")[start : start + PER_PAGE]
        rows = [HeldPerson(CONTACTS, one.pk, one.name, one.customer) for one in found]
    return HeldPersons(CUSTOMERS if of_customers else CONTACTS, counts[0], counts[1], page, rows)
