"""A server that takes its time: no key, no newer wish and no answer gets lost meanwhile, and nothing is done twice."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import Enter, Held
from weixi.organisation.models import User

pytestmark = pytest.mark.browser
LIST = re.compile(r"/organisation/people/$")


def _rename(page: Page, number: int, name: str) -> None:
    page.locator("tbody tr").nth(number).locator("[data-edit]").click()
    page.fill("#wx-panel #id_name", name)
    page.keyboard.press("Control+s")
    expect(page.locator("#wx-panel")).not_to_be_visible()


def test_a_newer_drawing_takes_the_place_of_one_under_way(people: Page) -> None:
    older = Held(people, LIST)
    table = people.locator("#people")
    _rename(people, 0, "甲一")
    older.wait()
    _rename(people, 1, "乙二")
    expect(table).to_contain_text("甲一")
    expect(table).to_contain_text("乙二")
    older.let_go()
    people.wait_for_timeout(200)
    expect(table).to_contain_text("乙二")
    expect(people.locator(".wx-busy.on")).to_have_count(0)


def test_a_key_pressed_twice_saves_once(people: Page) -> None:
    people.keyboard.press("n")
    people.fill("#wx-panel #id_name", "沈亦舟")
    people.fill("#id_username", "shen")
    saving = Held(people, re.compile(r"/organisation/people/new/"), method="POST")
    sent: list[str] = []
    people.on("request", lambda asked: sent.append(asked.url) if asked.method == "POST" else None)
    people.keyboard.press("Control+s")
    saving.wait()
    people.keyboard.press("Control+s")
    saving.let_go()
    expect(people.locator("#wx-panel")).not_to_be_visible()
    expect(people.locator("tbody tr")).to_have_count(4)
    assert len(sent) == 1
    assert User.objects.filter(username="shen").count() == 1


def test_a_panel_on_its_way_is_shown_keeps_keys_from_the_page_and_can_be_left(people: Page) -> None:
    coming = Held(people, re.compile(r"/organisation/people/new/"))
    panel = people.locator("#wx-panel")
    # The page listens to keys as soon as its scripts and what they ask for are there.
    people.wait_for_load_state("networkidle")
    people.keyboard.press("n")
    # Meant for the form that is coming, not for the list.
    people.keyboard.press("j")
    expect(panel.locator("[data-coming]")).to_be_visible()
    expect(people.locator("tr.cur")).to_have_count(0)
    people.keyboard.press("Escape")
    expect(panel).not_to_be_visible()
    coming.let_go()
    people.wait_for_timeout(200)
    expect(panel).not_to_be_visible()
    people.keyboard.press("n")
    expect(panel.locator("#id_name")).to_be_focused()


def test_a_button_being_pressed_is_not_drawn_anew_under_the_hand(people: Page) -> None:
    people.locator("[data-edit]").first.hover()
    people.mouse.down()
    with people.expect_response(LIST):
        people.evaluate("htmx.trigger(document.body, 'wx:people')")
    people.wait_for_timeout(100)
    # The click arrives, and then the list is drawn.
    with people.expect_response(LIST):
        people.mouse.up()
    expect(people.locator("#wx-panel #id_name")).to_be_visible()


def test_enter_waits_for_what_was_typed(people: Page, live_server: Any) -> None:
    people.goto(f"{live_server.url}/styleguide/")
    field = people.locator("#id_light_text")
    field.focus()
    expect(people.locator("#light-list [role=option]")).not_to_have_count(0)
    hits = Held(people, re.compile("q=%E7%9F%A5"))
    field.fill("知夏")
    people.keyboard.press("Enter")
    hits.wait()
    hits.let_go()
    expect(field).to_have_value("林知夏")
    # And in the palette, where something else stands first still.
    people.keyboard.press("Control+k")
    expect(people.locator("#wx-palette-list [role=row]")).not_to_have_count(0)
    hits = Held(people, re.compile("q=mima"))
    people.keyboard.type("mima")
    people.keyboard.press("Enter")
    hits.wait()
    hits.let_go()
    expect(people).to_have_url(re.compile(r"/me/password/$"))


def test_what_is_typed_while_the_list_is_on_its_way_stays(enter: Enter) -> None:
    page = enter("fangzhiyuan")
    page.goto("/customers/")
    field = page.locator("#customers-q")
    older = Held(page, re.compile(r"/customers/\?q=%E6%B1%9F%E8%8B%8F$"))
    field.press_sequentially("江苏")
    older.wait()
    field.press_sequentially("禾")
    older.let_go()
    field.press_sequentially("元")
    expect(page).to_have_url(re.compile("q=%E6%B1%9F%E8%8B%8F%E7%A6%BE%E5%85%83"))
    expect(field).to_have_value("江苏禾元")
    expect(_rows(page)).to_have_count(1)


def test_an_answer_reaches_the_page_though_its_line_was_drawn_anew(enter: Enter) -> None:
    page = enter("fangzhiyuan")
    page.goto("/customers/?sort=-amount")
    for key in ("j", "x"):
        page.keyboard.press(key)
    saving = Held(page, re.compile("/customers/tag/$"), method="POST")
    bulk = page.locator("[data-bulk]")
    bulk.locator("summary", has_text="标签").click()
    page.locator("#bulk-tag").fill("慢网")
    bulk.get_by_role("button", name="加上标签").click()
    saving.wait()
    with page.expect_response(re.compile(r"/customers/\?sort")):
        page.evaluate("htmx.trigger(document.body, 'wx:customers')")
    expect(bulk).to_be_hidden()
    saving.let_go()
    expect(page.locator(".toast")).to_contain_text("慢网")
    expect(page.locator(".wx-busy.on")).to_have_count(0)


def _rows(page: Page) -> Locator:
    return page.locator("table.wx-cust tbody tr")
