"""Moving a customer between lifecycle stages (C-10)."""

from __future__ import annotations

from django.db.models import F
from django.utils.translation import gettext as _

from weixi.customers.enums import Lifecycle
from weixi.customers.models import Customer
from weixi.customers.services.rivals import expect_version
from weixi.kernel.errors import Invalid
from weixi.kernel.events.work import unit_of_work
from weixi.organisation.enums import Right
from weixi.organisation.scope import Viewer


def change_lifecycle(
    customer: Customer, lifecycle: str, *, viewer: Viewer, reason: str = "", version: int | None = None
) -> Customer:
    """Put a customer into another stage; the same stage again changes nothing.

    `version` is the one the form was opened on. Raises VersionConflict when somebody else changed the stage since.
    """
    viewer.require(Right.CUSTOMERS_EDIT)
    if lifecycle not in Lifecycle.values:
        raise Invalid(_("There is no such lifecycle stage."), fields={"lifecycle": _("Choose one of the list.")})
    with unit_of_work(actor=viewer.actor) as work:
        stored = Customer.objects.select_for_update().get(pk=customer.pk)
        expect_version(stored, version, viewer=viewer, of=("lifecycle",))
        old = stored.lifecycle
        if old == lifecycle:
            return stored
        Customer.objects.filter(pk=stored.pk).update(lifecycle=lifecycle, version=F("version") + 1, changed_at=work.now)
        work.record(
            "customer.lifecycle_changed",
            customer=stored.pk,
            subject=("customer", stored.pk),
            data={"lifecycle": lifecycle, "old": old, "reason": reason, "version": stored.version + 1},
        )
    stored.refresh_from_db()
    return stored
