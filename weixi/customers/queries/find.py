from __future__ import annotations

from collections.abc import Callable, Collection
from functools import lru_cache, partial
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from weixi.customers.models import Contact, Customer
from weixi.kernel.errors import NotFound
from weixi.kernel.keys import MOST_KEY
from weixi.kernel.prepared import Prepared, plain, several
from weixi.organisation.scope import Viewer, owned_by

JOINED = ("owner", "co_owner", "through", "merged_into", "registration")


def visible_customers(viewer: Viewer, *, archived: bool = False) -> QuerySet[Customer]:
    """The customers in the viewer's data scope: the living ones, or with `archived` those put away.

    Uses index: customer_owner_*.
    """
    rows = Customer.objects.filter(archived_at__isnull=not archived)
    return rows if viewer.sees_all else rows.filter(viewer.owned())


# `owned("customer__")`: the viewer's scope as a condition on the customer of a row.
Owned = Callable[[str], Q]


def everything(_owned: Owned) -> QuerySet[Customer]:
    """Customers with nothing else at them."""
    return Customer.objects.all()


def get_customer_for(
    viewer: Viewer, pk: int, *, among: Callable[[Owned], QuerySet[Customer]] = everything,
    joined: tuple[str, ...] = JOINED,
) -> Customer:  # fmt: skip
    """One customer, put away or not. Raises NotFound for a foreign one as for a missing one.

    `among` says the customers with what else the caller wants of one in the same query, written once per process;
    `joined` the rows beside it that come with it: all of them make half the cost of a form that needs the owner alone.
    """
    found: list[Customer] = []
    if 0 < pk <= MOST_KEY:
        read = _reading(among, joined, within=not viewer.sees_all)
        found = (read(pk) if viewer.sees_all else read(pk, viewer.owner_ids)).objects()
    if not found:
        raise NotFound(_("There is no such customer among those you look after."), code="customer.not_found")
    return found[0]


@lru_cache(maxsize=64)
def _reading(among: Callable[[Owned], QuerySet[Customer]], joined: tuple[str, ...], *, within: bool) -> Prepared:
    """One customer of everybody's, or of those `within` a scope."""

    def write(pk: Any, people: Any = None) -> QuerySet[Customer]:
        owned = partial(owned_by, people) if within else lambda _prefix: Q()
        return among(owned).select_related(*joined).filter(owned(""), pk=pk).order_by()

    return Prepared(write, plain, several) if within else Prepared(write, plain)


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
