"""The figures of the board, kept once a day per owner and for the company (A-7)."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import Count, Q, Sum

from weixi.customers.models import Customer, QualitySnapshot

FIGURES = ("customers", "completeness_sum", "complete", "key_gaps", "stale", "invalid", "ungraded")


def take_snapshot(day: date) -> None:
    """Count every owner's living customers and keep it as the figures of `day`, in place of earlier ones of it.

    One pass over customers and their states, grouped in the database; the only place where all are counted.
    """
    rows = (
        Customer.objects.filter(archived_at=None)
        .order_by()
        .values("owner_id")
        .annotate(
            customers=Count("pk"),
            completeness_sum=Sum("completeness"),
            complete=Count("pk", filter=Q(completeness=100)),
            key_gaps=Count("pk", filter=Q(archive_state__key_gaps__gt=0)),
            stale=Count("pk", filter=Q(archive_state__stale__gt=0)),
            invalid=Count("pk", filter=Q(archive_state__invalid__gt=0)),
            ungraded=Count("pk", filter=Q(grade="")),
        )
    )
    made = [QualitySnapshot(day=day, **row) for row in rows]
    whole: dict[str, Any] = {name: sum(getattr(row, name) for row in made) for name in FIGURES}
    with transaction.atomic():
        QualitySnapshot.objects.filter(day=day).delete()
        QualitySnapshot.objects.bulk_create([*made, QualitySnapshot(day=day, whole=True, **whole)])
