"""People and words at a customer."""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import Count, Exists, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from weixi.customers.models import Contact, Customer, CustomerTag, Registration
from weixi.organisation.models import User
from weixi.organisation.scope import Viewer


def people_at(customer: Customer) -> Sequence[Contact]:
    """Those who are there now, who decides first; the caller has fetched the customer for the viewer."""
    return [each for each in everybody_at(customer) if each.removed_at is None]


def everybody_at(customer: Customer) -> Sequence[Contact]:
    """Those who are or were there: the story names them too."""
    return list(contacts_of(customer))


def contacts_of(customer: Customer) -> QuerySet[Contact]:
    """Uses index: the one of `customer`."""
    return Contact.objects.filter(customer=customer)


def registration_of(customer: Customer) -> Registration | None:
    """The form; no query for a customer of `get_customer_for`."""
    return getattr(customer, "registration", None)


def tag_names(customer: Customer) -> QuerySet[CustomerTag, tuple[str]]:
    return CustomerTag.objects.filter(customer=customer).order_by("tag__group", "tag__name").values_list("tag__name")


def people_with_customers(viewer: Viewer) -> QuerySet[User]:
    """Those whose customers the viewer can hand over, the disabled among them first; `holds` is how many he owns."""
    # Uses index: those of owner and co_owner.
    own, second = Customer.objects.filter(owner=OuterRef("pk")), Customer.objects.filter(co_owner=OuterRef("pk"))
    held = own.order_by().values("owner").annotate(n=Count("pk")).values("n")
    rows = User.objects.filter(Exists(own) | Exists(second)).annotate(holds=Coalesce(Subquery(held), 0))
    if not viewer.sees_all:
        rows = rows.filter(pk__in=viewer.owner_ids)
    return rows.order_by("is_active", "name")
