"""Attached files in the search index: found by the words of their names."""

from __future__ import annotations

from collections.abc import Collection

from weixi.customers.models import Attachment
from weixi.kernel import search
from weixi.kernel.one_of import one_of

KIND = "file"


def index_file(row: Attachment) -> None:
    """Let this file be found."""
    search.index_many([_doc(row.pk, row.name, row.customer_id)])


def index_files(customers: Collection[int]) -> None:
    """Let the files of these customers be found by their names as they are now, and removed ones no longer. Uses index:
    attachment_customer."""
    docs: list[search.Doc] = []
    gone: list[int] = []
    rows = Attachment.objects.filter(one_of("customer_id", customers)).order_by()
    for pk, name, customer, removed in rows.values_list("pk", "name", "customer_id", "removed_at"):
        if removed:
            gone.append(pk)
        else:
            docs.append(_doc(pk, name, customer))
    if docs:
        search.index_many(docs)
    if gone:
        search.remove(KIND, gone)


def _doc(pk: int, name: str, customer: int) -> search.Doc:
    return search.Doc(KIND, pk, name, customer, names=(name,))
