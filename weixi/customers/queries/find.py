from __future__ import annotations

from collections.abc import Collection

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from weixi.customers.models import Contact, Customer
from weixi.kernel.errors import NotFound
from weixi.organisation.scope import Viewer

JOINED = ("owner", "co_owner", "through", "merged_into", "registration")


def visible_customers(viewer: Viewer, *, archived: bool = False) -> QuerySet[Customer]:
    """The customers in the viewer's data scope: the living ones, or with `archived` those put away.

    Uses index: customer_owner_*.
    """
    rows = Customer.objects.filter(archived_at__isnull=not archived)
    return rows if viewer.sees_all else rows.filter(viewer.owned())


def get_customer_for(
    viewer: Viewer, pk: int, *, among: QuerySet[Customer] | None = None, joined: Collection[str] = JOINED
) -> Customer:
    """One customer, put away or not. Raises NotFound for a foreign one as for a missing one.

    `among` are the customers with what else the caller wants of one in the same query, `joined` the rows beside it
    that come with it: all of them make half the cost of a form that needs the owner alone.
    """
    rows = Customer.objects.all() if among is None else among
    rows = rows.select_related(*joined)
    if not viewer.sees_all:
        rows = rows.filter(viewer.owned())
    customer = rows.filter(pk=pk).first()
    if customer is None:
        raise NotFound(_("There is no such customer among those you look after."), code="customer.not_found")
    return customer


def numbers_of(viewer: Viewer, ids: Collection[int]) -> list[str]:
    """The numbers of these customers. Raises NotFound when one of them is out of the viewer's scope."""
    found = list(Customer.objects.filter(viewer.owned(), pk__in=ids).values_list("number", flat=True))
    if len(found) != len(set(ids)):
        raise NotFound(_("One of these customers is not among those you look after."), code="customer.not_found")
    return found


def get_contact_for(viewer: Viewer, pk: int) -> Contact:
    """One contact of a customer the viewer sees; raises NotFound otherwise."""
    rows = Contact.objects.select_related("customer")
    if not viewer.sees_all:
        rows = rows.filter(viewer.owned("customer__"))
    contact = rows.filter(pk=pk, removed_at=None).first()
    if contact is None:
        raise NotFound(_("There is no such contact among your customers."), code="contact.not_found")
    return contact
