"""Reads of attached files: viewer first, in his data scope."""

from __future__ import annotations

from dataclasses import dataclass

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from weixi.customers.attachments.subjects import words_for
from weixi.customers.models import Attachment, Customer
from weixi.kernel.errors import NotFound
from weixi.kernel.files.kinds import Kind
from weixi.kernel.files.store import Kept, is_whole
from weixi.organisation.scope import Viewer

PER_PAGE = 40


@dataclass(frozen=True, slots=True)
class FileLine:
    """A file in the list. `whole`: it is there in its full length; the digest is proved when it is opened."""

    row: Attachment
    about: str
    whole: bool


def files_of(customer: Customer) -> QuerySet[Attachment]:
    """The files that are there. Uses index: attachment_customer."""
    return Attachment.objects.filter(customer=customer, removed_at=None)


def file_page(viewer: Viewer, customer: Customer, page: str | None = None) -> tuple[Page[Attachment], list[FileLine]]:
    """A page of them, the newest first. The caller has fetched the customer for the viewer."""
    files = files_of(customer).select_related("added_by")
    first = list(files[: PER_PAGE + 1])
    # Few files are all there are: nothing has to be counted.
    found = Paginator(files if len(first) > PER_PAGE else first, PER_PAGE).get_page(page)
    rows = list(found)
    words = words_for(viewer, [row.about for row in rows if row.about])
    return found, [FileLine(row, words.get(row.about, ""), is_whole(kept_of(row), digest=False)) for row in rows]


def get_attachment_for(viewer: Viewer, pk: int) -> Attachment:
    """One file of a customer the viewer sees; raises NotFound otherwise, also for a removed one."""
    rows = Attachment.objects.select_related("customer").filter(pk=pk, removed_at=None)
    if not viewer.sees_all:
        rows = rows.filter(viewer.owned("customer__"))
    found = rows.first()
    if found is None:
        raise NotFound(_("There is no such file at your customers."), code="attachment.not_found")
    return found


def kept_of(row: Attachment) -> Kept:
    return Kept(row.stored, row.size, row.sha256)


def kind_of(row: Attachment) -> Kind:
    return Kind(row.suffix, row.media_type, row.picture)
