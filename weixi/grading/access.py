"""The scope check of services that are handed a customer."""

from __future__ import annotations

from django.utils.translation import gettext as _

from weixi.customers.models import Customer
from weixi.kernel.errors import Conflict, NotFound
from weixi.organisation.scope import Viewer


def require_visible(viewer: Viewer, customer: Customer) -> None:
    """Raises NotFound when the customer is outside the viewer's scope, Conflict when it was put away."""
    if not viewer.sees(customer):
        raise NotFound(_("There is no such customer among those you look after."), code="customer.not_found")
    if customer.archived_at is not None:
        raise Conflict(_("This customer was put away; bring it back first."))
