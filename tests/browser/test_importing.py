"""A file taken in by its field, matched, checked, written while one looks on, and taken back; the database beside it."""

from __future__ import annotations

import csv
import re
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Enter

pytestmark = pytest.mark.browser
GOOD, BAD = 400, 2
HEADER = "客户编号,客户名称,城市,电话,备用列\n"


@pytest.fixture
def stored(company_home: Path) -> Callable[..., list[Any]]:
    """The rows of a question to the served company's database."""

    def ask(sql: str) -> list[Any]:
        with closing(sqlite3.connect(f"file:{company_home / 'weixi.sqlite3'}?mode=ro", uri=True)) as database:
            return database.execute(sql).fetchall()

    return ask


def write(folder: Path) -> Path:
    lines = [f"BR-{n:04d},青禾{n}号纺织有限公司,苏州,{13800000000 + n},x" for n in range(GOOD)]
    lines += [f"BR-9{n:03d},青禾坏行{n}有限公司,苏州,不是电话,x" for n in range(BAD)]
    path = folder / "青禾客户.csv"
    path.write_text(HEADER + "\n".join(lines) + "\n", encoding="gb18030")
    return path


def choose(page: Page, path: Path) -> None:
    # Listened for from the start: a listener set at the key's own moment can come after it.
    with page.expect_file_chooser() as chooser:
        page.goto("/customers/import/new/")
        field = page.locator("input[type=file][name=file]")
        field.focus()
        expect(field).to_be_focused()
        page.keyboard.press("Space")
    chooser.value.set_files(path)
    place = page.locator(".wx-drop-file")
    expect(place).to_contain_text("青禾客户.csv")
    expect(place).to_contain_text("kB")


def counts(page: Page) -> list[str]:
    return page.locator(".wx-import-counts dd").all_inner_texts()


def test_a_file_is_imported_and_taken_back(enter: Enter, stored: Callable[..., list[Any]], tmp_path: Path) -> None:
    page = enter("bailu")
    ours = "SELECT COUNT(*) FROM customers_customer WHERE number LIKE 'BR-%' AND archived_at IS NULL"
    choose(page, write(tmp_path))
    page.locator("main form[enctype] button.btn-primary").click()

    expect(page).to_have_url(re.compile(r"/import/\d+/columns/$"))
    fields = page.locator(".wx-import-columns select")
    assert [each.input_value() for each in fields.all()] == ["number", "name", "city", "phone", ""]
    page.locator("form", has=page.locator(".wx-import-columns")).locator("button.btn-primary").click()

    begin = page.locator("form[action$='/start/'] button")
    expect(begin).to_be_visible(timeout=30_000)
    assert counts(page)[:4] == [str(GOOD), "0", "0", str(BAD)]
    assert stored(ours) == [(0,)]
    begin.click()
    expect(page.locator("progress.wx-progress")).to_be_visible()

    back = page.locator("a[href$='/undo/']")
    expect(back).to_be_visible(timeout=60_000)
    assert counts(page)[:4] == [str(GOOD), "0", "0", str(BAD)]
    assert stored(ours) == [(GOOD,)]
    run = stored("SELECT id, created, rejected, state FROM customers_importrun ORDER BY id DESC LIMIT 1")
    assert run[0][1:] == (GOOD, BAD, "done")
    made = "SELECT COUNT(*) FROM kernel_event WHERE type = 'customer.created' AND data LIKE '%BR-%'"
    assert stored(made) == [(GOOD,)]

    with page.expect_download() as download:
        page.locator("a.wx-import-errors").click()
    with Path(download.value.path()).open(encoding="gb18030", newline="") as stream:
        rows = list(csv.reader(stream))
    assert rows[0][:5] == HEADER.strip().split(",") and len(rows) == 1 + BAD
    assert all("不是电话" in row[3] and "不是电话" in row[-1] for row in rows[1:])

    back.click()
    expect(page.locator(".wx-import-back")).to_contain_text(str(GOOD))
    page.locator("main form[data-main] button.btn-primary").click()
    expect(page.locator("h2", has_text="已撤回")).to_be_visible(timeout=60_000)
    assert stored(ours) == [(0,)]
    assert stored(f"SELECT state, taken_back, kept FROM customers_importrun WHERE id = {run[0][0]}") == [
        ("undone", GOOD, 0)
    ]
    page.goto("/customers/?q=青禾1号")
    expect(page.locator("main")).not_to_contain_text("青禾1号纺织")


def test_the_field_takes_a_file_without_scripts(enter: Enter, tmp_path: Path) -> None:
    page = enter("bailu")
    bare = page.context.browser.new_context(  # type: ignore[union-attr]
        storage_state=page.context.storage_state(), java_script_enabled=False, base_url=page.url.split("/today")[0]
    )
    try:
        plain = bare.new_page()
        plain.goto("/customers/import/new/")
        expect(plain.locator(".wx-drop-file .pick")).to_be_hidden()
        plain.locator("input[type=file][name=file]").set_input_files(write(tmp_path))
        plain.locator("main form[enctype] button.btn-primary").click()
        expect(plain.locator("h1")).to_contain_text("青禾客户.csv")
    finally:
        bare.close()
