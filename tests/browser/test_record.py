"""The record page in a real browser: two people on one form, a field edited where it stands, the way back."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Enter

pytestmark = pytest.mark.browser


def first_customer(page: Page) -> str:
    """The address of one of this person's customers."""
    page.goto("/customers/?sort=-amount")
    address = page.locator("table.wx-cust tbody tr a[data-open]").first.get_attribute("href")
    assert address
    return address


def test_two_people_save_the_same_form(enter: Enter) -> None:
    mine, theirs = enter("linzhixia"), enter("fangzhiyuan")
    address = first_customer(mine)
    for page in (mine, theirs):
        page.goto(f"{address}edit/")
    theirs.fill("#id_city", "无锡")
    theirs.locator("#id_industry").fill("泵业")
    theirs.keyboard.press("Control+s")
    expect(theirs).to_have_url(re.compile(f"{address}$"))
    mine.fill("#id_city", "南通")
    # A part of the form that holds something is open already.
    if not mine.locator("#id_remark").is_visible():
        mine.locator("details", has=mine.locator("#id_remark")).locator("summary").click()
    mine.fill("#id_remark", "电话里说要扩产")
    mine.keyboard.press("Control+s")
    beside = mine.locator("#id_city-rival")
    expect(beside).to_contain_text("方志远")
    expect(beside).to_contain_text("无锡")
    expect(mine.locator("#id_city")).to_have_value("南通")
    expect(mine.locator("#id_remark")).to_have_value("电话里说要扩产")
    expect(mine.locator("#id_industry")).to_have_value("泵业")
    beside.locator("label", has_text="用对方的").click()
    mine.keyboard.press("Control+s")
    expect(mine).to_have_url(re.compile(f"{address}$"))
    expect(mine.locator("#customer-side")).to_contain_text("无锡")
    expect(mine.locator("#customer-side")).to_contain_text("泵业")
    expect(mine.locator("#customer-side")).to_contain_text("电话里说要扩产")


def test_a_field_is_edited_where_it_stands_and_put_back(enter: Enter) -> None:
    page = enter("linzhixia")
    address = first_customer(page)
    page.goto(f"{address}?tab=archive")
    cell = page.locator(".wx-facts.cols > div", has=page.locator("dt", has_text="主营业务"))
    cell.locator("a.wx-inline").click()
    expect(cell.locator("input, textarea").last).to_be_focused()
    page.keyboard.press("Escape")
    expect(cell.locator("form")).to_have_count(0)
    cell.locator("a.wx-inline").click()
    cell.locator("textarea").fill("空压机后处理")
    page.keyboard.press("Control+Enter")
    expect(cell.locator("a.wx-inline")).to_contain_text("空压机后处理")
    contact = page.locator(".wx-arch-one").first.locator("div, dl", has=page.locator("dt", has_text="手机")).first
    contact.locator("dt:has-text('手机') + dd a.wx-inline").click()
    contact.locator("input[name=mobile]").fill("不是号码")
    page.keyboard.press("Enter")
    expect(contact.locator(".wx-errmsg")).to_be_visible()
    expect(contact.locator("input[name=mobile]")).to_have_value("不是号码")
    page.goto(f"{address}?tab=history&field=main_business")
    line = page.locator("table.wx-hist tbody tr").first
    expect(line).to_contain_text("空压机后处理")
    line.get_by_role("button", name="改回").click()
    expect(page.locator("table.wx-hist tbody tr").first.locator("td").nth(3)).to_contain_text("空压机后处理")
