"""Choosing customers for visits, and ending that."""

from __future__ import annotations

from django.utils.translation import gettext as _

from weixi.customers.merging.queries import now_of
from weixi.customers.models import Customer
from weixi.customers.services.values import clean_values
from weixi.customers.visiting.models import VisitChoice
from weixi.kernel.editing import Rival, VersionConflict
from weixi.kernel.errors import Conflict, Invalid
from weixi.kernel.events.work import UnitOfWork, unit_of_work
from weixi.organisation.enums import Right
from weixi.organisation.scope import Viewer

LONGEST = 200


def choose_for_visits(customer: Customer, *, viewer: Viewer, reason: str, version: int | None = None) -> VisitChoice:
    """Choose a customer for visits; one that is chosen already stays as it is.

    `version` is the choice a form was opened on (`version_of`): when it still stands, another reason chooses the
    customer anew. Raises VersionConflict when it does not, Invalid without a reason, Conflict for a customer that was
    put away.
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
        _expect_choice(known, version)
        if known is not None:
            if version is None or known.reason == said:
                return known
            _end(work, known, viewer, _("chosen anew"))
        made = VisitChoice.objects.create(customer=customer, reason=said, by=viewer.user, at=work.now)
        work.record(
            "visiting.chosen", customer=customer.pk, subject=("customer", customer.pk), data={"choice": made.pk},
            personal={"reason": said},
        )  # fmt: skip
    return made


def end_choice(
    customer: Customer, *, viewer: Viewer, reason: str = "", version: int | None = None
) -> VisitChoice | None:
    """The customer is visited on patrol only from now on; None where it was not chosen.

    Raises VersionConflict when the choice a form was opened on (`version`) does not stand any more.
    """
    viewer.require(Right.CUSTOMERS_EDIT)
    said = clean_values({"reason": reason})["reason"][:LONGEST]
    with unit_of_work(actor=viewer.actor) as work:
        Customer.objects.select_for_update().get(pk=customer.pk)
        known = chosen(customer)
        _expect_choice(known, version, ending=True)
        if known is not None:
            _end(work, known, viewer, said)
    return known


def version_of(choice: VisitChoice | None) -> int:
    """What a form on a customer's choice is opened on; 0 where it is not chosen."""
    return choice.pk if choice else 0


def _expect_choice(known: VisitChoice | None, version: int | None, *, ending: bool = False) -> None:
    if version is None or version == version_of(known):
        return
    if known is None:
        message = _("Somebody else ended the choice for visits meanwhile. Your input is kept.")
        raise VersionConflict(version=0, message=message)
    who = known.by.name if known.by else _("Somebody")
    if ending:
        message = _("%(who)s chose the customer anew meanwhile: “%(why)s”. Your input is kept: save again to end it.")
        raise VersionConflict(version=known.pk, message=message % {"who": who, "why": known.reason})
    rival = Rival("reason", _("why it is chosen"), "", known.reason, None, known.reason, who, known.at)
    raise VersionConflict([rival], version=known.pk)


def _end(work: UnitOfWork, known: VisitChoice, viewer: Viewer, said: str) -> None:
    known.ended_at, known.ended_by, known.end_reason = work.now, viewer.user, said
    known.save(update_fields=["ended_at", "ended_by", "end_reason"])
    work.record(
        "visiting.ended", customer=known.customer_id, subject=("customer", known.customer_id),
        data={"choice": known.pk}, personal={"reason": said} if said else None,
    )  # fmt: skip


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
