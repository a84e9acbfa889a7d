"""Attacks on the pages: forgery, redirects, headers, sessions that outlive their person."""

from __future__ import annotations

import re
from itertools import cycle
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.test import Client
from django.urls import reverse

from tests.security.database import changed_tables, fingerprint
from tests.security.matrix.pages import PAGES
from tests.security.matrix.test_pages import send
from tests.security.world import SYSTEM, World
from weixi.organisation.services import change_user, disable_user, enable_user
from weixi.testing.cast import PASSWORD

pytestmark = pytest.mark.django_db
UNSAFE = [route for route in PAGES if route.method == "POST"]


def test_every_unsafe_page_needs_the_token_against_forgery(world: World):
    """A32: without a token, with a wrong one, with that of another session, from a foreign page.

    Every page is tried without and with one more of the ways, in turn, so that each way meets every seventh page: a page
    that asks for no token is found by any of them.
    """
    browser = world.browser("admin", enforce_csrf_checks=True)
    other = Client(enforce_csrf_checks=True)
    other.get(reverse("login"))
    foreign = other.cookies["weixi_csrf"].value
    before = fingerprint()
    assert UNSAFE
    ways: list[dict[str, Any]] = [
        {"data": {"csrfmiddlewaretoken": "x" * 64}},
        {"data": {"csrfmiddlewaretoken": foreign}},
        {"data": {}, "headers": {"X-CSRFToken": "wrong"}},
        {"data": {}, "headers": {"Origin": "null"}},
        {"data": {}, "headers": {"Origin": "https://evil.example"}},
        {"data": "a=b", "content_type": "text/plain"},
        {"data": "{}", "content_type": "application/json", "headers": {"HX-Request": "true"}},
    ]
    assert len(UNSAFE) > len(ways)
    for route, way in zip(UNSAFE, cycle(ways), strict=False):
        url = reverse(route.name, kwargs=route.arguments(world, "specialist"))
        assert browser.post(url, {}).status_code == 403, route.name
        assert browser.post(url, **way).status_code == 403, (route.name, way)
    assert changed_tables(before) == []


def test_method_override_changes_no_method(world: World):
    """A32, A62: a GET stays one, whatever it says about itself."""
    browser = world.browser("admin")
    before = fingerprint()
    for route in UNSAFE:
        url = reverse(route.name, kwargs=route.arguments(world, "specialist"))
        browser.get(f"{url}?_method=POST", headers={"X-HTTP-Method-Override": "POST", "X-Method-Override": "DELETE"})
    assert changed_tables(before) == []


EVIL_TARGETS = [
    "//evil.example", "/\\evil.example", "https:evil.example", "https://evil.example/", "http:///evil.example", "\\\\evil.example",
    "/%0d%0aLocation:https://evil.example", "\r\nLocation: https://evil.example", "javascript:alert(1)", "data:text/html,x",
    "//evil。example", "https://testserver.evil.example", "https://testserver@evil.example", "///evil.example", "\x00//evil.example",
]  # fmt: skip


@pytest.mark.parametrize("target", EVIL_TARGETS)
def test_no_redirect_leaves_the_site(world: World, target: str):
    """A31: after the log-in, the choice of language, and a change of preferences."""
    client = Client()
    answers = [
        client.post(reverse("login"), {"username": "qian", "password": PASSWORD, "next": target}),
        client.post(f"{reverse('login')}?next={target}", {"username": "qian", "password": PASSWORD}),
        client.get(reverse("login"), {"next": target}),
        client.post(reverse("language"), {"language": "en", "next": target}),
        world.browser("specialist").post(reverse("preferences"), {"theme": "dark", "next": target}),
        world.browser("specialist").get(reverse("login"), {"next": target}),
    ]
    for response in answers:
        location = response.headers.get("Location", "/")
        assert location.startswith("/") and not location.startswith(("//", "/\\")), location
        parts = urlsplit(location)
        assert (parts.scheme, parts.netloc) == ("", ""), location


# What every answer of a class carries; a change here is a decision.
# Addresses that answer with a file somebody uploaded.
KEPT_FILES = {"attachment"}
PAGE_HEADERS = {
    "X-Frame-Options": "DENY",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Content-Security-Policy": (
        "base-uri 'self'; connect-src 'self'; default-src 'self'; font-src 'self'; form-action 'self'; "
        "frame-ancestors 'none'; img-src 'self' data:; object-src 'none'; script-src 'self'; style-src 'self'"
    ),
}


def test_headers_of_every_page(world: World):
    """A33, A34, A61: nobody may frame, keep, or read a page from elsewhere; no host is given back."""
    browser, seen = world.browser("admin"), 0
    for route in PAGES:
        if route.method != "GET":
            continue
        url = reverse(route.name, kwargs=route.arguments(world, "specialist"))
        response = browser.get(
            url,
            headers={"Origin": "https://evil.example", "X-Forwarded-Host": "evil.example", "X-Original-URL": "/login/"},
        )
        assert response.status_code < 500, (route.name, response.status_code)
        found = {name: response.headers.get(name) for name in PAGE_HEADERS}
        if route.name in KEPT_FILES:
            # What people uploaded runs nothing at all, not even what a page of ours may.
            assert str(found["Content-Security-Policy"]).startswith("sandbox"), route.name
            found["Content-Security-Policy"] = PAGE_HEADERS["Content-Security-Policy"]
        found["Content-Security-Policy"] = "; ".join(sorted(str(found["Content-Security-Policy"]).split("; ")))
        assert found == PAGE_HEADERS, route.name
        assert "no-store" in response.headers.get("Cache-Control", ""), route.name
        assert not [name for name in response.headers if name.lower().startswith("access-control-")], route.name
        if not response.streaming:
            assert b"evil.example" not in response.content, route.name
        seen += 1
    assert seen > 20


def test_pages_hold_no_inline_script_or_style(world: World):
    """T7: what the policy for content forbids does not stand in a page either."""
    browser = world.browser("admin")
    inline = re.compile(
        rb"<script(?![^>]*\bsrc=)(?![^>]*type=\"application/json\")[^>]*>|<style|\sstyle=|\son[a-z]+=\"", re.IGNORECASE
    )
    for route in PAGES:
        if route.method != "GET":
            continue
        response = browser.get(reverse(route.name, kwargs=route.arguments(world, "specialist")))
        if "text/html" in response.headers.get("Content-Type", ""):
            hit = inline.search(response.content)
            assert hit is None, (route.name, hit and response.content[hit.start() - 60 : hit.end() + 60])


def test_disabled_person_is_out_at_once(world: World):
    """A13: the live session and the token end with the person, and do not come back when he does."""
    browser, secret = world.browser("specialist"), world.token("specialist")
    headers = {"Authorization": f"Bearer {secret}"}
    assert browser.get(reverse("me")).status_code == 200
    assert Client().get("/api/v1/me", headers=headers).status_code == 200
    disable_user(world.person("specialist"), viewer=SYSTEM)
    before = fingerprint()
    for route in PAGES:
        if route.who in {("anyone",), ("leaves",)}:
            continue
        response = send(world, browser, route, "specialist")
        assert response.status_code in {302, 401}, (route.name, response.status_code)
        assert "/login/" in response.headers.get("Location", "/login/")
    assert Client().get("/api/v1/me", headers=headers).status_code == 401
    assert changed_tables(before) == []
    world.person("specialist").refresh_from_db()
    enable_user(world.person("specialist"), viewer=SYSTEM)
    assert browser.get(reverse("me")).status_code == 302
    assert Client().get("/api/v1/me", headers=headers).status_code == 401


def test_rights_change_with_the_next_request(world: World):
    """A14: no log-out needed."""
    browser = world.browser("supervisor")
    assert browser.get(reverse("team")).status_code == 200
    change_user(world.person("supervisor"), viewer=SYSTEM, role="specialist")
    assert browser.get(reverse("team")).status_code == 403


def test_session_id_changes_at_log_in_and_dies_at_log_out(world: World):
    """A35."""
    client = Client()
    client.cookies["weixi_session"] = "attackerschoice0000000000000000x"
    client.post(reverse("login"), {"username": "qian", "password": PASSWORD})
    first = client.cookies["weixi_session"].value
    assert first != "attackerschoice0000000000000000x"
    assert client.get(reverse("me")).status_code == 200
    client.post(reverse("logout"))
    stale = Client()
    stale.cookies["weixi_session"] = first
    assert stale.get(reverse("me")).status_code == 302


def test_impersonation_headers_open_nothing(world: World):
    """A12."""
    for name in ("X-Remote-User", "Remote-User", "X-User-Id", "X-On-Behalf-Of", "X-Forwarded-User"):
        assert Client().get(reverse("me"), headers={name: "admin"}).status_code == 302


@pytest.mark.parametrize(
    "path",
    ["/admin/", "/.git/config", "/.env", "/static/../weixi/project/settings.py", "/debug/", "/__debug__/", "/media/x"],
)
def test_nothing_was_left_lying_about(world: World, path: str):
    """A64."""
    assert Client().get(path).status_code == 404
