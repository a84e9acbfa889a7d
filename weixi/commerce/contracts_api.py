"""Contracts in the API: read, entered, corrected, ended."""

from __future__ import annotations

from typing import Annotated

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from ninja import Query, Router, Status
from pydantic import Field

from weixi.commerce.api_rows import rows_seen, told
from weixi.commerce.models import Contract
from weixi.commerce.queries import get_contract_for
from weixi.commerce.services import change_contract, end_contract, renew_contract, sign_contract
from weixi.customers.queries import get_customer_for
from weixi.kernel.api.answers import read, write
from weixi.kernel.api.paging import Page, Paged, page_of
from weixi.kernel.api.values import Day, DayIn, Given, Id, Money, MoneyIn, Ref, Taken
from weixi.kernel.errors import Invalid
from weixi.organisation.requests import Asked

router = Router(tags=["contracts"])


class ContractsAsked(Paged):
    customer_id: Id | None = None


class CreateContract(Taken):
    customer_id: Id
    number: str = Field(min_length=1, max_length=60)
    title: str = Field(min_length=1, max_length=200)
    signed_on: DayIn
    starts_on: DayIn | None = None
    ends_on: DayIn | None = None
    amount: MoneyIn | None = None
    terms: str = Field("", max_length=20_000)
    renews_id: Id | None = Field(None, description=gettext_noop("The contract that this one goes on from."))


class EndContract(Taken):
    ended_on: DayIn
    reason: str = Field("", max_length=300)


class CorrectContract(Taken):
    version: int | None = Field(None, ge=1)
    number: Annotated[str, Field(min_length=1, max_length=60)] | None = None
    title: Annotated[str, Field(min_length=1, max_length=200)] | None = None
    signed_on: DayIn | None = None
    starts_on: DayIn | None = None
    ends_on: DayIn | None = None
    amount: MoneyIn | None = None
    terms: Annotated[str, Field(max_length=20_000)] | None = None


class ContractOut(Given):
    """Signed terms with a customer. `ends_on` is what was agreed, `ended_on` the day it really ended."""

    id: int
    number: str
    customer: Ref
    title: str
    signed_on: Day
    starts_on: Day | None
    ends_on: Day | None
    ended_on: Day | None
    amount: Money | None
    terms: str
    renews_id: int | None
    version: int


@router.get("/contracts", summary=gettext_noop("List contracts, the latest first"), **read(Page[ContractOut]))
def list_contracts(request: Asked, asked: Query[ContractsAsked]) -> Page[ContractOut]:
    rows = rows_seen(Contract, request.viewer)
    if asked.customer_id is not None:
        rows = rows.filter(customer=get_customer_for(request.viewer, asked.customer_id))
    return Page[ContractOut](**page_of(rows.order_by("-signed_on", "-id"), asked, contract_out))


@router.get("/contracts/{int:contract_id}", summary=gettext_noop("One contract"), **read(ContractOut))
def get_contract(request: Asked, contract_id: int) -> ContractOut:
    return contract_out(get_contract_for(request.viewer, contract_id))


@router.post(
    "/contracts",
    summary=gettext_noop("Enter a signed contract"),
    description=gettext_noop(
        "The number is unique in the whole company. The customer's first contract starts the clock of its archive."
    ),
    **write(ContractOut, 201),
)
def create_contract(request: Asked, payload: CreateContract) -> Status[ContractOut]:
    viewer = request.viewer
    customer = get_customer_for(viewer, payload.customer_id)
    values = payload.given()
    del values["customer_id"]
    renews = values.pop("renews_id", None)
    if renews is None:
        made = sign_contract(customer, viewer=viewer, **values)
    else:
        former = get_contract_for(viewer, renews)
        if former.customer_id != customer.pk:
            text = _("That contract is another customer's.")
            raise Invalid(text, fields={"renews_id": text})
        made = renew_contract(former, viewer=viewer, **values)
    return Status(201, contract_out(get_contract_for(viewer, made.pk)))


@router.post(
    "/contracts/{int:contract_id}/end", summary=gettext_noop("A contract ends, earlier or on its day"),
    **write(ContractOut),
)  # fmt: skip
def finish_contract(request: Asked, contract_id: int, payload: EndContract) -> ContractOut:
    contract = get_contract_for(request.viewer, contract_id)
    end_contract(contract, viewer=request.viewer, ended_on=payload.ended_on, reason=payload.reason)
    return contract_out(get_contract_for(request.viewer, contract_id))


@router.patch(
    "/contracts/{int:contract_id}",
    summary=gettext_noop("Correct a contract"),
    description=gettext_noop(
        "Only what is sent is changed. With `version` an older state is refused (409 version.conflict) with the fields "
        "that differ."
    ),
    **write(ContractOut),
)
def patch_contract(request: Asked, contract_id: int, payload: CorrectContract) -> ContractOut:
    contract = get_contract_for(request.viewer, contract_id)
    values = payload.given()
    version = values.pop("version", None)
    change_contract(contract, viewer=request.viewer, version=version, whole=False, values=values)
    return contract_out(get_contract_for(request.viewer, contract_id))


def contract_out(contract: Contract) -> ContractOut:
    return ContractOut(**told(contract, ContractOut))
