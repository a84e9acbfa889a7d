"""What the palette finds of the archive: customers, and the people at them."""

from __future__ import annotations

from collections.abc import Iterable

from django.urls import reverse

from weixi.customers.grades import grade_labels
from weixi.customers.models import Customer
from weixi.customers.queries.matching import seen_by
from weixi.kernel import search
from weixi.kernel.slices import Hit
from weixi.organisation.scope import Viewer


def customer_hits(viewer: Viewer, text: str, limit: int) -> Iterable[Hit]:
    """Customers by name, sound, initials, number or telephone; exact names first."""
    found = search.find(text, kinds=["customer"], within=seen_by(viewer), limit=limit)
    rows = Customer.objects.select_related("owner").in_bulk([hit.object_id for hit in found])
    labels = grade_labels() if found else {}
    for hit in found:
        if row := rows.get(hit.object_id):
            parts = (labels.get(row.grade, ""), row.number, row.owner.name if row.owner else "")
            yield Hit(title=row.name, url=row.get_absolute_url(), icon="building", sub="　".join(filter(None, parts)))


def contact_hits(viewer: Viewer, text: str, limit: int) -> Iterable[Hit]:
    """People by name or telephone; each leads to his customer."""
    found = search.find(text, kinds=["contact"], within=seen_by(viewer), limit=limit)
    names = dict(Customer.objects.filter(pk__in=[hit.customer_id for hit in found]).values_list("pk", "name"))
    for hit in found:
        if hit.customer_id in names:
            url = reverse("customer", args=[hit.customer_id])
            yield Hit(title=hit.title, url=url, icon="person", sub=names[hit.customer_id])
