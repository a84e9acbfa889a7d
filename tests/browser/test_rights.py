"""Rights that change while people work, a masked value seen in full, and a log-in with a second factor."""

from __future__ import annotations

import re

import pyotp
import pytest
from django.conf import settings
from django.urls import reverse
from playwright.sync_api import Page, expect

from tests.browser.conftest import Enter

pytestmark = pytest.mark.browser


def _set_up(page: Page) -> tuple[str, list[str]]:
    """(the code used, the recovery codes) of a second factor set up as a person does it."""
    page.goto("/me/second-factor/")
    page.locator("main input[name=password]").fill(settings.DEMO_PASSWORD)
    page.locator("main button.btn-primary").click()
    expect(page.locator("svg.wx-qr")).to_be_visible()
    page.locator("main details summary").click()
    secret = page.locator("#factor-secret").inner_text().replace(" ", "")
    code = pyotp.TOTP(secret).now()
    page.locator("main input[name=code]").fill(code)
    page.locator("main button.btn-primary").click()
    return code, page.locator("#codes").inner_text().split()


def test_a_second_factor_is_set_up_and_asked_for(enter: Enter) -> None:
    page = enter("helan", width=390)
    used, codes = _set_up(page)
    assert len(codes) == 10
    page.goto("/me/")
    page.get_by_role("button", name="退出").first.click()
    page.wait_for_url("**/login/**")
    page.fill("#username", "helan")
    page.fill("#password", settings.DEMO_PASSWORD)
    page.click("#login button.btn-primary")
    page.wait_for_url(re.compile("/login/code/"))
    # The code that confirmed the set-up is used up.
    page.fill("#code", used)
    page.click("button.btn-lg")
    expect(page.locator("[role=alert]")).to_contain_text("只能用一次")
    page.fill("#code", codes[0])
    page.click("button.btn-lg")
    page.wait_for_url("**/today/")
    page.goto("/me/second-factor/")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.locator("main input[name=password]").fill(settings.DEMO_PASSWORD)
    page.get_by_role("button", name="移去").click()
    expect(page.locator("#wx-toasts")).to_contain_text("第二验证已取消")


def test_a_role_changes_at_the_next_click(enter: Enter) -> None:
    worker, admin = enter("taoran"), enter("admin")
    worker.goto("/customers/")
    assert worker.goto("/customers/new/").status == 403  # type: ignore[union-attr]
    admin.goto(reverse("role", args=["department_member"]))
    box = admin.locator("input[name='right:customers.edit']")
    box.check()
    admin.locator("form.wx-role .wx-form-foot button.btn-primary").click()
    expect(admin.locator("#wx-toasts")).to_contain_text("已保存")
    assert worker.goto("/customers/new/").status == 200  # type: ignore[union-attr]
    admin.goto(reverse("role", args=["department_member"]))
    admin.locator("input[name='right:customers.edit']").uncheck()
    admin.locator("form.wx-role .wx-form-foot button.btn-primary").click()
    expect(admin.locator("#wx-toasts")).to_contain_text("已保存")
    assert worker.goto("/customers/new/").status == 403  # type: ignore[union-attr]


def test_a_masked_value_is_seen_in_full_and_the_look_is_kept(enter: Enter) -> None:
    page = enter("bailu")
    page.goto("/customers/2/?tab=archive")
    form = page.locator("form.wx-reveal").first
    expect(form).to_be_visible()
    form.locator("button").click()
    expect(page.locator(".wx-revealed").first).to_be_visible()
    assert "*" not in page.locator(".wx-revealed").first.inner_text()
    auditor = enter("qinyue")
    auditor.goto("/customers/2/access/")
    expect(auditor.locator("main")).to_contain_text("白露")
    expect(auditor.locator("main")).to_contain_text("查看遮盖内容")
