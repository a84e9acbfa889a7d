"""Promises made in an interaction, each a duty with its date (C-6)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from weixi.customers.merging.queries import now_of
from weixi.customers.models import Customer
from weixi.customers.services.values import check, clean_values
from weixi.interactions.models import FollowUp, Interaction, PlannedVisit
from weixi.kernel.errors import Conflict, Invalid, NotFound
from weixi.kernel.events.work import unit_of_work
from weixi.organisation.enums import Right
from weixi.organisation.models import User
from weixi.organisation.scope import Viewer


@dataclass(frozen=True, slots=True)
class Promise:
    """What is promised, until when, by whom (default: the person who records it)."""

    text: str
    due_at: datetime
    assignee: User | None = None


def promise_followup(
    customer: Customer,
    *,
    viewer: Viewer,
    promise: Promise,
    interaction: Interaction | None = None,
    visit: str | None = None,
) -> FollowUp:
    """Note a promise to the customer; `visit` is the visit system of a promised visit. Raises Invalid without
    text, or for somebody who is disabled."""
    viewer.require(Right.INTERACTIONS_RECORD)
    customer = now_of(customer)
    text = clean_values({"followups": promise.text})["followups"]
    if not text:
        raise Invalid(_("Say what is to be done."), fields={"followups": _("A follow-up needs words.")})
    assignee = promise.assignee or viewer.user or customer.owner
    if assignee is None:
        raise Invalid(_("Say who does it."), fields={"followups": _("Name a person with @.")})
    if not assignee.is_active:
        raise Invalid(
            _("%(name)s is disabled.") % {"name": assignee.name},
            fields={"followups": _("Name somebody who works here.")},
        )
    with unit_of_work(actor=viewer.actor) as work:
        followup = FollowUp(
            customer=customer,
            interaction=interaction,
            text=text,
            due_at=promise.due_at,
            assignee=assignee,
            created_at=work.now,
        )
        check(followup, without=("customer", "interaction", "assignee"))
        followup.save()
        if visit is not None:
            PlannedVisit.objects.create(followup=followup, system=visit)
        work.record(
            "followup.promised",
            customer=customer.pk,
            subject=("followup", followup.pk),
            occurred_at=interaction.occurred_at if interaction else None,
            data={
                "due": promise.due_at.isoformat(timespec="seconds"),
                "assignee": assignee.username,
                **({"interaction": interaction.pk} if interaction else {}),
                **({"visit": visit} if visit is not None else {}),
            },
            personal={"text": text},
        )
    return followup


def complete_followup(pk: int, *, viewer: Viewer, result: str = "", interaction: Interaction | None = None) -> FollowUp:
    """The promise was kept, by an interaction or with a written result.

    Raises NotFound outside the viewer's scope, Conflict when it was done already.
    """
    viewer.require(Right.INTERACTIONS_RECORD)
    followup = FollowUp.objects.select_related("customer").filter(pk=pk).first()
    if followup is None or not _sees(viewer, followup):
        raise NotFound(_("There is no such follow-up among yours."))
    result = clean_values({"result": result})["result"]
    if interaction is None and not result:
        raise Invalid(_("Say what came of it."), fields={"result": _("A result is needed as evidence.")})
    with unit_of_work(actor=viewer.actor) as work:
        moment = interaction.occurred_at if interaction else work.now
        moved = FollowUp.objects.filter(pk=pk, done_at=None).update(
            done_at=moment, done_by=viewer.user, result=result[:300]
        )
        if not moved:
            raise Conflict(_("This follow-up was done already."))
        work.record(
            "followup.done",
            customer=followup.customer_id,
            subject=("followup", pk),
            occurred_at=moment,
            data={"interaction": interaction.pk} if interaction else {},
            personal={"result": result} if result else None,
        )
    followup.refresh_from_db()
    return followup


def _sees(viewer: Viewer, followup: FollowUp) -> bool:
    mine = viewer.user is not None and followup.assignee_id == viewer.user.pk
    return mine or viewer.sees(followup.customer)
