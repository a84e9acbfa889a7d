"""The frame in a real browser: keys, panel, refusals, lost sessions, drafts, the ring that counts."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from weixi.organisation.models import User

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_a_person_is_entered_by_keys_alone_and_a_refusal_keeps_the_input(people: Page) -> None:
    people.keyboard.press("n")
    panel = people.locator("#wx-panel")
    expect(panel.locator("#id_name")).to_be_focused()
    people.keyboard.type("沈亦舟")
    people.fill("#id_username", "ROOT")
    people.keyboard.press("Control+s")
    expect(panel.locator(".wx-errors a")).to_have_attribute("href", "#id_username")
    expect(panel.locator("#id_name")).to_have_value("沈亦舟")
    people.fill("#id_username", "shen")
    people.keyboard.press("Control+s")
    expect(panel).not_to_be_visible()
    expect(people.locator("tbody tr")).to_have_count(4)
    expect(people.locator("#wx-toasts .toast")).to_contain_text("沈亦舟")
    assert User.objects.filter(username="shen").exists()


def test_lines_are_walked_opened_and_left_again(people: Page) -> None:
    people.keyboard.press("j")
    people.keyboard.press("j")
    expect(people.locator("tr.cur")).to_have_count(1)
    people.keyboard.press("e")
    expect(people.locator("#wx-panel #id_name")).to_be_visible()
    people.keyboard.press("Escape")
    expect(people.locator("#wx-panel")).not_to_be_visible()
    expect(people.locator("tr.cur [data-edit]")).to_be_focused()


def test_a_filter_applies_itself_and_can_be_shared(people: Page) -> None:
    people.keyboard.press("/")
    people.keyboard.type("林")
    expect(people.locator("tbody tr")).to_have_count(1)
    expect(people).to_have_url(re.compile(r"/people/\?q=%E6%9E%97&state=active$"))
    people.reload()
    expect(people.locator("tbody tr")).to_have_count(1)


def test_a_lost_session_keeps_what_was_typed(people: Page) -> None:
    people.click("[data-new]")
    people.fill("#id_name", "不要丢")
    people.context.clear_cookies(name="weixi_session")
    people.click("#wx-panel .btn-primary")
    expect(people.locator("#wx-session-lost")).to_be_visible()
    people.click("#wx-session-lost [data-close]")
    expect(people.locator("#id_name")).to_have_value("不要丢")


def test_without_the_server_one_is_told_and_nothing_is_lost(people: Page) -> None:
    people.click("[data-new]")
    people.fill("#id_name", "不要丢")
    people.context.set_offline(True)
    people.click("#wx-panel .btn-primary")
    expect(people.locator("#wx-toasts .toast.warn")).to_be_visible()
    expect(people.locator("#id_name")).to_have_value("不要丢")
    people.context.set_offline(False)


def test_the_palette_leads_to_pages(people: Page) -> None:
    people.keyboard.press("Control+k")
    people.keyboard.type("修改密码")
    option = people.locator("#wx-palette-list [role=row]")
    expect(option).to_have_count(1)
    people.keyboard.press("Enter")
    expect(people).to_have_url(re.compile(r"/me/password/$"))


def test_the_theme_changes_at_once_and_stays(people: Page) -> None:
    people.click(".wx-topbar summary:has(.wx-avatar)")
    people.click("button[name=theme][value=dark]")
    expect(people.locator("html")).to_have_attribute("data-theme", "dark")
    people.reload()
    expect(people.locator("html")).to_have_attribute("data-theme", "dark")


def test_a_ring_turns_into_a_square_when_its_time_has_run_out(people: Page, live_server: Any) -> None:
    people.goto(f"{live_server.url}/styleguide/")
    soon = people.locator(".wx-kit[data-theme=light] .wx-rg .wx-ring.soon")
    expect(soon).to_have_count(1)
    soon.evaluate(
        "ring => { ring.dataset.due = new Date(Date.now() - 60000).toISOString();"
        " document.dispatchEvent(new Event('visibilitychange')); }"
    )
    expect(soon).to_have_count(0)
    expect(people.locator(".wx-kit[data-theme=light] .wx-rg .wx-ring.late")).to_have_count(2)


def test_the_picker_is_used_by_keys(people: Page, live_server: Any) -> None:
    people.goto(f"{live_server.url}/styleguide/")
    people.fill("#id_light_text", "知夏")
    expect(people.locator("#light-list [role=option]")).to_have_count(1)
    people.keyboard.press("Enter")
    expect(people.locator("#id_light_text")).to_have_value("林知夏")
    assert people.locator("#id_light").input_value() == str(User.objects.get(username="Lin").pk)


def test_nothing_runs_out_of_a_phones_width(people: Page, live_server: Any) -> None:
    people.set_viewport_size({"width": 390, "height": 844})
    for path in (
        "/organisation/people/",
        "/organisation/departments/",
        "/me/",
        "/notices/",
        "/search/",
        "/styleguide/",
    ):
        people.goto(f"{live_server.url}{path}")
        assert people.evaluate("document.documentElement.scrollWidth") <= 390, path
        expect(people.locator(".wx-tabbar")).to_be_visible()


def test_the_palette_pins_by_key_and_remembers_what_was_opened(people: Page) -> None:
    people.keyboard.press("Control+k")
    people.keyboard.type("mima")
    rows = people.locator("#wx-palette-list [role=row]")
    expect(rows).to_have_count(1)
    people.keyboard.press("Alt+p")
    expect(rows.first.locator(".wx-pin.on")).to_be_visible()
    with people.expect_request(re.compile("/search/opened/")):
        people.keyboard.press("Enter")
    expect(people).to_have_url(re.compile(r"/me/password/$"))
    people.wait_for_load_state()
    people.keyboard.press("Control+k")
    expect(rows.first).to_contain_text("修改密码")
    rows.first.locator(".wx-pin").click()
    expect(people.locator("#wx-palette-list .h").first).to_have_text("最近打开")
