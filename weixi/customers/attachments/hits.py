"""What the palette finds of attached files: by part of their name."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from django.db.models import Q
from django.urls import reverse

from weixi.customers.access import viewer_access
from weixi.customers.models import Attachment
from weixi.kernel.slices import Hit
from weixi.organisation.scope import Viewer

# Of one character half of all names have one.
SHORTEST = 2


def file_hits(viewer: Viewer, text: str, limit: int) -> Iterable[Hit]:
    """Files that are there whose name has every one of the words, the newest first; each leads to those of its customer.
    One query, through the names from the newest on until there are enough."""
    words = text.split()
    if len(text) < SHORTEST or not words:
        return ()
    where = Q()
    for word in words:
        where &= Q(name__icontains=word)
    return _files(viewer, where, limit).values()


def recall_files(viewer: Viewer, keys: Sequence[str]) -> Mapping[str, Hit]:
    """The files of these ids that are still there and in scope. One query."""
    return _files(viewer, Q(pk__in=[int(key) for key in keys]), len(keys))


def _files(viewer: Viewer, where: Q, limit: int) -> dict[str, Hit]:
    access = viewer_access(viewer)
    rows = Attachment.objects.filter(viewer.owned("customer__"), where, removed_at=None, customer__archived_at=None)
    columns = rows.order_by("-pk").values_list("pk", "name", "customer_id", "customer__name")
    return {
        str(pk): Hit(
            title=name,
            url=f"{reverse('customer', args=[customer_id])}?tab=files",
            sub=access.present("name", customer),
            icon="clip",
            key=str(pk),
        )
        for pk, name, customer_id, customer in columns[:limit]
    }
