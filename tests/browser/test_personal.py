"""A person asks for the own data, and another is erased, as who looks after personal data does it."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Enter

pytestmark = pytest.mark.browser


def test_a_request_is_answered_with_the_copy(enter: Enter, tmp_path: Path) -> None:
    page = enter("bailu")
    page.goto("/privacy/")
    expect(page.locator("#privacy-desk")).to_contain_text("本人资料副本")
    page.locator("#privacy-desk a", has_text="陈立群").click()
    panel = page.locator("#wx-panel")
    panel.get_by_text("生成副本").click()
    with page.expect_download() as download:
        panel.get_by_role("button", name="下载").click()
    with zipfile.ZipFile(download.value.path()) as copy:
        assert "13906124471" in copy.read("data.json").decode()
    page.goto("/privacy/")
    page.locator("#privacy-desk a", has_text="陈立群").click()
    panel.locator("textarea[name=answer]").fill("副本已当面交给本人")
    panel.get_by_role("button", name="保存").click()
    expect(page.locator("#wx-toasts")).to_contain_text("已答复")
    expect(page.locator("#privacy-desk")).to_contain_text("没有待答复的请求")


def test_an_erased_person_is_gone_and_cannot_be_entered_again(enter: Enter) -> None:
    page = enter("bailu")
    page.goto("/customers/2/")
    contact = page.locator(".wx-consent a").first
    name = contact.inner_text()
    contact.click()
    panel = page.locator("#wx-panel")
    panel.get_by_text("删除此人信息").click()
    panel.locator("input[name=reason]").fill("本人来信要求")
    panel.locator("input[name=sure]").check()
    panel.get_by_role("button", name="删除").click()
    expect(page.locator("#wx-toasts")).to_contain_text("已删除")
    expect(page.locator("main")).not_to_contain_text(name)
    page.goto("/customers/2/contacts/new/")
    page.locator("input[name=name]").fill(name)
    page.locator("form[data-main] button.btn-primary").click()
    expect(page.locator("form[data-main]")).to_contain_text("不得重新录入")
