"""A change at the customer became known: from here the clock of the policy runs until it is entered (A-4)."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from weixi.customers.models import Customer
from weixi.customers.services.values import clean_values
from weixi.kernel.errors import Conflict, Invalid
from weixi.kernel.events.models import Event
from weixi.kernel.events.work import unit_of_work
from weixi.organisation.enums import Right
from weixi.organisation.scope import Viewer

LONGEST = 200


def record_known_change(customer: Customer, *, viewer: Viewer, what: str, known_at: datetime | None = None) -> Event:
    """State that a change became known at `known_at` (default: now); entering it closes the duty.

    Raises Invalid without words for it or for a time to come, Conflict for a customer put away.
    """
    viewer.require(Right.CUSTOMERS_EDIT)
    what = clean_values({"what": what})["what"]
    if not what or len(what) > LONGEST:
        raise Invalid(
            _("Say in a few words what changed, at most %(count)d characters.") % {"count": LONGEST},
            fields={"what": _("What changed?")},
        )
    if customer.archived_at:
        raise Conflict(_("This customer was put away; bring it back before recording."))
    with unit_of_work(actor=viewer.actor) as work:
        if known_at is not None and known_at > work.now:
            raise Invalid(_("This time lies in the future."), fields={"known_at": _("When did it become known?")})
        return work.record(
            "change.known",
            customer=customer.pk,
            subject=("customer", customer.pk),
            occurred_at=known_at,
            data={"what": what},
        )
