"""What attached files contribute: their tab, events and sentences, tidying, invariants."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from weixi.customers.attachments import hits, queries, room, services
from weixi.customers.attachments.subjects import attachable, contact_belongs, contacts_offered, options_for
from weixi.customers.models import Attachment, Customer
from weixi.kernel import clock, doctor, slices
from weixi.kernel.events import registry
from weixi.kernel.files import store
from weixi.kernel.sentences import ARCHIVE, Sentence, Told, register
from weixi.organisation.enums import Right
from weixi.organisation.scope import Viewer


def _attached(told: Told) -> Sentence:
    name = told.get("name") or _("a file")
    return Sentence(_("%(who)s attached %(name)s.") % {"who": told.who, "name": name})


def _removed(told: Told) -> Sentence:
    name = told.get("name") or _("a file")
    text = _("%(who)s removed the file %(name)s.") % {"who": told.who, "name": name}
    return Sentence(text, said=str(told.get("reason") or ""))


def _panel(viewer: Viewer, customer: Customer) -> Mapping[str, Any]:
    page, lines = queries.file_page(viewer, customer)
    may_edit = viewer.may(Right.CUSTOMERS_EDIT) and customer.archived_at is None
    return {
        "customer": customer,
        "page": page,
        "lines": lines,
        "may_edit": may_edit,
        "subjects": options_for(viewer, customer) if may_edit else (),
    }


def _rows_without_file() -> Iterator[str]:
    for row in Attachment.objects.filter(destroyed_at=None).order_by("pk").iterator():
        if not store.is_whole(queries.kept_of(row), digest=False):
            yield _("File %(number)d of customer %(customer)d is missing or not whole.") % {
                "number": row.pk,
                "customer": row.customer_id,
            }


def _files_without_row() -> Iterator[str]:
    for place in store.strays(services.known_names, clock.now()):
        yield _("The file %(place)s belongs to nothing.") % {"place": place}


def _total_is_right() -> Iterator[str]:
    kept, found = room.taken(), room.counted()
    if kept != found:
        yield _("Kept files take %(found)d bytes, but %(kept)d are counted.") % {"found": found, "kept": kept}


def register_files() -> None:
    registry.register("file.attached", "about size type sha256", "name")
    registry.register("file.removed", "reason", "name")
    register("file.attached", _attached, icon="clip", kind=ARCHIVE)
    register("file.removed", _removed, icon="clip", kind=ARCHIVE)
    attachable("contact", gettext_lazy("Contact"), contact_belongs, contacts_offered)
    slices.panel(
        slices.Panel(
            "files", gettext_lazy("Files"), "customers/attachments/list.html", _panel, order=90,
            count=lambda viewer, customer: queries.files_of(customer).count(),
        )
    )  # fmt: skip
    slices.search_source(slices.SearchSource("files", gettext_lazy("Files"), hits.file_hits, 37, hits.recall_files))
    slices.customer_child("customers.Attachment", gettext_lazy("Files"))
    slices.every_minute("customers.files", services.tidy)
    doctor.check("files.whole", gettext_lazy("Every attached file is there"), _rows_without_file)
    doctor.check("files.total", gettext_lazy("The room files take is counted rightly"), _total_is_right)
    doctor.check("files.known", gettext_lazy("Every kept file belongs to something"), _files_without_row)
