"""Contracts entered, renewed and ended by a program: by the same services as the forms."""

from __future__ import annotations

import pytest

from weixi.commerce.models import Contract
from weixi.integrations.tests.helpers import program_of
from weixi.kernel.events.models import Event
from weixi.testing.cast import Cast

pytestmark = pytest.mark.django_db


def test_a_contract_is_entered_renewed_and_ended(cast: Cast) -> None:
    customer, program = cast.customer_of("specialist"), program_of(cast.supervisor)
    said = {
        "customer_id": customer.pk, "number": "HT-1", "title": "年度框架", "signed_on": "2026-01-05",
        "ends_on": "2026-12-31", "amount": "120000.00",
    }  # fmt: skip
    made = program.post("/contracts", said, **{"Idempotency-Key": "c1"})
    assert made.status_code == 201, made.content
    assert program.post("/contracts", said, **{"Idempotency-Key": "c1"}).json() == made.json()
    # The first one starts the clock of the archive.
    signed = Event.objects.get(type="contract.signed")
    assert (signed.customer_id, signed.data["first"], signed.data["amount"]) == (customer.pk, True, "120000.00")
    again = program.post(
        "/contracts",
        {
            "customer_id": customer.pk,
            "number": "HT-2",
            "title": "续签",
            "signed_on": "2026-12-20",
            "renews_id": made.json()["id"],
        },
    )
    assert again.json()["renews_id"] == made.json()["id"]
    assert Event.objects.get(type="contract.renewed").data["number"] == "HT-2"
    ended = program.post(f"/contracts/{made.json()['id']}/end", {"ended_on": "2026-12-31", "reason": "到期"})
    assert (ended.status_code, ended.json()["ended_on"]) == (200, "2026-12-31")
    assert program.post(f"/contracts/{made.json()['id']}/end", {"ended_on": "2026-12-31"}).status_code == 409


def test_what_cannot_be_is_refused_by_field(cast: Cast) -> None:
    customer, program = cast.customer_of("specialist"), program_of(cast.supervisor)
    said = {"customer_id": customer.pk, "number": "HT-1", "title": "年度框架", "signed_on": "2026-01-05"}
    first = program.post("/contracts", said).json()
    taken = program.post("/contracts", said)
    assert (taken.status_code, list(taken.json()["fields"])) == (400, ["number"])
    days = program.post("/contracts", {**said, "number": "HT-2", "starts_on": "2026-02-01", "ends_on": "2026-01-31"})
    assert (days.status_code, list(days.json()["fields"])) == (400, ["ends_on"])
    other, foreign = cast.customer_of("colleague"), cast.customer_of("outsider")
    for pk in (foreign.pk, 10**9):
        assert program.post("/contracts", {**said, "customer_id": pk, "number": "HT-3"}).status_code == 404
    elsewhere = program.post(
        "/contracts", {**said, "customer_id": other.pk, "number": "HT-3", "renews_id": first["id"]}
    )
    assert (elsewhere.status_code, list(elsewhere.json()["fields"])) == (400, ["renews_id"])
    assert program.post(f"/contracts/{first['id']}/end", {"ended_on": "2025-01-01"}).status_code == 400
    assert Contract.objects.count() == 1
