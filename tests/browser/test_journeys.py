"""What a boss would want to see: the main job, end to end, in a real browser on the demo company."""

from __future__ import annotations

import os
import re
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Enter

pytestmark = pytest.mark.browser
# `WEIXI_SCREENSHOTS=docs/images` renews the pictures of the README.
PICTURES = os.environ.get("WEIXI_SCREENSHOTS", "")


def test_a_duty_is_done_by_recording_what_happened(enter: Enter) -> None:
    page = enter("linzhixia")
    expect(page.locator("h1")).to_have_text("今日")
    if PICTURES:
        page.screenshot(path=Path(PICTURES) / "today.png")
    line = page.locator(".wx-duty", has_text="寄同行能耗案例").or_(page.locator(".wx-focus", has_text="寄同行能耗案例"))
    expect(line).to_have_count(1)
    line.locator("a.open, a.btn-primary").first.click()
    panel = page.locator("#wx-panel")
    expect(panel.locator(".wx-fulfils")).to_contain_text("寄同行能耗案例")
    panel.locator("textarea[name=content]").fill("案例已寄到，陈工说周五前看完。")
    panel.locator("input[name=followup]").last.fill("下周一问看完没有")
    expect(panel.locator(".read").first).to_contain_text("由我办")
    panel.locator("#wx-record-save").click()
    expect(page.locator("#wx-toasts")).to_contain_text("办结")
    expect(page.locator(".wx-duty:not(.isdone)", has_text="寄同行能耗案例")).to_have_count(0)
    expect(page.locator(".wx-duty.isdone", has_text="寄同行能耗案例")).to_have_count(1)


def test_an_unreadable_followup_keeps_what_was_typed(enter: Enter) -> None:
    page = enter("linzhixia")
    page.keyboard.press("c")
    panel = page.locator("#wx-panel")
    panel.locator("input[name=customer_text]").fill("禾元")
    # Before anything is typed others are offered.
    panel.locator("[role=option]", has_text="江苏禾元精密制造").click()
    expect(panel).to_contain_text("江苏禾元精密制造")
    panel.locator("textarea[name=content]").fill("谈了年底的安排")
    panel.locator("input[name=followup]").last.fill("寄资料")
    panel.locator("#wx-record-save").click()
    expect(panel.locator(".wx-errors")).to_contain_text("寄资料")
    expect(panel.locator("textarea[name=content]")).to_have_value("谈了年底的安排")


def test_a_list_of_customers_comes_in_from_a_file(enter: Enter, tmp_path: Path) -> None:
    file = tmp_path / "客户.csv"
    file.write_bytes(
        "客户名称,所属行业,城市,电话\n苏州启明新材料有限公司,新材料,苏州,0512-65001234\n,空行没有名字,苏州,\n".encode(
            "gb18030"
        )
    )
    page = enter("bailu")
    page.goto("/customers/import/")
    page.locator("a[data-new], a.btn-primary").first.click()
    page.locator("input[type=file]").set_input_files(file)
    page.locator("form:has(input[type=file]) button.btn-primary").click()
    expect(page.locator("main")).to_contain_text(re.compile("gb18030", re.IGNORECASE))
    page.get_by_role("button", name="检查文件").click()
    main = page.locator("main")
    expect(main).to_contain_text("导入将这样进行", timeout=20000)
    expect(main).to_contain_text("这一行没有客户")
    page.get_by_role("button", name="开始导入").click()
    expect(main).to_contain_text("已导入", timeout=20000)
    page.goto("/customers/?q=启明新材料")
    expect(page.locator("table")).to_contain_text("苏州启明新材料有限公司")


def test_a_grading_is_reviewed_and_approved(enter: Enter) -> None:
    page = enter("helan")
    page.goto("/grading/")
    page.locator("tr[data-row] a").first.click()
    expect(page.locator("h1")).to_contain_text("分级")
    page.locator("form[action*=approve] button, button.btn-primary").last.click()
    expect(page.locator("body")).to_contain_text(re.compile("已批准|已生效"), timeout=20000)


def test_the_policy_reads_as_a_document(enter: Enter) -> None:
    page = enter("helan")
    page.goto("/policy/")
    expect(page.locator("body")).to_contain_text("标准客户关系维护制度")
    expect(page.locator("body")).to_contain_text("2 小时")


def test_a_supervisor_sees_what_is_late_and_waives_with_a_reason(enter: Enter) -> None:
    page = enter("fangzhiyuan")
    page.goto("/team/")
    late = page.locator(".wx-lane .od").first
    expect(late).to_be_visible()
    late.locator("a.open").click()
    panel = page.locator("#wx-panel")
    panel.locator("summary").click()
    panel.locator("textarea[name=reason]").fill("客户已停产，不再需要")
    panel.locator("form button.btn").click()
    expect(page.locator("#wx-toasts")).to_contain_text("已免办")


def test_few_customers_have_an_owner_whom_their_grade_does_not_want(company: str, company_home: Path) -> None:
    """The notice on a customer's page is to stand out."""
    ask = """SELECT grade, role, COUNT(*) FROM customers_customer JOIN organisation_user ON organisation_user.id = owner_id
             WHERE grade <> '' GROUP BY grade, role"""
    with closing(sqlite3.connect(f"file:{company_home / 'weixi.sqlite3'}?mode=ro", uri=True)) as database:
        found = {(grade, role): number for grade, role, number in database.execute(ask)}
    unfit = sum(
        number
        for (grade, role), number in found.items()
        if role != "account_manager" and not (grade == "normal" and role == "specialist")
    )
    assert 0 < unfit <= sum(found.values()) / 5


def test_a_phone_shows_today_and_records(enter: Enter) -> None:
    page = enter("luomin", width=390, height=844, dark=True)
    expect(page.locator("nav.wx-tabbar, .tabbar, .wx-tabbar").first).to_be_visible()
    width = page.evaluate("document.documentElement.scrollWidth")
    assert width <= 390
    for path in ("/customers/", "/calendar/"):
        page.goto(path)
        assert page.evaluate("document.documentElement.scrollWidth") <= 390, path


def test_english_is_one_switch_away(enter: Enter) -> None:
    page = enter("hanyutong")
    expect(page.locator("h1")).to_have_text("今日")
    page.locator("form[action='/language/'] button[value=en], button[name=language][value=en]").first.evaluate(
        "b => b.click()"
    )
    expect(page.locator("h1")).to_have_text("Today")
