"""What people ask of us about their data, and the answer; the time for it is the policy's (D-1)."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from weixi.customers.services.values import check, clean_values
from weixi.kernel.errors import Conflict, Invalid
from weixi.kernel.events.work import unit_of_work
from weixi.kernel.personal import Person
from weixi.organisation.enums import Right
from weixi.organisation.scope import Viewer
from weixi.privacy.enums import RequestKind, RequestState
from weixi.privacy.models import PersonRequest


def open_request(
    person: Person,
    *,
    viewer: Viewer,
    kind: str,
    channel: str,
    identity: str,
    words: str = "",
    received_at: datetime | None = None,
) -> PersonRequest:
    """Note what a person asks; from `received_at` (default: now) the policy's time runs.

    Raises Invalid naming fields at fault: we answer nobody whose identity was not checked.
    """
    viewer.require(Right.CUSTOMERS_EDIT)
    texts = clean_values({"identity": identity, "words": words})
    faults: dict[str, str] = {}
    if kind not in RequestKind.values:
        faults["kind"] = _("Choose one of the list.")
    if not texts["identity"]:
        faults["identity"] = _("Say how the person was recognised: called back, came with a document, known voice.")
    with unit_of_work(actor=viewer.actor) as work:
        moment = received_at or work.now
        if moment > work.now:
            faults["received_at"] = _("This time lies in the future.")
        if faults:
            raise Invalid(" ".join(faults.values()), fields=faults)
        request = PersonRequest(
            customer_id=person.customer_id,
            contact_id=person.pk if person.kind == "contact" else None,
            kind=kind,
            channel=channel,
            received_at=moment,
            entered_by=viewer.user,
            **texts,
        )
        check(request, without=("customer", "contact", "entered_by"))
        request.save()
        work.record(
            "person.requested",
            customer=person.customer_id,
            subject=("personrequest", request.pk),
            occurred_at=moment,
            data={"kind": kind, "person": person.subject},
        )
    return request


def answer_request(request: PersonRequest, *, viewer: Viewer, granted: bool, answer: str) -> PersonRequest:
    """State what was done, or why not; a refusal without a reason is not taken.

    Raises Invalid without words, Conflict when it was answered already.
    """
    viewer.require(Right.PERSONAL_MANAGE)
    answer = clean_values({"answer": answer})["answer"]
    if not answer:
        text = _("Say what was done.") if granted else _("Say why not: the person has a right to know.")
        raise Invalid(text, fields={"answer": text})
    with unit_of_work(actor=viewer.actor) as work:
        moved = PersonRequest.objects.filter(pk=request.pk, state=RequestState.OPEN).update(
            state=RequestState.GRANTED if granted else RequestState.REFUSED,
            answer=answer[:500],
            answered_at=work.now,
            answered_by=viewer.user,
        )
        if not moved:
            raise Conflict(_("This request was answered already."))
        work.record(
            "person.answered",
            customer=request.customer_id,
            subject=("personrequest", request.pk),
            data={"kind": request.kind, "granted": granted},
        )
    request.refresh_from_db()
    return request
