"""The data standard: a field of the company's own is defined on screen, filled where it stands, filtered by, told in the history."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Enter

pytestmark = pytest.mark.browser


def test_a_field_is_defined_filled_filtered_by_and_retired(enter: Enter) -> None:
    page = enter("bailu")
    page.goto("/data/standard/")
    page.locator("main a", has_text="新增字段").click()
    panel = page.locator("#wx-panel")
    panel.locator("#id_title").fill("供气压力")
    panel.locator("#id_type").select_option(label="单选")
    panel.locator("#id_allowed").fill("低压\n中压\n高压")
    panel.locator("#id_code").fill("pressure")
    panel.locator(".btn-primary").click()
    expect(page.locator("tr[data-row]", has_text="供气压力")).to_contain_text("低压，中压，高压")

    page.goto("/customers/?sort=-amount")
    first = page.locator("tr[data-row] a[data-open]").first
    name = first.inner_text()
    first.click()
    page.locator("a.nav-link", has_text="档案").click()
    cell = page.locator("dt", has_text="供气压力").locator("xpath=following-sibling::dd[1]")
    cell.locator("a.wx-inline").click()
    cell = page.locator("dd.wx-cell.open")
    cell.locator("select").select_option(label="中压")
    cell.locator(".btn-primary").click()
    expect(page.locator("dt", has_text="供气压力").locator("xpath=following-sibling::dd[1]")).to_contain_text("中压")
    page.locator("a.nav-link", has_text="变更史").click()
    expect(page.locator("main")).to_contain_text("供气压力")

    page.goto("/customers/?where=x_pressure:in:中压")
    expect(page.locator("tr[data-row] a[data-open]")).to_have_text([name])

    # A retired field leaves the archive; its values stay in the history.
    page.goto("/data/standard/")
    page.locator("tr[data-row]", has_text="供气压力").locator("a[data-edit]").click()
    panel.locator("button", has_text="停用").click()
    expect(page.locator("tr[data-row]", has_text="供气压力")).to_have_count(0)
    page.goto("/customers/?sort=-amount")
    page.locator("tr[data-row] a[data-open]").first.click()
    page.locator("a.nav-link", has_text="档案").click()
    expect(page.locator("main dt", has_text="行业").first).to_be_visible()
    expect(page.locator("main dt", has_text="供气压力")).to_have_count(0)
