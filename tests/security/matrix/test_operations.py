"""Every operation of the API x role x object x scope of the token answers as its line says."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction
from django.test import Client

from tests.security.database import changed_tables, fingerprint
from tests.security.matrix.asking import PATHS, Arguments, of_operation
from tests.security.matrix.operations import BODY_OBJECTS, OPERATIONS, SCOPES
from tests.security.matrix.table import PASSES, Route
from tests.security.world import ON_BOTH, WALKERS, World, owners_for
from weixi.integrations import limits
from weixi.integrations.api import api
from weixi.organisation.scope import system_viewer
from weixi.organisation.services import disable_user

pytestmark = pytest.mark.django_db


def test_every_operation_has_a_line():
    ids = [
        operation.view_func.__name__
        for router in api._get_bound_routers()
        for view in router.path_operations.values()
        for operation in view.operations
    ]
    assert len(ids) == len(set(ids)), "two operations of one name"
    assert {(route.name, route.method) for route in OPERATIONS} == set(PATHS)
    assert set(ids) == {name for name, _method in PATHS}


def cases(role: str | None) -> Iterator[tuple[Route, str]]:
    for route in OPERATIONS:
        for owner in owners_for(role) if route.kinds or route.name in BODY_OBJECTS else ("specialist",):
            yield route, owner


def send(world: World, route: Route, owner: str, secret: str | None) -> Any:
    return ask(world, route, owner, secret, None)


def ask(world: World, route: Route, owner: str, secret: str | None, arguments: Arguments | None) -> Any:
    asked = of_operation(world, route, owner, arguments)
    headers = {"Authorization": f"Bearer {secret}"} if secret else {}
    client = Client(raise_request_exception=False)
    return client.generic(asked.method, asked.path, asked.body, content_type=asked.kind, headers=headers)


def verdict(response: Any) -> object:
    if response.status_code == 401:
        return "log in"
    if response.status_code in {403, 404, 405} or response.status_code >= 500:
        return response.status_code
    return PASSES


@pytest.mark.parametrize(
    "role", [pytest.param(role, marks=pytest.mark.both_databases if role in ON_BOTH else ()) for role in WALKERS]
)
def test_operations(world: World, role: str | None):
    secret = world.token(role) if role else None
    before = fingerprint()
    wrong: list[str] = []
    for route, owner in cases(role):
        expected = route.expected(world, role, owner)
        with transaction.atomic():
            response = send(world, route, owner, secret)
            found = verdict(response)
            if found == PASSES and route.method != "GET":
                transaction.set_rollback(True)
        # Bringing back what is not put away is a conflict for who may; everything else here is complete.
        fine = response.status_code < 400 or (route.name, response.status_code) == ("restore", 409)
        if found not in expected or (found == PASSES and not fine):
            wrong.append(
                f"{route.method} {route.name} of {owner}: {response.status_code} {response.content[:200]!r}, not {expected}"
            )
    assert not wrong, "\n".join(wrong)
    assert changed_tables(before) == []


# What is only for who asked for it: the admin has none of these.
ONLY_ONES_OWN = {"fetch_export"}


@pytest.mark.parametrize("scope", ["read", "write", "export"])
def test_scopes(world: World, scope: str):
    """The admin's own token, made for less: what it was not made for answers 403 and writes nothing."""
    secret = world.token("admin", scope)
    before = fingerprint()
    for route, owner in cases("admin"):
        needed = SCOPES.get(route.name, "read" if route.method == "GET" else "write")
        may = needed == "read" or scope == needed
        with transaction.atomic():
            response = send(world, route, owner, secret)
            if route.method != "GET" and may:
                transaction.set_rollback(True)
        if not may:
            assert (response.status_code, response.json()["code"]) == (403, f"scope.{needed}"), route.name
        elif route.name in ONLY_ONES_OWN:
            assert verdict(response) == 404, (route.name, response.content)
        else:
            assert verdict(response) == PASSES, (route.name, response.content)
    assert changed_tables(before) == []


def test_disabled_person(world: World):
    """A token of somebody who was disabled opens nothing at all."""
    secret = world.token("specialist")
    disable_user(world.person("specialist"), viewer=system_viewer("test"))
    before = fingerprint()
    for route, owner in cases("specialist"):
        # So many wrong tokens are made to wait, which is not what is asked here.
        limits.forget()
        assert send(world, route, owner, secret).status_code == 401, route.name
    assert changed_tables(before) == []


def test_foreign_answers_as_missing(world: World):
    """Word for word: nobody learns that the object exists."""
    secret = world.token("specialist")
    compared = 0
    for route in OPERATIONS:
        if not route.kinds or "seen" not in route.who:
            continue
        foreign = send(world, route, "outsider", secret)
        nobody: dict[str, object] = {name: world.shared["nothing"] for name, _kind in route.args}
        missing = ask(world, route, "outsider", secret, nobody)
        assert (foreign.status_code, foreign.content) == (missing.status_code, missing.content), route.name
        compared += 1
    assert compared >= 15
