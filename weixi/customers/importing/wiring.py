"""What the importer contributes: its job, its menu item and the kinds that belong to the archive itself."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from weixi.customers.importing.runs import JOB, perform
from weixi.customers.importing.specs import CONTACTS, CUSTOMERS, NEED_TAGS
from weixi.customers.importing.specs.custom import with_custom
from weixi.customers.importing.undo.run import JOB as UNDO_JOB
from weixi.customers.importing.undo.run import perform as perform_undo
from weixi.kernel import slices
from weixi.organisation.enums import Right

slices.job_kind(JOB, perform)
slices.job_kind(UNDO_JOB, perform_undo)
slices.import_kind(
    slices.ImportKind(
        "customers",
        _("Customers"),
        CUSTOMERS,
        "weixi.customers.importing.customer_rows.CustomerRows",
        Right.CUSTOMERS_EDIT,
        with_custom,
    )
)
slices.import_kind(
    slices.ImportKind(
        "contacts",
        _("Contacts"),
        CONTACTS,
        "weixi.customers.importing.contact_rows.ContactRows",
        Right.CUSTOMERS_EDIT,
        with_custom,
    )
)
slices.import_kind(
    slices.ImportKind(
        "need_tags", _("Need tags"), NEED_TAGS, "weixi.customers.importing.tag_rows.TagRows", Right.CUSTOMERS_EDIT
    )
)
slices.menu_item(
    slices.MenuItem(
        "import",
        _("Import"),
        "upload",
        "import",
        60,
        right=Right.CUSTOMERS_IMPORT,
        group="rules",
        words=_("upload bring in file table"),
    )
)
_ARCHIVE = "weixi.customers.importing.undo.archive"
for _events, _take, _order in (
    (("contact.changed",), "contacts_changed", 20),
    (("contact.created",), "contacts_made", 30),
    (("customer.owner_changed",), "owners_changed", 40),
    (("customer.lifecycle_changed",), "stages_changed", 50),
    (("customer.changed",), "customers_changed", 60),
    # Last: what hung on them is gone by then.
    (("customer.created",), "customers_made", 90),
    (("tag.created",), "tags_made", 95),
):
    slices.import_undo(slices.ImportUndo(_events, f"{_ARCHIVE}.{_take}", _order))
