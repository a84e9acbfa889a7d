"""Choosing customers for visits, and ending that."""

from __future__ import annotations

from django.utils.translation import gettext as _

from weixi.customers.merging.queries import now_of
from weixi.customers.models import Customer
from weixi.customers.services.values import clean_values
from weixi.customers.visiting.models import VisitChoice
from weixi.kernel.errors import Conflict, Invalid
from weixi.kernel.events.work import unit_of_work
from weixi.organisation.enums import Right
from weixi.organisation.scope import Viewer

LONGEST = 200


def choose_for_visits(customer: Customer, *, viewer: Viewer, reason: str) -> VisitChoice:
    """Choose a customer for visits; one that is chosen already stays as it is.

    Raises Invalid without a reason, Conflict for a customer that was put away.
    """
    viewer.require(Right.CUSTOMERS_EDIT)
    customer = now_of(customer)
    if customer.archived_at:
        raise Conflict(_("This customer was put away; bring it back first."))
    said = _reason(reason, _("Say why this customer is chosen for visits."))
    with unit_of_work(actor=viewer.actor) as work:
        # The row of the customer keeps two people from choosing it at once.
        Customer.objects.select_for_update().get(pk=customer.pk)
        known = chosen(customer)
        if known is not None:
            return known
        made = VisitChoice.objects.create(customer=customer, reason=said, by=viewer.user, at=work.now)
        work.record(
            "visiting.chosen", customer=customer.pk, subject=("customer", customer.pk), data={"choice": made.pk},
            personal={"reason": said},
        )  # fmt: skip
    return made


def end_choice(customer: Customer, *, viewer: Viewer, reason: str = "") -> VisitChoice | None:
    """The customer is visited on patrol only from now on; None where it was not chosen."""
    viewer.require(Right.CUSTOMERS_EDIT)
    said = clean_values({"reason": reason})["reason"][:LONGEST]
    with unit_of_work(actor=viewer.actor) as work:
        known = chosen(customer)
        if known is None:
            return None
        known.ended_at, known.ended_by, known.end_reason = work.now, viewer.user, said
        known.save(update_fields=["ended_at", "ended_by", "end_reason"])
        work.record(
            "visiting.ended", customer=customer.pk, subject=("customer", customer.pk), data={"choice": known.pk},
            personal={"reason": said} if said else None,
        )  # fmt: skip
    return known


def chosen(customer: Customer) -> VisitChoice | None:
    """Why the customer is chosen now; None where it is not. Uses index: visit_choice_once."""
    return VisitChoice.objects.select_related("by").filter(customer=customer, ended_at=None).first()


def require_reason(text: str) -> str:
    return _reason(text, _("Say why these customers are chosen for visits."))


def _reason(text: str, wanted: str) -> str:
    said = str(clean_values({"reason": text})["reason"])
    if not said:
        raise Invalid(wanted, fields={"reason": _("A reason is needed.")})
    if len(said) > LONGEST:
        raise Invalid(_("The reason is too long."), fields={"reason": _("At most %(n)d characters.") % {"n": LONGEST}})
    return said
