"""A customer whose value fell through the threshold of its grade (G-5)."""

from __future__ import annotations

from django.db.models import QuerySet

from weixi.customers.models import Customer
from weixi.grading.models import FallNotice


def open_falls(customer: Customer) -> QuerySet[FallNotice]:
    """The fall that has not ended, one at most. The caller has fetched the customer for the viewer. Uses index:
    fall_notice_one_open."""
    return FallNotice.objects.filter(customer=customer, ended_at=None)
