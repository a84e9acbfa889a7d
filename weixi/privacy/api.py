"""Consents of people in the API: what holds, giving, withdrawing."""

from __future__ import annotations

from typing import Annotated, Any

from django.utils.translation import gettext_noop
from ninja import Router, Status
from pydantic import Field

from weixi.customers.enums import Channel
from weixi.kernel.api.answers import read, write
from weixi.kernel.api.values import Given, Moment, MomentIn, Taken
from weixi.organisation.requests import Asked
from weixi.privacy.enums import Basis
from weixi.privacy.models import Consent
from weixi.privacy.queries import get_person_for
from weixi.privacy.queries.consents import all_consents
from weixi.privacy.services import give_consent, withdraw_consent

router = Router(tags=["consents"])


class GiveConsent(Taken):
    purpose: str = Field(min_length=1, max_length=60, description=gettext_noop("One of the policy's purposes."))
    channel: Annotated[Channel, Field(strict=False)]
    basis: Annotated[Basis, Field(strict=False)] = Basis.CONSENT
    evidence: str = Field(min_length=1, max_length=300)
    notice_version: str = Field("", max_length=40)
    given_at: MomentIn | None = None


class WithdrawConsent(Taken):
    purpose: str = Field(min_length=1, max_length=60)
    channel: Annotated[Channel, Field(strict=False)]
    how: str = Field(min_length=1, max_length=300)


class ConsentOut(Given):
    id: int
    purpose: str
    channel: str
    basis: str
    evidence: str
    given_at: Moment
    withdrawn_at: Moment | None


class ConsentList(Given):
    items: list[ConsentOut]


def _out(row: Consent) -> ConsentOut:
    return ConsentOut.model_validate(row)


@router.get("/contacts/{int:contact_id}/consents", summary=gettext_noop("What a contact allows"), **read(ConsentList))
def list_contact_consents(request: Asked, contact_id: int) -> ConsentList:
    person = get_person_for(request.viewer, "contact", contact_id)
    return ConsentList(items=[_out(row) for row in all_consents(person)])


@router.post("/contacts/{int:contact_id}/consents", summary=gettext_noop("Enter a consent"), **write(ConsentOut, 201))
def give_contact_consent(request: Asked, contact_id: int, payload: GiveConsent) -> Status[Any]:
    person = get_person_for(request.viewer, "contact", contact_id)
    return Status(201, _out(give_consent(person, viewer=request.viewer, **payload.given())))


@router.post(
    "/contacts/{int:contact_id}/consents/withdraw", summary=gettext_noop("Enter a withdrawal"), **write(ConsentOut)
)
def withdraw_contact_consent(request: Asked, contact_id: int, payload: WithdrawConsent) -> ConsentOut:
    person = get_person_for(request.viewer, "contact", contact_id)
    return _out(withdraw_consent(person, viewer=request.viewer, **payload.given()))
