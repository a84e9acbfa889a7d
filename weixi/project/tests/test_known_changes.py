"""A change that became known: its duty, and what counts as having entered it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from weixi.commerce.services import change_contract, sign_contract
from weixi.customers.people_map.services import place_contact
from weixi.customers.services import add_contact
from weixi.customers.services.changes import record_known_change
from weixi.duties.enums import DutyState
from weixi.duties.models import Duty
from weixi.kernel import clock
from weixi.organisation.scope import system_viewer
from weixi.testing.cast import Cast
from weixi.testing.policies import shipped_policy

pytestmark = pytest.mark.django_db
SYSTEM = system_viewer("test")


@pytest.mark.parametrize("entered", ["contract", "place"])
def test_it_is_due_in_time_and_settled_by_entering_it(cast: Cast, entered: str, moved_clock: Any) -> None:
    moved_clock("2026-11-23T10:00+08:00")
    shipped_policy()
    customer, viewer = cast.customer_of("specialist"), cast.viewer("specialist")
    contract = sign_contract(customer, viewer=SYSTEM, number="HT-1", title="年度框架", signed_on=clock.today())
    contact = add_contact(customer, viewer=SYSTEM, name="陈立群")
    moved_clock("2026-11-24T16:00+08:00")
    since = clock.now() - timedelta(hours=5)
    record_known_change(customer, viewer=viewer, what="付款条件要改", known_at=since)
    duty = Duty.objects.get(clause="A-4", customer=customer)
    assert (duty.state, duty.due_at) == (DutyState.OPEN, since + timedelta(hours=48))
    acts: dict[str, Any] = {
        "contract": lambda: change_contract(contract, viewer=SYSTEM, values={"terms": "月结三十天"}),
        "place": lambda: place_contact(contact, viewer=viewer, values={"part": "decider"}),
    }
    acts[entered]()
    duty.refresh_from_db()
    assert duty.state == DutyState.DONE
