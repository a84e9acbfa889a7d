"""The head of the customer page: a sentence and alerts, each with its why; the kinds of service information."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from weixi.commerce.queries import chart_of
from weixi.commerce.services import LineValues, place_order, return_order
from weixi.customers.completeness import Standing
from weixi.customers.models import Customer
from weixi.customers.queries.filed import filed_kinds
from weixi.customers.queries.timeline import read_story
from weixi.grading.models import FallNotice
from weixi.interactions.services import record_interaction
from weixi.kernel import clock
from weixi.organisation.scope import system_viewer
from weixi.policy.services import install_shipped_policy
from weixi.testing.cast import Cast
from weixi.web.customer.head import alerts_of, standing_sentence

SYSTEM = system_viewer("test")


@pytest.fixture
def customer(cast: Cast) -> Customer:
    install_shipped_policy(preset="quadrant", viewer=SYSTEM)
    return cast.customer_of("specialist")


def sentence(customer: Customer, **given: Any) -> list[tuple[str, str]]:
    values: dict[str, Any] = {"change_pct": None, "amount": Decimal(0), "orders": 0, "missed": 0, "due": 0}
    made = standing_sentence(customer, **(values | given), now=clock.now())
    assert all(each.url.startswith(reverse("customer", args=[customer.pk])) and each.why for each in made)
    return [(each.text, each.state) for each in made]


@pytest.mark.parametrize(
    ("given", "place", "words", "state"),
    [
        ({"change_pct": 18, "orders": 3}, 0, "18%", "good"),
        ({"change_pct": -40, "orders": 3}, 0, "少 40%", "warn"),
        ({"orders": 2}, 0, "再前一年没有", "good"),
        ({}, 0, "没有购买", ""),
        ({"missed": 2, "due": 9}, 1, "2 件", "warn"),
        ({"due": 9}, 1, "件件", "good"),
        ({}, 2, "还没有联系过", "warn"),
    ],
)
def test_each_phrase_says_how_it_stands(
    customer: Customer, given: dict[str, Any], place: int, words: str, state: str
) -> None:
    text, shown = sentence(customer, **given)[place]
    assert words in text and shown == state


def test_alerts_name_their_reason_and_clause(customer: Customer) -> None:
    now = clock.now()
    assert alerts_of(customer, Standing(100), [], now) == []
    low = alerts_of(customer, Standing(40), [], now)
    assert [(each.clause, "90" in each.why) for each in low] == [("A-7", True)]
    FallNotice.objects.create(customer=customer, grade="core", before=Decimal(9000), amount=Decimal(10), at=now)
    fallen = alerts_of(customer, Standing(100), [], now)
    assert len(fallen) == 1 and "¥9,000" in fallen[0].why
    stale = alerts_of(customer, Standing(100), [], now + timedelta(days=800))
    assert [each.clause for each in stale] == ["", "A-5"]
    customer.archived_at = now
    assert alerts_of(customer, Standing(10), [], now) == []


def test_service_information_is_filed_by_kind(cast: Cast, customer: Customer) -> None:
    viewer = cast.viewer("specialist")
    for kind in ("call", "visit"):
        record_interaction(customer, viewer=viewer, kind=kind, content=f"谈了 {kind}")
    order(customer, "F-1", 1, "800")
    since = clock.now() - timedelta(days=300)
    kinds = list(filed_kinds())
    assert kinds == ["filed.transaction", "filed.callback", "filed.reception", "filed.complaint", "filed.other"]
    found = {
        kind: [(e.type, e.data.get("kind")) for e in read_story(customer, since, kind=kind).events] for kind in kinds
    }
    assert found["filed.reception"] == [("interaction.recorded", "visit")]
    assert ("interaction.recorded", "call") in found["filed.other"]
    assert ("interaction.recorded", "visit") not in found["filed.other"]
    assert {kind for kind, _way in found["filed.transaction"]} == {"order.placed"}
    assert found["filed.complaint"] == []
    assert len(read_story(customer, since, kind="filed.complaint").contacts) == 2, "the drawing keeps all contacts"


def order(customer: Customer, number: str, days: int, amount: str) -> Any:
    return place_order(
        customer, viewer=SYSTEM, number=number, placed_at=clock.now() - timedelta(days=days),
        lines=[LineValues(amount=Decimal(amount))],
    )  # fmt: skip


def test_the_chart_is_net_and_of_the_period_asked_for(customer: Customer) -> None:
    old, new = order(customer, "C-1", 500, "1000"), order(customer, "C-2", 40, "600")
    return_order(new, viewer=SYSTEM, amount=Decimal(100))
    assert old.pk
    year, two = chart_of(customer), chart_of(customer, 24)
    assert (len(year.rows), year.total) == (12, Decimal(500))
    assert (len(two.rows), two.total) == (24, Decimal(1500))
    assert sum(share.amount for share in two.shares) == two.total
    assert chart_of(customer, 7).months == 12


def test_the_page_shows_sentence_alerts_and_chart(
    cast: Cast, client_as: Callable[[Any], Client], customer: Customer
) -> None:
    order(customer, "P-1", 3, "800")
    desk = client_as(cast.specialist)
    page = desk.get(reverse("customer", args=[customer.pk])).content.decode()
    assert "wx-howare" in page and "wx-lookat" in page and "filed.reception" in page
    chart = desk.get(f"{reverse('transactions-chart', args=[customer.pk])}?months=24").content.decode()
    assert chart.count('<rect class="wx-column') >= 24
