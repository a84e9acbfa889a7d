"""The scope check of services that are handed an object."""

from __future__ import annotations

from collections.abc import Collection

from django.utils.translation import gettext as _

from weixi.customers.models import Customer
from weixi.kernel.errors import Conflict, NotFound
from weixi.organisation.scope import Viewer

# Parameters of one query; SQLite takes 32,766, and no plan is better for more.
CHUNK = 5000


def require_visible(viewer: Viewer, customer: Customer) -> None:
    """Raises NotFound when the customer is outside the viewer's scope, Conflict when it was put away."""
    if not viewer.sees(customer):
        raise NotFound(_("There is no such customer among those you look after."), code="customer.not_found")
    if customer.archived_at is not None:
        raise Conflict(_("This customer was put away; bring it back before entering anything."))


def require_all_visible(viewer: Viewer, customer_ids: Collection[int]) -> None:
    """Raises NotFound unless every one of these customers is there and in the viewer's scope."""
    ids = sorted(set(customer_ids))
    rows = Customer.objects.all() if viewer.sees_all else Customer.objects.filter(viewer.owned())
    for start in range(0, len(ids), CHUNK):
        part = ids[start : start + CHUNK]
        if rows.filter(pk__in=part).count() != len(part):
            raise NotFound(
                _("One of these customers is not among those you look after; nothing was entered."),
                code="customer.not_found",
            )
