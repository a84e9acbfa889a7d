"""The head of the customer page: a sentence and alerts, each with its why; the kinds of service information."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from weixi.commerce.queries import chart_of
from weixi.commerce.services import LineValues, place_order, return_order
from weixi.customers.completeness import Gap, Standing
from weixi.customers.models import Customer
from weixi.customers.queries.filed import filed_kinds
from weixi.customers.queries.timeline import read_story
from weixi.grading.models import FallNotice
from weixi.grading.queries.falls import open_falls
from weixi.interactions.services import record_interaction
from weixi.kernel import clock
from weixi.organisation.enums import Role
from weixi.organisation.scope import system_viewer
from weixi.organisation.services import create_user
from weixi.testing.cast import Cast, make_cast
from weixi.testing.policies import policy_with, shipped_policy
from weixi.web.customer.archive import gaps_of
from weixi.web.customer.head import alerts_of, standing_sentence

SYSTEM = system_viewer("test")
# The blanks of the preset, as a company could fill them.
VIP = {
    "grading.vip.partnership": "none",
    "grading.vip.vip.annual_amount_from": 200000,
    "grading.vip.vip.orders_6m_from": 4,
    "grading.vip.vip.csat_from": 90,
    "grading.vip.important.annual_amount_from": 50000,
    "grading.vip.important.annual_amount_below": 200000,
    "grading.vip.important.orders_6m_from": 2,
    "grading.vip.important.orders_6m_to": 3,
    "grading.vip.important.csat_from": 80,
    "grading.vip.normal.annual_amount_below": 50000,
    "grading.vip.normal.orders_6m_to": 1,
    "grading.vip.high_potential.annual_amount_below": 50000,
    "grading.vip.high_potential.industry_outlook_from": 70,
    "grading.vip.high_potential.intent_from": 70,
}


@pytest.fixture
def customer(cast: Cast) -> Customer:
    shipped_policy("quadrant")
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
    assert alerts_of(customer, Standing(100), [], [], now) == []
    low = alerts_of(customer, Standing(40), [], [], now)
    assert [(each.clause, "90" in each.why) for each in low] == [("A-7", True)]
    FallNotice.objects.create(customer=customer, grade="core", before=Decimal(9000), amount=Decimal(10), at=now)
    fallen = alerts_of(customer, Standing(100), [], open_falls(customer), now)
    assert len(fallen) == 1 and "¥9,000" in fallen[0].why
    stale = alerts_of(customer, Standing(100), [], open_falls(customer), now + timedelta(days=800))
    assert [each.clause for each in stale] == ["", "A-5"]
    customer.archived_at = now
    assert alerts_of(customer, Standing(10), [], open_falls(customer), now) == []


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


def test_a_missing_fact_is_named_in_the_language_of_the_reader(customer: Customer) -> None:
    judged = Standing(80, (Gap("payment_handler", "承接付款人", "customer", "payment"),))
    with translation.override("en"):
        assert [gap.title for gap, _cell, _url in gaps_of(SYSTEM, customer, judged, [])] == ["Who handles payment"]
    with translation.override("zh-hans"):
        assert [gap.title for gap, _cell, _url in gaps_of(SYSTEM, customer, judged, [])] == ["承接付款人"]


def test_an_owner_below_the_rank_of_the_grade_is_named(cast: Cast, customer: Customer, client_as: Any) -> None:
    def said(grade: str, who: str) -> list[str]:
        customer.grade, customer.owner = grade, cast.person(who)
        alerts = alerts_of(customer, Standing(100), [], [], clock.now())
        return [each.why for each in alerts if each.clause == "O-3"]

    name = cast.specialist.name
    assert said("core", "specialist") == [f"制度规定核心客户由客户经理负责，现由{name}（客户关系专员）负责。"]
    assert said("core", "account_manager") == said("normal", "specialist") == []
    assert said("normal", "account_manager") == [], "a higher rank does no harm"
    assert said("", "specialist") == [], "not graded yet"
    Customer.objects.filter(pk=customer.pk).update(grade="core")
    page = client_as(cast.supervisor).get(reverse("customer-owner", args=[customer.pk])).content.decode()
    assert "制度规定这一级客户由客户经理负责。" in page


def test_a_post_that_asks_for_seniority_is_held_by_who_is_senior(db: None) -> None:
    cast = make_cast()
    policy_with(VIP, "vip")
    customer = cast.customer_of("account_manager")
    customer.grade = "vip"
    assert [each.clause for each in alerts_of(customer, Standing(100), [], [], clock.now())] == []
    cast.account_manager.senior = False
    customer.owner = cast.account_manager
    alert = next(iter(alerts_of(customer, Standing(100), [], [], clock.now())))
    assert "高级客户经理" in alert.why


def test_two_owners_where_the_grade_asks_for_both(db: None) -> None:
    cast = make_cast()
    policy_with(VIP, "vip")
    customer = cast.customer_of("sales")
    customer.grade = "high_potential"

    def said() -> list[str]:
        return [each.why for each in alerts_of(customer, Standing(100), [], [], clock.now())]

    assert said() == ["制度规定高潜力客户由市场人员、销售共同负责，还缺：市场人员。"]
    customer.co_owner = cast.colleague
    assert len(said()) == 1, "a specialist is no marketing"
    customer.co_owner = create_user("meng", viewer=SYSTEM, role=Role.MARKETING)
    assert said() == []
