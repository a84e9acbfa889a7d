"""When a customer was last in touch, once interactions went from one customer to another."""

from __future__ import annotations

from weixi.customers.models import Customer
from weixi.interactions.last_visit import count_last_visits
from weixi.interactions.models import Interaction
from weixi.kernel.events.work import UnitOfWork

MOVING = frozenset({"customer.merged", "customer.unmerged"})


def project_last_contact(work: UnitOfWork) -> None:
    """The projection: both customers of a merge, or of one taken back. Uses index: interaction_customer."""
    for pk in sorted(work.customers_of(MOVING)):
        rows = Interaction.objects.filter(customer_id=pk, withdrawn_at=None).order_by("-occurred_at", "-id")
        latest = rows.values_list("occurred_at", "kind").first()
        at, kind = latest or (None, "")
        Customer.objects.filter(pk=pk).update(last_contact_at=at, last_contact_kind=kind)
        count_last_visits([pk])
