"""A customer whose value fell through the threshold of its grade (G-5)."""

from __future__ import annotations

from django.db.models import QuerySet

from weixi.customers.models import Customer
from weixi.grading.models import FallNotice
from weixi.kernel.prepared import Prepared, plain
from weixi.organisation.models import User

LATEST = 6


def open_falls(customer: Customer) -> QuerySet[FallNotice]:
    """The fall that has not ended, one at most. The caller has fetched the customer for the viewer. Uses index:
    fall_notice_one_open."""
    return FallNotice.objects.filter(customer=customer, ended_at=None)


# The latest are looked for by key first: mostly there is none.
_LATEST = Prepared(
    lambda person: (
        FallNotice.objects.filter(customer__owner=person, customer__archived_at=None, ended_at=None)
        .order_by("-at", "-pk")
        .values_list("pk")[:LATEST]
    ),
    plain,
)


def latest_falls_of(person: User) -> list[FallNotice]:
    """The first LATEST of `falls_of`. Uses index: fall_notice_one_open."""
    keys = [pk for (pk,) in _LATEST(person.pk).rows()]
    return list(falls_of(person).filter(pk__in=keys)) if keys else []


def falls_of(person: User) -> QuerySet[FallNotice]:
    """Open falls of the customers a person looks after, the latest first. Uses index: fall_notice_one_open."""
    rows = FallNotice.objects.filter(customer__owner=person, customer__archived_at=None, ended_at=None)
    return rows.select_related("customer").order_by("-at", "-pk")
