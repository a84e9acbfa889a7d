"""What is sent for a line of the matrix, whoever sends it: the test client, or a program over the wire."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from django.http import QueryDict
from django.urls import reverse

from tests.security.matrix.operations import BODIES, FILES
from tests.security.matrix.table import Route
from tests.security.world import World
from weixi.duties.models import Duty
from weixi.integrations.docs import openapi_document

FORM, JSON, FILE = "application/x-www-form-urlencoded", "application/json", "application/octet-stream"
PATHS = {
    (operation["operationId"], method.upper()): path
    for path, methods in openapi_document()["paths"].items()
    for method, operation in methods.items()
}
Arguments = dict[str, object]


@dataclass(frozen=True)
class Question:
    """One request as its line says it."""

    method: str
    path: str
    body: bytes = b""
    kind: str = FORM


def of_page(world: World, route: Route, owner: str, arguments: Arguments | None = None) -> Question:
    """A page or form, for an object of this owner or for other arguments of the address."""
    path = reverse(route.name, kwargs=route.arguments(world, owner) if arguments is None else arguments)
    given = QueryDict(route.data.removeprefix("?")).urlencode()
    if given and (route.method == "GET" or route.data.startswith("?")):
        return Question(route.method, f"{path}?{given}")
    return Question(route.method, path, given.encode())


def of_operation(world: World, route: Route, owner: str, arguments: Arguments | None = None) -> Question:
    """An operation of the API; reads the key of a duty from the database."""
    path = PATHS[route.name, route.method].format(**(route.arguments(world, owner) if arguments is None else arguments))
    if route.name in FILES:
        content, said = FILES[route.name]
        return Question(route.method, path + said, content, FILE)
    return Question(route.method, path, _body(world, route.name, owner), JSON)


def _body(world: World, name: str, owner: str) -> bytes:
    if name not in BODIES:
        return b""
    objects = {f"${kind}": ids[owner] for kind, ids in world.objects.items()}
    objects["$duty_key"] = Duty.objects.get(pk=world.objects["duty"][owner]).key

    def filled(value: Any) -> Any:
        return objects.get(value, value) if isinstance(value, str) else value

    return json.dumps({key: filled(value) for key, value in BODIES[name].items()}).encode()
