"""Markup that people typed, in a real browser: nothing of it runs, whichever page shows it (A15, A16, A17).

Every text the API takes gets a payload, and so do a tag, a field's label, a file's name and rows of an import;
then Chromium opens every page. `wx()` would open a dialog.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import cycle
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from django.urls import reverse
from playwright.sync_api import Error, Page

from tests.browser.company import weixi
from tests.browser.conftest import Enter
from tests.security.matrix.pages import PAGES
from tests.served.wire import Wire
from weixi.integrations.docs import openapi_document

pytestmark = pytest.mark.browser
EVIL = (
    "<img src=x onerror=wx()>", "<svg/onload=wx()>", "\"><script>wx()</script>", "' autofocus onfocus='wx()",
    "\" hx-on:load=\"wx()\" x=\"", "javascript:wx()", "</title><script>wx()</script>", "{{7*7}}<script>wx()</script>",
    "\" _=\"on load call wx()", "</textarea><svg/onload=wx()>", "data:text/html,<script>wx()</script>",
)  # fmt: skip
WATCH = "window.wx = () => { window.wxRan = (window.wxRan || 0) + 1; alert('wx'); };"
TABS = ("", "?tab=archive", "?tab=history", "?tab=duties", "?tab=people", "?tab=files", "?tab=timeline")
# Not pages to look at: they end the log-in, or are files.
LEFT = {"logout", "healthz", "import-sample", "api:openapi"}


def texts_of(schema: str) -> Iterator[tuple[str, int]]:
    """(field, longest) of a body's texts."""
    for name, told in openapi_document()["components"]["schemas"][schema]["properties"].items():
        if told.get("type") == "string" and "format" not in told and "enum" not in told:
            yield name, told.get("maxLength", 2000)


def fill(wire: Wire, path: str, schema: str, payloads: Iterator[str]) -> int:
    """Set every text of an object that takes a payload; returns how many did."""
    taken = 0
    for name, longest in texts_of(schema):
        text = next(each for each in payloads if len(each) <= longest or longest < len(min(EVIL, key=len)))
        taken += wire.api("PATCH", path, {name: text[:longest]})[0] == 200
    return taken


@pytest.fixture(scope="module")
def poisoned(company: str, company_home: Path, tmp_path_factory: pytest.TempPathFactory) -> int:
    """The customer that carries the payloads."""
    wire = Wire(company, weixi(company_home, "token", "create", "--user", "bailu", "--scope", "read,write"))
    payloads = cycle(EVIL)
    status, made = wire.api("POST", "/customers", {"name": EVIL[0], "tags": [EVIL[1], EVIL[3]]})
    assert status == 201, made
    customer = int(made["id"])
    assert fill(wire, f"/customers/{customer}", "ChangeCustomer", payloads) > 20
    for text in EVIL:
        _status, person = wire.api("POST", f"/customers/{customer}/contacts", {"name": text, "position": text})
        said = {"customer_id": customer, "kind": "call", "content": text, "need": text, "contact_id": person["id"]}
        assert wire.api("POST", "/interactions", said)[0] == 201
        where = f"/api/v1/customers/{customer}/files?name={quote(text.replace('/', '') + '.txt')}"
        wire.ask("POST", where, b"text", Content_Type="application/octet-stream")
    assert fill(wire, f"/contacts/{person['id']}", "ChangeContact", payloads) > 3
    rows = ["客户名称,城市,主营业务,备注", *(f'"{text.replace(chr(34), chr(34) * 2)}导入","{EVIL[1]}","{EVIL[0]}","{EVIL[7]}"' for text in EVIL)]  # fmt: skip
    table = tmp_path_factory.mktemp("evil") / "客户<img src=x onerror=wx()>.csv"
    table.write_text("\n".join(rows), "utf-8")
    weixi(company_home, "import", "customers", str(table), "--as", "bailu")
    return customer


def label_a_field(page: Page) -> None:
    page.goto(reverse("standard-field-new"))
    page.locator("input[name=title]").fill(EVIL[0])
    page.locator("input[name=title_en]").fill(EVIL[1])
    page.locator("form:has(input[name=title]) button.btn-primary").first.click()
    page.wait_for_load_state()


def addresses(customer: int, *, everything: bool) -> list[str]:
    """The pages to open; without `everything` those of no customer, as an administrator sees them."""
    plain = [
        reverse(route.name) for route in PAGES if route.method == "GET" and not route.args and route.name not in LEFT
    ]
    if not everything:
        return plain
    own = [
        reverse(name, args=[customer])
        for name in ("customer-edit", "customer-history", "customer-files", "customer-duties", "contact-new")
        if any(route.name == name for route in PAGES)
    ]
    papers = [reverse("customer-paper", args=[customer, kind]) for kind in ("form", "record", "card")]
    tabs = [reverse("customer", args=[customer]) + tab for tab in TABS]
    found = [f"{reverse(name)}?q={quote(EVIL[0])}" for name in ("customers", "search")]
    return list(dict.fromkeys([*tabs, *own, *papers, *found, *plain]))


@pytest.mark.parametrize("who", ["bailu", "admin"])
def test_nothing_that_was_typed_runs(enter: Enter, poisoned: int, who: str) -> None:
    page = enter(who)
    ran: list[str] = []
    page.add_init_script(WATCH)

    def told(dialog: Any) -> None:
        ran.append(f"{page.url}: dialog")
        dialog.dismiss()

    page.on("dialog", told)
    if who == "bailu":
        label_a_field(page)
    shown = 0
    for address in addresses(poisoned, everything=who == "bailu"):
        try:
            page.goto(address, wait_until="domcontentloaded")
        except Error as error:
            assert "Download" in error.message or "ERR_ABORTED" in error.message, (address, error.message)
            continue
        if page.evaluate("window.wxRan || 0"):
            ran.append(address)
        if page.evaluate("!!document.querySelector('[onerror],[onload],[onfocus],[\\\\_]')"):
            ran.append(f"{address}: an attribute that is ours no more")
        shown += "wx()" in page.content()
    assert ran == []
    # The payloads stood there, as text.
    assert shown > (10 if who == "bailu" else 2), shown
