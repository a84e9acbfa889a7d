"""Visits in a real browser: chosen on the customer's page, planned with a day, recorded in one click."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Enter
from tests.browser.test_record import first_customer

pytestmark = pytest.mark.browser


def test_a_customer_is_chosen_planned_and_visited(enter: Enter) -> None:
    page = enter("zhengkaiwen")
    page.goto("/customers/?where=visit%3Anot_chosen")
    address = page.locator("tr[data-row] a[data-open]").first.get_attribute("href")
    assert address is not None
    page.goto(address)
    page.get_by_role("link", name="定为特定访问").click()
    form = page.locator("#wx-panel form")
    form.locator("[name=reason]").fill("明年扩产，每季到厂一次")
    form.get_by_role("button", name="定为特定访问").click()
    expect(page.locator("#visits-panel")).to_contain_text("明年扩产")
    page.get_by_role("link", name="安排拜访").click()
    form = page.locator("#wx-panel form")
    form.locator("[name=day]").fill((date.today() + timedelta(days=9)).isoformat())
    form.locator("[name=purpose]").fill("看新厂房")
    form.get_by_role("button", name="安排拜访").click()
    expect(page.locator("#visits-panel")).to_contain_text("看新厂房")
    page.goto("/visits/")
    line = page.locator("tr", has_text="明年扩产，每季到厂一次")
    line.get_by_role("link", name="记录拜访").click()
    form = page.locator("#wx-panel form")
    expect(form.locator("[name=visit_system]")).to_be_visible()
    form.locator("[name=content]").fill("到厂看了新厂房")
    form.get_by_role("button", name=re.compile("保存")).click()
    expect(page.locator("tr", has_text="明年扩产，每季到厂一次").get_by_role("link", name="安排拜访")).to_be_visible(
        timeout=20_000
    )
    page.goto(address)
    expect(page.locator(".wx-tl")).to_contain_text("特定访问")


def test_whose_turn_it_is_and_the_customers_behind_a_figure(enter: Enter) -> None:
    page = enter("fangzhiyuan")
    page.goto("/visits/?system=patrol")
    expect(page.locator(".wx-st", has_text="从未拜访").first).to_be_visible()
    number = page.locator(".wx-sums li", has_text="从未拜访").locator("b").inner_text()
    page.locator(".wx-sums li", has_text="从未拜访").locator("a").click()
    expect(page.locator("body")).to_contain_text(number)
    phone = enter("fangzhiyuan", width=390, height=800)
    phone.goto("/visits/?system=patrol")
    expect(phone.locator(".wx-sums")).to_be_visible()
    assert phone.evaluate("document.documentElement.scrollWidth") <= 390


def test_a_day_is_noted_and_stands_in_the_calendar(enter: Enter) -> None:
    page = enter("linzhixia")
    address = first_customer(page)
    page.goto(address)
    page.get_by_role("link", name="登记展会、开业、新品发布").click()
    form = page.locator("#wx-panel form")
    day = date.today() + timedelta(days=12)
    form.locator("[name=kind]").select_option("opening")
    form.locator("[name=day]").fill(day.isoformat())
    form.locator("[name=title]").fill("三厂开业典礼")
    form.get_by_role("button", name="保存").click()
    expect(page.locator("#days-panel")).to_contain_text("三厂开业典礼")
    page.goto(f"/calendar/?month={day:%Y-%m}")
    expect(page.locator(".wx-plan-line.day", has_text="三厂开业典礼")).to_be_visible()
