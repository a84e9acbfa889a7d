"""When each customer was visited last, kept on the customer so that lists can be walked by it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from django.db.models import Max, Q

from weixi.customers.models import Customer
from weixi.interactions.enums import Kind
from weixi.interactions.models import Interaction
from weixi.kernel.one_of import one_of


def keep_last_visits(latest: Mapping[int, datetime]) -> None:
    """Note visits that were made; an older one than is known changes nothing."""
    for pk, at in latest.items():
        Customer.objects.filter(Q(last_visit_at=None) | Q(last_visit_at__lt=at), pk=pk).update(last_visit_at=at)


def count_last_visits(customers: Iterable[int]) -> None:
    """Derive it anew from the records that count. Uses index: interaction_customer."""
    ids = list(customers)
    rows = Interaction.objects.filter(one_of("customer_id", ids), kind=Kind.VISIT, withdrawn_at=None)
    latest = dict(rows.order_by().values_list("customer_id").annotate(at=Max("occurred_at")))
    for pk in ids:
        Customer.objects.filter(pk=pk).update(last_visit_at=latest.get(pk))
