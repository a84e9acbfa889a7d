"""Saying that what stands in the archive is still right (A-5): it counts as entered anew."""

from __future__ import annotations

from collections.abc import Collection

from django.utils.translation import gettext as _

from weixi.customers.fields import standard_fields
from weixi.customers.models import Customer
from weixi.customers.quality.judging import Judge
from weixi.customers.queries.archive import archive_values
from weixi.kernel.errors import Conflict, Invalid
from weixi.kernel.events.work import unit_of_work
from weixi.organisation.enums import Right
from weixi.organisation.scope import Viewer


def confirm_archive(customer: Customer, *, viewer: Viewer, keys: Collection[str] | None = None) -> list[str]:
    """Confirm these fields, or every filled one that has an update frequency; returns their keys.

    Raises Invalid for a field that is empty or that nobody has to keep up to date, Conflict for a customer
    that was put away.
    """
    viewer.require(Right.CUSTOMERS_EDIT)
    with unit_of_work(actor=viewer.actor) as work:
        stored = Customer.objects.select_for_update().get(pk=customer.pk)
        if stored.archived_at:
            raise Conflict(_("This customer was put away; bring it back before recording."))
        judge = Judge(standard_fields())
        values = archive_values([stored.pk], judge.keys)[stored.pk]
        filled = [
            each.key
            for each in judge.dated
            if values.get(each.key) not in (None, "", False, 0) and each.of in ("customer", "contact", stored.kind)
        ]
        chosen = filled if keys is None else [key for key in filled if key in keys]
        if not chosen or (keys is not None and len(chosen) < len(set(keys))):
            raise Invalid(
                _("Only a field that is filled and has an update frequency can be confirmed; fill it in instead."),
                code="archive.nothing_to_confirm",
            )
        work.record("archive.confirmed", customer=stored.pk, subject=("customer", stored.pk), data={"fields": chosen})
    return chosen
