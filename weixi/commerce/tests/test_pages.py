"""Entering orders, contracts and equipment on the page; panels of the customer page."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from django.db import connection
from django.template.loader import render_to_string
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from weixi.commerce.charts import columns
from weixi.commerce.models import Asset, Contract, Order
from weixi.commerce.panels import PANELS
from weixi.commerce.tests.helpers import buy
from weixi.customers.enums import Lifecycle
from weixi.kernel.asked import asked_once


@pytest.fixture
def world(cast, moved_clock):
    moved_clock("2026-11-24T10:00+08:00")
    return cast


ORDER = {
    "number": "S-1", "placed_at": "2026-11-23T09:30", "what_1": "变频器", "quantity_1": "2", "price_1": "100.05",
    "what_2": "服务", "quantity_2": "", "price_2": "9",
}  # fmt: skip


def test_an_order_by_the_page(world, client_as):
    customer = world.customer_of("account_manager")
    url = reverse("order-new", args=[customer.pk])
    browser = client_as(world.account_manager)
    assert browser.get(url).status_code == 200
    assert browser.post(url, {**ORDER, "price_1": ""}).status_code == 422
    assert not Order.objects.exists()
    assert browser.post(url, ORDER).status_code == 302
    order = Order.objects.get()
    assert (order.amount, order.placed_on, order.lines.count()) == (Decimal("209.10"), date(2026, 11, 23), 2)
    assert browser.get(reverse("order", args=[order.pk])).status_code == 200
    assert browser.post(url, ORDER).status_code == 422


def test_a_part_and_then_the_rest_comes_back(world, client_as):
    customer = world.customer_of("account_manager")
    order = buy(customer, "2026-11-01", "100")
    url = reverse("order-take-back", args=[order.pk])
    browser = client_as(world.account_manager)
    assert browser.post(url, {"amount": "100.01"}).status_code == 422
    assert browser.post(url, {"amount": "40"}).status_code == 302
    assert browser.post(url, {"amount": ""}).status_code == 302
    assert sorted(Order.objects.values_list("amount", flat=True)) == [Decimal(-60), Decimal(-40), Decimal(100)]


def test_contract_and_equipment_by_the_page(world, client_as):
    customer = world.customer_of("account_manager")
    browser = client_as(world.account_manager)
    signed = {"number": "HT-1", "title": "框架", "signed_on": "2026-11-24"}
    assert browser.post(reverse("contract-new", args=[customer.pk]), signed).status_code == 302
    contract = Contract.objects.get()
    assert browser.post(reverse("contract-renew", args=[contract.pk]), {**signed, "number": "HT-2"}).status_code == 302
    assert browser.post(reverse("contract-end", args=[contract.pk]), {"ended_on": "2026-11-24"}).status_code == 302
    values = {"name": "空压机", "installed_on": "2026-11-20"}
    assert browser.post(reverse("asset-new", args=[customer.pk]), values).status_code == 302
    assert (Contract.objects.count(), Asset.objects.get().name) == (2, "空压机")


def test_foreign_objects_are_not_found_and_forbidden_acts_forbidden(world, client_as):
    own, foreign = world.customer_of("specialist"), world.customer_of("sales")
    order = buy(foreign, "2026-11-01", "100")
    browser = client_as(world.account_manager)
    for url in (
        reverse("order-new", args=[foreign.pk]), reverse("contract-new", args=[foreign.pk]),
        reverse("asset-new", args=[foreign.pk]), reverse("orders", args=[foreign.pk]), reverse("order", args=[order.pk]),
        reverse("order-take-back", args=[order.pk]),
    ):  # fmt: skip
        assert browser.get(url).status_code == 404
    specialist = client_as(world.specialist)
    for name in ("order-new", "contract-new", "asset-new"):
        assert specialist.post(reverse(name, args=[own.pk]), ORDER).status_code == 403
    assert Order.objects.count() == 1


def test_the_first_purchase_makes_a_prospect_a_new_customer(world):
    customer = world.customer_of("account_manager")
    assert customer.lifecycle == Lifecycle.PROSPECT
    buy(customer, "2026-11-01", "-5")
    customer.refresh_from_db()
    assert customer.lifecycle == Lifecycle.PROSPECT
    buy(customer, "2026-11-02", "5")
    customer.refresh_from_db()
    assert customer.lifecycle == Lifecycle.NEW


def test_panels_draw_and_cost_the_same_for_one_order_as_for_three(world, rf):
    customer, viewer = world.customer_of("account_manager"), world.viewer("account_manager")
    request = rf.get("/")
    counts = []
    for add in (1, 2):
        for _ in range(add):
            buy(customer, "2026-11-02", "-5" if add == 2 else "9")
        # As a page that is read: the currency is asked for once.
        with CaptureQueriesContext(connection) as seen, asked_once():
            for panel in PANELS:
                text = render_to_string(panel.template, {**panel.data(viewer, customer), "request": request})
                assert panel.code in text
        counts.append(len(seen))
    assert counts[0] == counts[1]


def test_columns_stand_on_the_zero_line_and_hang_below_it():
    picture = columns([(date(2026, 1, 1), Decimal(100)), (date(2026, 2, 1), Decimal(-100))])
    up, down = picture.columns
    assert (up.y, up.height, down.y, down.height) == ("14.0", "68.0", "82.0", "68.0")
    assert (picture.zero, down.negative) == ("82.0", True)
    assert columns([(date(2026, 1, 1), Decimal(0))]).columns[0].height == "0.0"
    assert [tick.amount for tick in picture.ticks] == [-100, -50, 0, 50, 100]


@pytest.mark.parametrize("amount", ["0.01", "1", "99.99", "100", "401341", "1164959", "987654321.55"])
def test_the_scale_has_few_round_steps_that_hold_every_column(amount: str):
    picture = columns([(date(2026, 1, 1), Decimal(amount)), (date(2026, 2, 1), Decimal(0))])
    amounts = [tick.amount for tick in picture.ticks]
    assert amounts[0] == 0 and amounts[-1] >= Decimal(amount) and 3 <= len(amounts) <= 6
    assert all(0 <= float(column.y) <= 150 for column in picture.columns)


def test_24_months_name_quarters_only():
    months = [(date(2025 + (n // 12), n % 12 + 1, 1), Decimal(1)) for n in range(24)]
    assert sum(column.labelled for column in columns(months).columns) == 8
    assert all(column.labelled for column in columns(months[:12]).columns)


def test_the_sum_over_the_months_says_which_months(world, client_as):
    # 12 months by the calendar are not the last 12 months of the head: the two figures differ.
    answer = client_as(world.specialist).get(reverse("transactions-chart", args=[world.customer_of("specialist").pk]))
    assert "2025-12 至 2026-11 净额" in answer.content.decode()
