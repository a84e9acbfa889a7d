"""A real Chromium for the journeys; without one they are skipped, except where CI is set."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.conf import settings
from playwright.sync_api import Browser, Page

from tests.browser.company import served

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


@pytest.fixture
def complaints(page: Any) -> Iterator[list[str]]:
    """What the browser complained about: script errors and refused content."""
    found: list[str] = []
    page.on("pageerror", lambda error: found.append(str(error)))
    page.on("console", lambda line: found.append(line.text) if "Content Security Policy" in line.text else None)
    yield found
    assert found == []


@pytest.fixture(scope="session")
def company(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with served(tmp_path_factory.mktemp("company")) as address:
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
