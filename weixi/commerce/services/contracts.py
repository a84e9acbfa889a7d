"""Contracts: signed, renewed, ended."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from weixi.commerce.dates import company_date, company_midnight
from weixi.commerce.models import Contract
from weixi.commerce.services.access import require_visible
from weixi.customers.models import Customer
from weixi.customers.services.values import apply, check, clean_values
from weixi.kernel.errors import Conflict, Invalid
from weixi.kernel.events.work import UnitOfWork, unit_of_work
from weixi.organisation.enums import Right
from weixi.organisation.scope import Viewer

CONTRACT_FIELDS = ("number", "title", "signed_on", "starts_on", "ends_on", "amount", "terms", "renews")


def sign_contract(
    customer: Customer,
    *,
    viewer: Viewer,
    number: str,
    title: str,
    signed_on: date,
    starts_on: date | None = None,
    ends_on: date | None = None,
    amount: Decimal | None = None,
    terms: str = "",
) -> Contract:
    """Enter a signed contract; the customer's first one starts the clock of its archive (A-3).

    Raises Invalid naming each field at fault.
    """
    return _enter(
        customer, None, viewer,
        number=number, title=title, signed_on=signed_on, starts_on=starts_on, ends_on=ends_on,
        amount=amount, terms=terms,
    )  # fmt: skip


def renew_contract(
    contract: Contract,
    *,
    viewer: Viewer,
    number: str,
    signed_on: date,
    title: str = "",
    starts_on: date | None = None,
    ends_on: date | None = None,
    amount: Decimal | None = None,
    terms: str = "",
) -> Contract:
    """Enter the contract that goes on where `contract` ends."""
    return _enter(
        contract.customer, contract, viewer,
        number=number, title=title or contract.title, signed_on=signed_on, starts_on=starts_on, ends_on=ends_on,
        amount=amount, terms=terms or contract.terms,
    )  # fmt: skip


def end_contract(contract: Contract, *, viewer: Viewer, ended_on: date, reason: str = "") -> Contract:
    """The contract ends (earlier, or on its day). Raises Invalid for a day before it began, Conflict when
    it has ended already on that day or before."""
    viewer.require(Right.ORDERS_EDIT)
    require_visible(viewer, contract.customer)
    with unit_of_work(actor=viewer.actor) as work:
        stored = Contract.objects.select_for_update().get(pk=contract.pk)
        if stored.ended_on is not None:
            raise Conflict(_("This contract was ended already."))
        if ended_on < (stored.starts_on or stored.signed_on):
            raise Invalid(_("A contract cannot end before it began."), fields={"ended_on": _("Choose a later day.")})
        stored.ended_on, stored.version = ended_on, stored.version + 1
        stored.save(update_fields=["ended_on", "version"])
        work.record(
            "contract.ended",
            customer=stored.customer_id,
            subject=("contract", stored.pk),
            occurred_at=min(company_midnight(ended_on), work.now),
            data={
                "number": stored.number,
                "ended_on": ended_on.isoformat(),
                "reason": reason.strip(),
                "version": stored.version,
                "changes": {"ended_on": [None, ended_on.isoformat()]},
            },
        )
    return stored


def _enter(customer: Customer, renews: Contract | None, viewer: Viewer, **values: Any) -> Contract:
    viewer.require(Right.ORDERS_EDIT)
    require_visible(viewer, customer)
    cleaned = clean_values({**values, "renews": renews})
    check_days(cleaned)
    with unit_of_work(actor=viewer.actor) as work:
        expect_free_number(cleaned["number"])
        first = not Contract.objects.filter(customer=customer).exists()
        contract = Contract(customer=customer, created_at=work.now)
        apply(contract, cleaned, CONTRACT_FIELDS)
        check(contract)
        contract.save()
        _record(work, contract, first)
    return contract


def expect_free_number(number: str, besides: int = 0) -> None:
    """Raises Invalid when another contract has this number."""
    if Contract.objects.filter(number=number).exclude(pk=besides).exists():
        raise Invalid(
            _("The contract number %(number)s is taken.") % {"number": number},
            code="contract.number_taken",
            fields={"number": _("Choose another number.")},
        )


def check_days(values: Mapping[str, Any]) -> None:
    """Raises Invalid for an end before the start, or a negative amount."""
    starts, ends = values["starts_on"], values["ends_on"]
    if starts and ends and ends < starts:
        raise Invalid(
            _("The contract would end before it starts."), fields={"ends_on": _("Choose a day after the start.")}
        )
    amount = values["amount"]
    if amount is not None and amount < 0:
        raise Invalid(_("A contract's amount is not negative."), fields={"amount": _("Type 0 or more.")})


def _record(work: UnitOfWork, contract: Contract, first: bool) -> None:
    data: dict[str, Any] = {"number": contract.number, "first": first}
    if contract.ends_on:
        data["ends_on"] = contract.ends_on.isoformat()
    if contract.amount is not None:
        data["amount"] = str(contract.amount)
    work.record(
        "contract.renewed" if contract.renews_id else "contract.signed",
        customer=contract.customer_id,
        subject=("contract", contract.pk),
        # A day without a time: signed today counts from the entry, earlier days from their midnight.
        occurred_at=work.now if contract.signed_on >= company_date(work.now) else company_midnight(contract.signed_on),
        data=data,
    )
