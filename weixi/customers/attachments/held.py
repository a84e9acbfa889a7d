"""Files that hang on a person (D-1)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.db.models import QuerySet, Sum
from django.utils.translation import gettext_lazy as _

from weixi.customers.attachments import room
from weixi.customers.attachments.index import index_files
from weixi.customers.models import Attachment
from weixi.kernel import clock
from weixi.kernel.files import store
from weixi.kernel.personal import ERASED, Person, Source, Wiper


def _own(person: Person) -> QuerySet[Attachment]:
    rows = Attachment.objects.filter(customer_id=person.customer_id)
    return rows if person.kind == "customer" else rows.filter(about=person.subject)


def collect(person: Person) -> Iterator[dict[str, Any]]:
    """Their names; the files themselves are handed out on the customer's page. Uses index: attachment_customer."""
    for row in _own(person).filter(destroyed_at=None):
        yield {"at": row.added_at.isoformat(timespec="seconds"), "name": row.name, "bytes": row.size}


def erase(person: Person, wiper: Wiper) -> int:
    """The person's own files go; others of the customer lose his name from theirs."""
    now = clock.now()
    own = _own(person)
    own.filter(removed_at=None).update(removed_at=now, removed_reason="")
    room.give_back(own.filter(destroyed_at=None).aggregate(bytes=Sum("size"))["bytes"] or 0)
    touched = own.filter(destroyed_at=None).update(destroyed_at=now, name=ERASED)
    touched += wiper.rows(Attachment.objects.filter(customer_id=person.customer_id), "name", "removed_reason")
    index_files([person.customer_id])
    return touched


def files(person: Person) -> Iterator[str]:
    """The person's own files as they lie in the store, the cleaned copy of a picture included."""
    for stored in _own(person).filter(destroyed_at=None).values_list("stored", flat=True):
        path = store.path_of(stored).relative_to(settings.MEDIA_ROOT)
        yield str(path)
        yield str(path.with_suffix(".clean"))


FILES = Source("files", _("Attached files"), collect, erase, tables=("customers.Attachment",), files=files, order=30)
