"""When a customer was last in touch, once interactions went from one customer to another; and how."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from weixi.customers.models import Customer
from weixi.interactions.enums import Kind
from weixi.interactions.last_visit import count_last_visits
from weixi.interactions.models import Interaction
from weixi.kernel.events.work import UnitOfWork
from weixi.organisation.scope import Viewer

MOVING = frozenset({"customer.merged", "customer.unmerged"})


def project_last_contact(work: UnitOfWork) -> None:
    """The projection: both customers of a merge, or of one taken back. Uses index: interaction_customer."""
    for pk in sorted(work.customers_of(MOVING)):
        rows = Interaction.objects.filter(customer_id=pk, withdrawn_at=None).order_by("-occurred_at", "-id")
        latest = rows.values_list("occurred_at", "kind").first()
        at, kind = latest or (None, "")
        Customer.objects.filter(pk=pk).update(last_contact_at=at, last_contact_kind=kind)
        count_last_visits([pk])


def last_ways(_viewer: Viewer, rows: Sequence[Customer]) -> Mapping[int, str]:
    """How each customer was last in touch, in words; nothing where he never was."""
    labels = {code: str(label) for code, label in Kind.choices}
    return {row.pk: labels[row.last_contact_kind] for row in rows if row.last_contact_kind in labels}
