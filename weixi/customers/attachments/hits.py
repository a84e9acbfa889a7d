"""What the palette finds of attached files: by part of their name."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from django.urls import reverse

from weixi.customers.access import viewer_access
from weixi.customers.attachments.index import KIND
from weixi.customers.models import Attachment
from weixi.customers.queries.matching import seen_by
from weixi.kernel import search
from weixi.kernel.slices import Hit
from weixi.organisation.scope import Viewer


def file_hits(viewer: Viewer, text: str, limit: int) -> Iterable[Hit]:
    """Files that are there by the words of their names, exact names first; each leads to those of its customer. Two
    queries."""
    found = search.find(text, kinds=[KIND], within=seen_by(viewer), limit=limit, phones=False)
    hits = _files(viewer, [hit.object_id for hit in found])
    return [hits[key] for hit in found if (key := str(hit.object_id)) in hits]


def recall_files(viewer: Viewer, keys: Sequence[str]) -> Mapping[str, Hit]:
    """The files of these ids that are still there and in scope. One query."""
    return _files(viewer, [int(key) for key in keys])


def _files(viewer: Viewer, ids: Sequence[int]) -> dict[str, Hit]:
    access = viewer_access(viewer)
    rows = Attachment.objects.filter(
        viewer.owned("customer__"), pk__in=ids, removed_at=None, customer__archived_at=None
    )
    columns = rows.order_by().values_list("pk", "name", "customer_id", "customer__name")
    return {
        str(pk): Hit(
            title=name,
            url=f"{reverse('customer', args=[customer_id])}?tab=files",
            sub=access.present("name", customer),
            icon="clip",
            key=str(pk),
        )
        for pk, name, customer_id, customer in columns
    }
