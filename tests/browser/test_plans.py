"""The service plan in a real browser: from a figure to the lines behind it, and from a line to the record."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Enter

pytestmark = pytest.mark.browser


def number(page: Page, words: str) -> int:
    """The figure of the page's head called so."""
    text = page.locator(".wx-sums li a", has_text=words).locator("b").inner_text()
    return int(text.replace(",", ""))


def test_from_a_figure_to_its_lines_and_to_the_record(enter: Enter) -> None:
    page = enter("fangzhiyuan")
    page.get_by_role("link", name="服务计划").first.click()
    page.get_by_role("link", name="季度计划").click()
    expect(page.get_by_text("已执行计划项 ÷ 计划项")).to_be_visible()
    planned = number(page, "计划")
    assert planned == sum(number(page, words) for words in ("按时", "迟办", "待办", "未办"))
    # Who has carried out least stands first; his open lines are behind the number.
    row = page.locator(".wx-plan-sums tbody tr", has=page.locator("td:nth-of-type(4) a")).first
    waits = int(row.locator("td").nth(3).inner_text())
    row.locator("td").nth(3).locator("a").click()
    expect(page.locator(".wx-sums a.on b")).to_have_text(str(waits))
    expect(page.locator(".wx-planned").first).to_be_visible()
    begun = page.locator(".wx-planned a[data-open][href*='/record/']").first
    begun.click()
    form = page.locator("#wx-panel form")
    form.locator("[name=content]").fill("按计划联系，一切正常。")
    form.get_by_role("button", name=re.compile("保存")).click()
    expect(page.locator(".wx-sums a.on b")).not_to_have_text(str(waits), timeout=20_000)
    assert number(page, "待办") < waits


def test_the_next_period_is_derived_and_printed(enter: Enter) -> None:
    page = enter("linzhixia")
    page.goto("/plans/")
    page.get_by_label("下一期").click()
    expect(page.locator(".wx-planned").first).to_be_visible()
    assert number(page, "未办") == 0
    page.get_by_role("link", name="打印").click()
    expect(page.locator(".wx-a4 h1").first).to_contain_text("服务计划")


def test_a_phone_has_the_plan_without_scrolling_sideways(enter: Enter) -> None:
    page = enter("linzhixia", width=390, height=800)
    page.goto("/plans/?cycle=P3M")
    expect(page.locator(".wx-planned").first).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
