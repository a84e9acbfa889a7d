"""Saying that a duty need not be done."""

from __future__ import annotations

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from weixi.customers.services.values import clean_values
from weixi.duties.lines import DutyLine
from weixi.duties.models import Waiver
from weixi.kernel.errors import Conflict, Invalid
from weixi.kernel.events.work import unit_of_work
from weixi.organisation.enums import Right
from weixi.organisation.scope import Viewer


def waive_duty(duty: DutyLine, *, viewer: Viewer, reason: str) -> Waiver:
    """Waive a duty for good, with a reason; the right is checked here and not by the engine.

    Raises Forbidden without the right, Invalid without a reason, Conflict when it is settled already.
    """
    viewer.require(Right.DUTIES_WAIVE)
    reason = clean_values({"reason": reason})["reason"]
    if not reason:
        raise Invalid(_("Say why this need not be done."), fields={"reason": _("A reason is needed.")})
    if len(reason) > 300:
        raise Invalid(_("The reason is too long."), fields={"reason": _("At most 300 characters.")})
    if not duty.waits and duty.state != "missed":
        raise Conflict(_("This duty is settled already."))
    with unit_of_work(actor=viewer.actor) as work:
        try:
            with transaction.atomic():
                waiver = Waiver.objects.create(duty_key=duty.key, reason=reason, by=viewer.user, at=work.now)
        except IntegrityError:
            raise Conflict(_("This duty was waived already.")) from None
        kind, _sep, key = duty.subject.partition(":")
        work.record(
            "duty.waived",
            customer=duty.customer_id,
            subject=(kind, key) if kind else None,
            data={"key": duty.key, "reason": reason},
        )
    return waiver
