"""What a data steward does: from a number of the board to the customers behind it; two customers made one and parted again."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.company import weixi
from tests.browser.conftest import Enter, Held

pytestmark = pytest.mark.browser


def _enter_customer(page: Page, name: str) -> str:
    page.goto("/customers/new/")
    page.locator("#id_name").fill(name)
    # Kept as a draft until it is saved.
    expect(page.locator("[data-draft-at]")).not_to_be_empty()
    page.locator("main form[data-main] button.btn-primary").click()
    page.wait_for_url(re.compile(r"/customers/\d+/"))
    return page.url.split("?")[0]


def test_a_number_of_the_board_opens_the_customers_behind_it(enter: Enter, company_home: Path) -> None:
    page = enter("bailu")
    # The figures of the board are up to an hour old, and other journeys have entered customers meanwhile.
    weixi(company_home, "quality", "--now")
    page.goto("/data/quality/")
    first = page.locator(".wx-qb-nums li").first
    number = int(first.locator("b").inner_text().replace(",", ""))
    first.locator("a").first.click()
    page.wait_for_url(re.compile("quality=missing"))
    assert page.locator("tr[data-row]").count() == min(number, 50)


def test_two_are_chosen_seen_side_by_side_made_one_and_parted_again(enter: Enter) -> None:
    page = enter("bailu")
    stays = _enter_customer(page, "苏州琥珀恒昌纺织有限公司")
    # While typing somebody alike is shown, though the answer to half the name has not come yet.
    page.goto("/customers/new/")
    name = page.locator("#id_name")
    # What was saved is no draft any more.
    expect(name).to_have_value("")
    half = Held(page, re.compile("/customers/similar/"))
    name.press_sequentially("苏州琥珀恒昌")
    half.wait()
    name.press_sequentially("纺织有限公司")
    expect(page.locator(".wx-alike")).to_contain_text("苏州琥珀恒昌纺织有限公司")
    half.let_go()
    page.wait_for_timeout(200)
    expect(page.locator(".wx-alike")).to_contain_text("苏州琥珀恒昌纺织有限公司")
    goes = _enter_customer(page, "太仓明远印染厂")
    page.goto(stays)
    page.get_by_label("更多").first.click()
    page.get_by_role("link", name="与另一户相同或有关联").click()
    panel = page.locator("#wx-panel-content")
    panel.get_by_label("与对方是同一户").check()
    panel.locator("#id_other_text").press_sequentially("tcmy")
    panel.get_by_role("option").filter(has_text="太仓明远印染厂").click()
    panel.locator("button.btn-primary").click()
    page.wait_for_url(re.compile(r"/customers/\d+/merge/\d+/"))
    expect(page.locator("main")).to_contain_text("太仓明远印染厂")
    page.get_by_role("button", name="合并", exact=True).click()
    page.wait_for_url(re.compile(r"/customers/\d+/$"))
    page.goto(goes)
    assert page.url.startswith(stays)
    page.goto("/customers/duplicates/")
    page.locator("form[action*='/undo/'] button").first.click()
    page.wait_for_url(goes)
