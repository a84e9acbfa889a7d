"""A real Chromium for the journeys; without one they are skipped, except where CI is set."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from playwright.sync_api import Browser, Page, Route, expect

from tests.browser.company import served
from weixi.organisation.tests.people import PASSWORD, found_company

Enter = Callable[..., Page]
NAMES = ("chromium", "chromium-browser", "google-chrome")


def chromium() -> str | None:
    return os.environ.get("CHROMIUM") or next((path for name in NAMES if (path := shutil.which(name))), None)


@pytest.fixture(scope="session", autouse=True)
def _browser_is_there() -> None:
    missing = (
        "no Chromium found" if not chromium() else "" if settings.ASSETS.exists() else "the front end is not built"
    )
    if missing and os.environ.get("CI"):
        pytest.fail(f"{missing}: CI must have it, see .ci/run")
    if missing:
        pytest.skip(missing)


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, Any]:
    return {
        "executable_path": chromium(),
        "args": ["--no-sandbox", "--disable-dev-shm-usage", "--font-render-hinting=none"],
    }


@pytest.fixture(scope="session")
def browser_context_args() -> dict[str, Any]:
    return {"locale": "zh-CN", "timezone_id": "Asia/Shanghai", "viewport": {"width": 1440, "height": 900}}


class Held:
    """The first answers from these addresses, as the server gave them, kept back until `let_go`: a slow machine."""

    def __init__(self, page: Page, address: Any, *, answers: int = 1, method: str = "GET") -> None:
        self.kept: list[tuple[Route, Any]] = []
        self._page, self._answers, self._method = page, answers, method
        page.route(address, self._take)

    def _take(self, route: Route) -> None:
        if len(self.kept) < self._answers and route.request.method == self._method:
            self.kept.append((route, route.fetch(max_redirects=0)))
        else:
            route.fallback()

    def wait(self) -> None:
        """Until as many questions as are to be held have come."""
        for _ in range(200):
            if len(self.kept) == self._answers:
                return
            self._page.wait_for_timeout(50)
        raise AssertionError("nothing was asked")

    def let_go(self) -> None:
        for route, answer in self.kept:
            route.fulfill(response=answer)


@pytest.fixture
def complaints(page: Any) -> Iterator[list[str]]:
    """What the browser complained about: script errors and refused content."""
    found: list[str] = []
    page.on("pageerror", lambda error: found.append(str(error)))
    page.on("console", lambda line: found.append(line.text) if "Content Security Policy" in line.text else None)
    yield found
    assert found == []


@pytest.fixture
def people(transactional_db: None, live_server: Any, page: Page, complaints: list[str]) -> Page:
    """The administrator of three people on their list; the server runs in this process."""
    found_company()
    page.goto(f"{live_server.url}/login/?next=/organisation/people/")
    page.fill("#username", "root")
    page.fill("#password", PASSWORD)
    page.press("#password", "Enter")
    expect(page.locator("tbody tr")).to_have_count(3)
    # Lines stand there before scripts have run; keys wait for these.
    page.wait_for_load_state()
    return page


@pytest.fixture(scope="session")
def company_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the served company's database and files are."""
    return tmp_path_factory.mktemp("company")


@pytest.fixture(scope="session")
def company(company_home: Path) -> Iterator[str]:
    with served(company_home) as address:
        yield address


@pytest.fixture
def enter(browser: Browser, company: str) -> Iterator[Enter]:
    """Log in as somebody: `enter("linzhixia", width=390, dark=True)`; script errors fail the test."""
    contexts, complaints = [], []

    def go(username: str, *, width: int = 1440, height: int = 900, dark: bool = False) -> Page:
        context = browser.new_context(
            base_url=company,
            locale="zh-CN",
            timezone_id="Asia/Shanghai",
            viewport={"width": width, "height": height},
            color_scheme="dark" if dark else "light",
        )
        contexts.append(context)
        page = context.new_page()
        # Asked for from the start: a listener set at the click's own moment may come after it.
        page.on("filechooser", lambda _chooser: None)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda line: complaints.append(line.text) if "Security Policy" in line.text else None)
        page.goto("/")
        page.fill("input[name=username]", username)
        page.fill("input[name=password]", settings.DEMO_PASSWORD)
        page.locator("form").filter(has=page.locator("input[name=password]")).locator("button.btn-primary").click()
        page.wait_for_url("**/today/")
        return page

    yield go
    for context in contexts:
        context.close()
    assert complaints == []
