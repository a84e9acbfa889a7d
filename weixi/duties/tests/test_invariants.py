from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from weixi.customers.services import create_customer
from weixi.duties import invariants
from weixi.duties.models import Duty
from weixi.duties.services.tick import tick
from weixi.interactions.services import record_interaction
from weixi.interactions.services.followups import Promise
from weixi.kernel import clock
from weixi.testing.policies import shipped_policy

NOON = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)

pytestmark = pytest.mark.django_db


@pytest.fixture
def late_promise(cast: object) -> Duty:
    person = cast.people["specialist"]  # type: ignore[attr-defined]
    viewer = cast.viewer("specialist")  # type: ignore[attr-defined]
    with clock.at(NOON - timedelta(days=30)):
        shipped_policy("quadrant")
        customer = create_customer(viewer=viewer, name="杭州测试有限公司")
    with clock.at(NOON):
        promise = Promise("寄样品", NOON + timedelta(hours=3), person)
        record_interaction(customer, viewer=viewer, kind="call", followups=[promise])
    with clock.at(NOON + timedelta(days=1)):
        tick()
    return Duty.objects.get(clause="C-6b")


def test_a_sound_base_has_nothing_to_report(late_promise: Duty) -> None:
    with clock.at(NOON + timedelta(days=1)):
        assert list(invariants.stopped_clocks()) == []
        assert list(invariants.settled_without_evidence()) == []
        assert list(invariants.stored_as_derived()) == []


def test_a_changed_row_is_found(late_promise: Duty) -> None:
    Duty.objects.filter(pk=late_promise.pk).update(state="done", closed_by="")
    assert len(list(invariants.settled_without_evidence())) == 1
    assert len(list(invariants.stored_as_derived())) == 1


def test_a_standing_clock_is_found(late_promise: Duty) -> None:
    with clock.at(NOON + timedelta(days=900)):
        assert len(list(invariants.stopped_clocks())) >= 1
