"""Records that never happened: entered by an import that is taken back."""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import F

from weixi.customers.models import Customer
from weixi.interactions.last_visit import count_last_visits
from weixi.interactions.models import Interaction
from weixi.kernel.events.work import unit_of_work
from weixi.kernel.one_of import one_of
from weixi.organisation.enums import Right
from weixi.organisation.scope import Viewer


def withdraw_interactions(ids: Sequence[int], *, viewer: Viewer, reason: str) -> int:
    """Mark these records as withdrawn: they count for nothing any more. Returns how many there were.

    What a duty was closed by stays its evidence (decision 0006). The same row may be imported again.
    """
    viewer.require(Right.INTERACTIONS_RECORD)
    if not ids:
        return 0
    with unit_of_work(actor=viewer.actor) as work:
        rows = Interaction.objects.select_for_update().filter(one_of("pk", ids), withdrawn_at=None)
        found = sorted(rows.values_list("pk", "customer_id", "version"))
        Interaction.objects.filter(one_of("pk", [pk for pk, _customer, _version in found])).update(
            withdrawn_at=work.now, source_key=None, version=F("version") + 1
        )
        for pk, customer, version in found:
            data = {"reason": reason, "version": version + 1}
            work.record("interaction.withdrawn", customer=customer, subject=("interaction", pk), data=data)
        _keep_last_contacts({customer for _pk, customer, _version in found})
    return len(found)


def _keep_last_contacts(customers: set[int]) -> None:
    """Each customer's last contact is the latest record that still counts."""
    latest: dict[int, Interaction] = {}
    rows = Interaction.objects.filter(one_of("customer_id", customers), withdrawn_at=None)
    for row in rows.order_by("customer_id", "occurred_at", "pk").only("customer_id", "occurred_at", "kind"):
        latest[row.customer_id] = row
    stored = list(Customer.objects.filter(one_of("pk", customers)).only("pk"))
    for customer in stored:
        newest = latest.get(customer.pk)
        customer.last_contact_at = newest.occurred_at if newest else None
        customer.last_contact_kind = newest.kind if newest else ""
    Customer.objects.bulk_update(stored, ["last_contact_at", "last_contact_kind"], batch_size=500)
    count_last_visits(sorted(customers))
