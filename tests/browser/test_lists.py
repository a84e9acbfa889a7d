"""The customers list as people work in it: filter, keep, group, board, look, one by one, many at once, into a file."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Enter

pytestmark = pytest.mark.browser
ROWS = "table.wx-cust tbody tr"


def number_in(text: str) -> int:
    found = re.search(r"[\d,]+", text)
    assert found, text
    return int(found[0].replace(",", ""))


def test_from_a_filter_to_a_file(enter: Enter) -> None:
    page = enter("fangzhiyuan")
    page.goto("/customers/?where=annual_amount:ge:50000&sort=-amount")
    many = page.locator(ROWS).count()
    assert many > 4
    # Kept under a name, with its groups.
    page.locator(".wx-shapes a", has_text="分组").click()
    expect(page.locator("table.wx-groups tfoot")).to_contain_text(str(many))
    page.locator("summary", has_text="按分级分组").click()
    page.locator(".wx-menu a", has_text="负责人").click()
    # Another page: what stands there is pressed once its scripts have run.
    expect(page.locator("summary", has_text="按负责人分组")).to_be_visible()
    page.wait_for_load_state()
    page.get_by_role("link", name="存为视图").click()
    page.locator("#wx-panel #id_name").fill("大户")
    page.locator("#wx-panel .btn-primary").click()
    expect(page).to_have_url(re.compile(r"view=\d+"))
    expect(page.locator(".wx-cust-tabs .active")).to_contain_text("大户")
    first = page.locator("table.wx-groups tbody tr").first
    name, inside = first.locator("a").inner_text(), number_in(first.locator("td").nth(1).inner_text())
    first.locator("a").click()
    expect(page.locator(ROWS)).to_have_count(inside)
    expect(page.locator("td.c-owner").first).to_have_text(name)

    # A card goes to another stage by the keyboard, and back by undo.
    page.goto("/customers/?group=board.lifecycle")
    card = page.locator('[data-lane="established"] [data-card]').first
    pk = card.get_attribute("data-card")
    page.keyboard.press("j")
    while page.locator("[data-card].cur").get_attribute("data-card") != pk:
        page.keyboard.press("j")
    page.keyboard.press("Shift+ArrowRight")
    expect(page.locator(f'[data-lane="loyal"] [data-card="{pk}"]')).to_be_visible(timeout=20_000)
    page.locator(".toast button", has_text="撤销").click()
    expect(page.locator(f'[data-lane="established"] [data-card="{pk}"]')).to_be_visible(timeout=20_000)
    # And by the mouse, on a page that says nothing of the first move any more.
    page.reload()
    page.locator(f'[data-card="{pk}"]').drag_to(page.locator('[data-lane="lost"]'))
    expect(page.locator(f'[data-lane="lost"] [data-card="{pk}"]')).to_be_visible(timeout=20_000)
    page.locator(".toast button", has_text="撤销").click()
    expect(page.locator(f'[data-lane="established"] [data-card="{pk}"]')).to_be_visible(timeout=20_000)


def test_looking_and_working_through(enter: Enter) -> None:
    page = enter("fangzhiyuan")
    page.goto("/customers/?where=annual_amount:ge:50000&sort=-amount")
    names = [each.inner_text() for each in page.locator(f"{ROWS} a[data-open]").all()]
    for key in ("j", "j", " "):
        page.keyboard.press(key)
    title = page.locator("#wx-panel h2")
    expect(title).to_have_text(names[1])
    page.keyboard.press("ArrowDown")
    expect(title).to_have_text(names[2])
    page.keyboard.press("Enter")
    bar = page.locator("#wx-through")
    expect(bar).to_contain_text(f"/ {len(names)} 户")
    expect(page.locator("h1")).to_have_text(names[2])
    # A tab of the page keeps the list; the keys go on and back.
    page.locator(".wx-tabline a.nav-link", has_text="档案").click()
    expect(page.locator(".wx-tabline a.active")).to_contain_text("档案")
    expect(bar.locator("b")).to_have_text("3")
    for key, name in (("]", names[3]), ("[", names[2])):
        # Keys wait for the scripts of the page that has come.
        page.wait_for_load_state()
        page.keyboard.press(key)
        expect(page.locator("h1")).to_have_text(name)
    page.wait_for_load_state()
    page.keyboard.press("u")
    expect(page).to_have_url(re.compile(r"/customers/\?where="))
    page.get_by_role("link", name="逐个处理").click()
    expect(page.locator("h1")).to_have_text(names[0])
    expect(bar.locator("b")).to_have_text("1")


def test_a_cell_is_edited_where_it_stands(enter: Enter) -> None:
    page = enter("fangzhiyuan")
    page.goto("/customers/?sort=-amount")
    row = page.locator(ROWS).first
    city = row.locator("td.c-city")
    before = city.inner_text()
    for key in ("j", "ArrowRight", "ArrowRight", "ArrowRight", "e"):
        page.keyboard.press(key)
    expect(city.locator("input[name=city]")).to_be_focused()
    page.keyboard.press("Escape")
    expect(city).to_have_text(before)
    city.hover()
    page.locator(".wx-pencil").click()
    city.locator("input[name=city]").fill("嘉兴")
    page.keyboard.press("Enter")
    expect(city).to_have_text("嘉兴")
    expect(row.locator("a[data-open]")).to_be_focused()
    page.keyboard.press("z")
    expect(city).to_have_text(before)


def test_many_at_once_and_into_a_file(enter: Enter) -> None:
    page = enter("fangzhiyuan")
    page.goto("/customers/?sort=-amount")
    choose_two(page)
    bulk = page.locator("[data-bulk]")
    bulk.locator("summary", has_text="标签").click()
    page.locator("#bulk-tag").fill("盘点")
    bulk.get_by_role("button", name="加上标签").click()
    expect(page.locator(".toast")).to_contain_text("2")
    with page.expect_response(re.compile(r"/undo/$")):
        page.locator(".toast button", has_text="撤销").click()
    page.goto("/customers/?where=tags:has_any:盘点")
    expect(page.locator(ROWS)).to_have_count(0)
    page.goto("/customers/?sort=-amount")
    choose_two(page)
    bulk.get_by_role("link", name="导出").click()
    panel = page.locator("#wx-panel")
    expect(panel.locator(".offcanvas-head")).to_contain_text("2")
    panel.locator(".btn-primary").click()
    expect(page).to_have_url(re.compile(r"/customers/export/\d+/"))
    page.wait_for_selector("form[action$='/file/']", timeout=30_000)
    with page.expect_download() as download:
        page.locator("form[action$='/file/'] button").click()
    assert download.value.suggested_filename.endswith((".xlsx", ".csv"))


def choose_two(page: Page) -> None:
    for key in ("j", "x", "j", "x"):
        page.keyboard.press(key)
    expect(page.locator("[data-picked-count]")).to_have_text("2")
