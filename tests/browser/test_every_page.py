"""Every page on a phone, as who may open it sees it: nothing runs out of its width, everything speaks Chinese."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import Error

from tests.browser.company import weixi
from tests.browser.conftest import Enter
from tests.browser.test_markup import addresses
from tests.served.wire import Wire

pytestmark = pytest.mark.browser
# Pages that are of names in English, or show every component in all states.
ENGLISH = {"/api/v1/docs", "/styleguide/", "/papers/"}
TEXTS = """() => {
  const texts = [], walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) {
    const at = walk.currentNode.parentElement;
    if (!at.closest('script, style, template, code, pre, noscript, svg title')) texts.push(walk.currentNode.data.trim());
  }
  return texts.filter(Boolean);
}"""
# Rows of tabs that are wider than the phone and cannot be moved, or do not show the one that is open.
TABS = """() => [...document.querySelectorAll('.nav-tabs')].filter((tabs) => {
  const on = tabs.querySelector('.active')?.getBoundingClientRect();
  const hides = tabs.scrollWidth > tabs.clientWidth + 1 && !/auto|scroll/.test(getComputedStyle(tabs).overflowX);
  return hides || (on && (on.right > innerWidth + 1 || on.left < -1));
}).map((tabs) => tabs.innerText)"""
# Data: what a token that the command line makes is called.
KNOWN = {"weixi token create"}
PHRASE = re.compile(r"^[A-Za-z][a-z]+ [A-Za-z]*[a-z]{2,}\b[^一-鿿]*$")
PLACEHOLDER = re.compile(r"\{[a-z_]+[\w.\[\]]*\}|%\([a-z_]+\)s")


@pytest.mark.parametrize("who", ["bailu", "admin", "fangzhiyuan"])
def test_every_page_fits_a_phone_and_speaks_chinese(enter: Enter, company: str, company_home: Any, who: str) -> None:
    page = enter(who, width=390, height=844)
    found: list[str] = []
    wire = Wire(company, weixi(company_home, "token", "create", "--user", "bailu", "--scope", "read"))
    customer = int(wire.api("GET", "/customers?page_size=1&sort=-amount")[1]["items"][0]["id"])
    more = [reverse("policy-clause", args=["G-1"]), reverse("grading-evaluation", args=[customer])]
    seen = 0
    for address in [*addresses(customer, everything=who == "bailu"), *more]:
        try:
            answer = page.goto(address, wait_until="load")
        except Error as error:
            assert "Download" in error.message or "ERR_ABORTED" in error.message, (address, error.message)
            continue
        if answer is None or answer.status != 200:
            continue
        seen += 1
        width = page.evaluate("document.documentElement.scrollWidth")
        if width > 390:
            found.append(f"{address}: {width} wide")
        found += [f"{address}: tabs {tabs!r}" for tabs in page.evaluate(TABS)]
        if address in ENGLISH:
            continue
        for text in page.evaluate(TEXTS):
            if text not in KNOWN and (PHRASE.match(text) or PLACEHOLDER.search(text)):
                found.append(f"{address}: {text[:80]}")
    assert found == []
    assert seen > 25
