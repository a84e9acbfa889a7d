"""More of the record page in a real browser: the people map, forms on paper, files, an order two people correct."""

from __future__ import annotations

import io
import re
import zipfile
from pathlib import Path

import pytest
from docx import Document
from playwright.sync_api import expect

from tests.browser.conftest import Enter
from tests.browser.test_record import first_customer

pytestmark = pytest.mark.browser


def test_a_person_is_placed_on_the_map_by_keyboard(enter: Enter) -> None:
    page = enter("linzhixia")
    page.goto(f"{first_customer(page)}?tab=people")
    box = page.locator("a.wx-map-box").last
    name = box.locator("b").inner_text()
    box.focus()
    page.keyboard.press("Enter")
    form = page.locator("#wx-panel form")
    expect(form.locator("[name=part]")).to_be_focused()
    form.locator("[name=part]").select_option("buyer")
    form.locator("label", has_text="支持").click()
    form.locator("[name=note]").fill("看重交期")
    page.keyboard.press("Control+s")
    line = page.locator(".wx-map-list li").last
    expect(line).to_contain_text("采购经办")
    expect(line).to_contain_text("看重交期")
    expect(page.locator("a.wx-map-box.supporter", has_text=name)).to_contain_text("采购经办")


def test_a_phone_has_the_map_as_a_list(enter: Enter) -> None:
    page = enter("linzhixia", width=390, height=800)
    page.goto(f"{first_customer(page)}?tab=people")
    expect(page.locator(".wx-map-list li").first).to_be_visible()
    expect(page.locator(".wx-map-drawing")).to_be_hidden()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_the_card_is_one_sheet_on_screen_and_as_files(enter: Enter) -> None:
    page = enter("linzhixia")
    address = f"{first_customer(page)}paper/card/"
    page.goto(address)
    expect(page.locator(".wx-a4")).to_have_count(1)
    page.emulate_media(media="print")
    assert page.pdf(prefer_css_page_size=True).count(b"/Type /Page\n") == 1
    page.emulate_media(media="screen")
    with page.expect_download() as pdf:
        page.get_by_role("link", name="PDF").click()
    assert Path(pdf.value.path()).read_bytes().startswith(b"%PDF")
    with page.expect_download() as word:
        page.get_by_role("link", name="Word").click()
    content = Path(word.value.path()).read_bytes()
    assert zipfile.is_zipfile(io.BytesIO(content))
    assert "重要客户卡片" in "".join(each.text for each in Document(io.BytesIO(content)).paragraphs)


def test_files_are_chosen_shown_on_their_way_and_refused_by_name(enter: Enter, tmp_path: Path) -> None:
    large, bad = tmp_path / "现场照片说明.txt", tmp_path / "page.html"
    large.write_text("内容" * 400_000)
    bad.write_text("<!DOCTYPE html><script>1</script>")
    page = enter("linzhixia")
    page.goto(f"{first_customer(page)}?tab=files")
    line = page.context.new_cdp_session(page)
    line.send("Network.enable")
    slow = {"offline": False, "latency": 0, "downloadThroughput": 2_000_000, "uploadThroughput": 900_000}
    line.send("Network.emulateNetworkConditions", slow)
    with page.expect_file_chooser() as chooser:
        page.locator("label[for=attach-file]").click()
    chooser.value.set_files([large, bad])
    expect(page.locator("[data-upload-names]")).to_contain_text("现场照片说明.txt")
    expect(page.locator("[data-upload-done]")).to_have_text(re.compile(r"[1-9]\d?%"))
    expect(page.locator(".wx-filelist")).to_contain_text("现场照片说明.txt", timeout=30_000)
    expect(page.locator("[role=alert]")).to_contain_text("page.html")
    with page.expect_download() as got:
        page.locator(".wx-filelist a.wx-link", has_text="现场照片说明.txt").click()
    assert Path(got.value.path()).read_text() == large.read_text()


def test_two_people_correct_the_same_order(enter: Enter) -> None:
    mine, theirs = enter("linzhixia"), enter("bailu")
    mine.goto(f"{first_customer(mine)}?tab=transactions")
    mine.locator("table.list a[data-open]").first.click()
    address = mine.locator("#wx-panel a", has_text="更正").get_attribute("href")
    assert address
    for page in (mine, theirs):
        page.goto(address)
    theirs.fill("[name=remark]", "改为含税价")
    theirs.keyboard.press("Control+s")
    expect(theirs).to_have_url(re.compile(r"/customers/\d+/$"))
    mine.fill("[name=remark]", "客户要求拆分发票")
    mine.keyboard.press("Control+s")
    beside = mine.locator("#id_remark-rival")
    expect(beside).to_contain_text("白露")
    expect(mine.locator("[name=remark]")).to_have_value("客户要求拆分发票")
    mine.keyboard.press("Control+s")
    expect(mine).to_have_url(re.compile(r"/customers/\d+/$"))
    mine.goto(address)
    expect(mine.locator("[name=remark]")).to_have_value("客户要求拆分发票")


def test_follow_ups_are_typed_line_by_line_and_kept_as_a_draft(enter: Enter) -> None:
    page = enter("linzhixia")
    address = first_customer(page)
    number = re.search(r"/customers/(\d+)/", address)
    assert number
    page.goto(address)
    form = page.locator("#wx-panel form")
    page.evaluate(
        "url => document.querySelector('[data-record]').setAttribute('href', url)", f"/record/?customer={number[1]}"
    )
    page.locator("[data-record]").first.click()
    expect(form.locator("[name=content]")).to_be_focused()
    page.keyboard.type("谈了扩产")
    lines = form.locator("[name=followup]")
    lines.first.click()
    page.keyboard.type("下周四前发出报价")
    expect(lines).to_have_count(2)
    page.keyboard.press("Enter")
    expect(lines.nth(1)).to_be_focused()
    expect(form).to_be_visible()
    page.keyboard.type("三天后问进展 @沈亦舟")
    expect(form.locator(".wx-fu li").nth(1)).to_contain_text("沈亦舟：问进展")
    page.keyboard.press("Enter")
    expect(lines.nth(2)).to_be_focused()
    page.keyboard.press("Backspace")
    expect(lines.nth(1)).to_be_focused()
    expect(form.locator("[data-draft-at]")).not_to_be_empty()
    page.keyboard.press("Escape")
    expect(form).to_have_count(0)
    page.locator("[data-record]").first.click()
    expect(lines.nth(1)).to_have_value("三天后问进展 @沈亦舟")
    expect(form.locator(".wx-fu li").first).to_contain_text("发出报价")
    page.keyboard.press("Control+s")
    expect(form).to_have_count(0)
    page.goto(f"{address}?tab=duties")
    expect(page.locator("#customer-page")).to_contain_text("发出报价")
    expect(page.locator("#customer-page")).to_contain_text("问进展")


def test_a_long_form_that_was_refused_leads_to_its_faults(enter: Enter) -> None:
    page = enter("linzhixia")
    page.goto(f"{first_customer(page)}edit/")
    page.locator("input[name=name]").fill("")
    page.locator("form[data-main] button.btn-primary").click()
    summary = page.locator(".wx-errors")
    expect(summary).to_be_focused()
    expect(summary).to_be_in_viewport()
