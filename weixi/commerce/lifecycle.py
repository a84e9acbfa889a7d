"""What orders mean for the lifecycle stage (C-10)."""

from __future__ import annotations

from weixi.customers.enums import Lifecycle
from weixi.customers.models import Customer
from weixi.kernel.events.models import Event
from weixi.kernel.events.work import UnitOfWork


def welcome_first_buyer(work: UnitOfWork, event: Event) -> None:
    """A prospect's first purchase makes him a new customer. Reacts to `order.placed`; one statement for a
    first purchase, none for any other."""
    if not event.data.get("first") or event.customer_id is None:
        return
    moved = Customer.objects.filter(pk=event.customer_id, lifecycle=Lifecycle.PROSPECT, archived_at=None).update(
        lifecycle=Lifecycle.NEW
    )
    if moved:
        work.record(
            "customer.lifecycle_changed",
            customer=event.customer_id,
            subject=("customer", event.customer_id),
            data={"lifecycle": Lifecycle.NEW.value, "old": Lifecycle.PROSPECT.value, "reason": "order.placed"},
        )
