"""What a talk would settle is said before it is saved: a greeting settles its day, and no cadence (C-4)."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from weixi.customers.models import Customer
from weixi.customers.services import create_customer
from weixi.duties.queries import duties_of_customer
from weixi.duties.services.tick import tick
from weixi.interactions.services import record_interaction
from weixi.kernel import clock
from weixi.kernel.events.work import unit_of_work
from weixi.organisation.scope import system_viewer
from weixi.testing.cast import Cast
from weixi.testing.policies import policy_with
from weixi.web.settling import settled_by

SYSTEM = system_viewer("test")
GREETING = {"kind": "call", "depth": "deep", "direction": "out", "purpose": "emotional"}


@pytest.fixture
def core(cast: Cast, moved_clock: Callable[[str], None]) -> Callable[[bool | None], Customer]:
    """A core customer who is owed his monthly talk and a wish for the company's founding day."""

    def make(counts: bool | None) -> Customer:
        moved_clock("2026-03-01T10:00+08:00")
        policy_with({"care.node_counts_for_cadence": counts})
        customer = create_customer(
            viewer=SYSTEM, name="无锡锡山精密制造有限公司", owner=cast.specialist, founded_on="2001-04-05"
        )
        Customer.objects.filter(pk=customer.pk).update(grade="core")
        with unit_of_work(actor=SYSTEM.actor) as work:
            data = {"grade": "core", "old": "", "run": None, "reasons": [], "cause": "run"}
            work.record("customer.graded", customer=customer.pk, subject=("customer", customer.pk), data=data)
        moved_clock("2026-04-03T10:00+08:00")
        tick()
        return Customer.objects.get(pk=customer.pk)

    return make


def settles(cast: Cast, customer: Customer, **more: str) -> set[str]:
    lines = duties_of_customer(cast.viewer("specialist"), customer)
    return {each.line.clause for each in settled_by(lines, {**GREETING, **more}, clock.now()) if each.by_itself}


@pytest.mark.parametrize(("counts", "kept"), [(False, {"C-4a"}), (None, {"C-4a"}), (True, {"C-4a", "C-1a"})])
def test_a_greeting_keeps_its_day_and_the_cadence_only_where_the_policy_says_so(
    cast: Cast, core: Callable[[bool | None], Customer], counts: bool | None, kept: set[str]
) -> None:
    customer = core(counts)
    assert settles(cast, customer) & {"C-1a", "C-4a"} == kept
    record_interaction(customer, viewer=cast.viewer("specialist"), content="祝贺司庆", **GREETING)
    waiting = {line.clause for line in duties_of_customer(cast.viewer("specialist"), customer) if line.waits}
    assert waiting & {"C-1a", "C-4a"} == {"C-1a", "C-4a"} - kept, "what was promised is what happened"


def test_another_talk_keeps_the_cadence(cast: Cast, core: Callable[[bool | None], Customer]) -> None:
    assert "C-1a" in settles(cast, core(False), purpose="value")
