"""Every page x role x object answers as its line says, and a refusal leaves the database as it was."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from tests.security.database import changed_tables, fingerprint
from tests.security.matrix.asking import of_page
from tests.security.matrix.pages import PAGES
from tests.security.matrix.table import PASSES, Route
from tests.security.world import ON_BOTH, WALKERS, World, owners_for

pytestmark = pytest.mark.django_db
# An answer that is neither of these came through the door.
REFUSED = {401, 403, 404}


def named_urls(resolver: Any = None, namespace: str = "") -> Iterator[tuple[str, URLPattern]]:
    """(name, pattern) of every address outside the API's operations."""
    for entry in (resolver or get_resolver()).url_patterns:
        if isinstance(entry, URLResolver):
            inner = f"{namespace}{entry.namespace}:" if entry.namespace else namespace
            yield from named_urls(entry, inner)
        else:
            yield f"{namespace}{entry.name}", entry


def is_operation(name: str) -> bool:
    return name.startswith("api:") and name not in {"api:openapi", "api:docs"}


def test_every_address_has_a_line():
    addresses = {name for name, _pattern in named_urls() if not is_operation(name)}
    assert "None" not in addresses, "an address without a name"
    lines = {route.name for route in PAGES}
    assert sorted(addresses - lines) == [], "add a line per address to tests/security/matrix/pages.py"
    assert sorted(lines - addresses) == [], "lines of addresses that are gone"


def cases(routes: list[Route], role: str | None) -> Iterator[tuple[Route, str]]:
    """Each route with an owner of each way this person stands to objects, or with one when it names none."""
    for route in routes:
        for owner in owners_for(role) if route.kinds or "self" in route.who else ("specialist",):
            yield route, owner


def send(world: World, browser: Any, route: Route, owner: str) -> Any:
    asked = of_page(world, route, owner)
    if asked.method == "GET":
        return browser.get(asked.path)
    return browser.generic(asked.method, asked.path, asked.body, content_type=asked.kind)


def verdict(response: Any) -> object:
    """`passes`, `log in`, or the status of a refusal."""
    status = response.status_code
    if status == 401 or (status == 302 and "/login/" in response["Location"]):
        return "log in"
    if status in REFUSED or status >= 500 or status == 405:
        return status
    return PASSES


@pytest.mark.parametrize(
    "role", [pytest.param(role, marks=pytest.mark.both_databases if role in ON_BOTH else ()) for role in WALKERS]
)
def test_pages(world: World, role: str | None):
    browser = world.browser(role)
    wrong: list[str] = []
    reading = fingerprint()
    for route, owner in cases(PAGES, role):
        if role is not None and route.name == "logout":
            continue
        expected = route.expected(world, role, owner)
        with transaction.atomic():
            found = verdict(send(world, browser, route, owner))
            if found == PASSES and route.method != "GET":
                transaction.set_rollback(True)
        if found not in expected:
            wrong.append(f"{route.method} {route.name} of {owner}: {found}, not {' or '.join(map(str, expected))}")
    assert not wrong, "\n".join(wrong)
    # Whatever was refused, and every GET, has written nothing.
    assert changed_tables(reading) == []


def test_other_methods_are_refused(world: World):
    """A page takes the methods of its line; any other changes nothing, and POST is answered 405."""
    known = {(route.name, route.method) for route in PAGES}
    first = {route.name: route for route in PAGES}
    browser = world.browser("admin")
    before = fingerprint()
    wrong = []
    for name, route in first.items():
        for method in ("POST", "PUT", "PATCH", "DELETE"):
            if (name, method) in known or name == "logout":
                continue
            with transaction.atomic():
                response = send(world, browser, Route(name, method, route.args, route.who), "specialist")
            if response.status_code >= 500:
                wrong.append(f"{method} {name}: {response.status_code}")
    assert not wrong, "\n".join(wrong)
    assert changed_tables(before) == []


def test_foreign_answers_as_missing(world: World):
    """A foreign object's answer is that of an object that does not exist, word for word."""
    browser = world.browser("specialist")
    compared = 0
    for route in PAGES:
        if route.method != "GET" or not route.kinds or "seen" not in route.who:
            continue
        if route.expected(world, "specialist", "specialist") != {PASSES}:
            continue
        names = [name for name, kind in route.args if kind[0] not in "@="]
        arguments = route.arguments(world, "outsider")
        foreign = browser.get(reverse(route.name, kwargs=arguments))
        nobody = {**arguments, **dict.fromkeys(names, world.shared["nothing"])}
        missing = browser.get(reverse(route.name, kwargs=nobody))
        assert (foreign.status_code, missing.status_code) == (404, 404), route.name
        assert _words(foreign) == _words(missing), route.name
        compared += 1
    assert compared


def _words(response: Any) -> str:
    """The page without what differs from one rendering to the next: the token against forgery, times, ids."""
    return re.sub(r"[A-Za-z0-9]{64}|\d+", "", response.content.decode())
