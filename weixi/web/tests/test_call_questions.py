"""What the policy wants of a record stands where it is made: the question of a call, the parts to be stated."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse

from weixi.commerce.tests.helpers import buy
from weixi.duties.models import Duty
from weixi.duties.services.tick import tick
from weixi.testing.cast import Cast
from weixi.testing.policies import policy_with, shipped_policy

pytestmark = pytest.mark.django_db
ASKED = "是否习惯使用本公司产品"


def page(cast: Cast, client_as: Any, clause: str = "") -> str:
    """The panel, opened from the waiting duty of that clause."""
    customer = cast.customer_of("specialist")
    duty = Duty.objects.filter(customer=customer, clause=clause).first()
    asked = {"customer": customer.pk, "duty": duty.key if duty else ""}
    return str(client_as(cast.specialist).get(reverse("interaction-new"), asked).content.decode())


def test_a_week_after_a_purchase_the_call_says_what_to_ask(cast: Cast, client_as: Any, moved_clock: Any) -> None:
    moved_clock("2026-11-02T10:00+08:00")
    shipped_policy()
    moved_clock("2026-11-03T10:00+08:00")
    buy(cast.customer_of("specialist"), "2026-11-03", "500")
    assert ASKED not in page(cast, client_as, "K-2a")
    moved_clock("2026-11-11T09:00+08:00")
    tick()
    assert ASKED in page(cast, client_as, "K-2a")
    # Of what is not ticked nothing is asked.
    assert ASKED not in page(cast, client_as)


def test_it_is_the_policys_question(cast: Cast, client_as: Any, moved_clock: Any) -> None:
    moved_clock("2026-11-02T10:00+08:00")
    policy_with({"callback.question[1].question": "用得顺手吗？"})
    moved_clock("2026-11-03T10:00+08:00")
    buy(cast.customer_of("specialist"), "2026-11-03", "500")
    moved_clock("2026-11-11T09:00+08:00")
    tick()
    assert "用得顺手吗？" in page(cast, client_as, "K-2a")


def test_the_parts_that_the_policy_wants_are_named_where_they_are_folded_up(cast: Cast, client_as: Any) -> None:
    policy_with({"interaction.required": ["occurred_at", "content", "feedback"]})
    folded = page(cast, client_as).split('class="wx-more"')[1].split("</summary>")[0]
    assert "反馈" in folded.split("wx-q")[1] and "核心结论" not in folded.split("wx-q")[1]
