"""An undo leaves nobody a duty: a hand-over that was taken back asks for nothing, in either direction."""

from __future__ import annotations

import pytest

from weixi.customers.acts.services import start, undo
from weixi.customers.services import assign_customers
from weixi.duties.models import Duty
from weixi.testing.cast import Cast
from weixi.testing.policies import shipped_policy


@pytest.fixture
def company(cast: Cast) -> Cast:
    shipped_policy("quadrant")
    return cast


def states(pk: int) -> list[str]:
    return sorted(Duty.objects.filter(customer_id=pk, clause="O-3").values_list("state", flat=True))


def test_a_hand_over_that_was_taken_back(company: Cast) -> None:
    viewer = company.viewer("supervisor")
    pk = company.customer_of("specialist").pk
    run = start("assign", [pk], {"owner": company.colleague.pk, "reason": "换岗"}, viewer=viewer)
    assert states(pk) == ["open"]
    undo(run, viewer=viewer)
    assert states(pk) == ["withdrawn"]
    # One that nobody takes back asks for it as ever.
    assign_customers([pk], company.colleague, viewer=viewer)
    assert states(pk) == ["open", "withdrawn"]
