"""Attacks on the API: fields and types nobody offered, names of columns, huge and crooked input, foreign ids."""

from __future__ import annotations

import json
import re
from typing import Any
from urllib.parse import quote

import pytest
from django.apps import apps
from django.db import transaction
from django.test import Client
from jsonschema_rs import Draft202012Validator

from tests.security.database import changed_tables, fingerprint
from tests.security.world import World
from weixi.customers.models import Customer
from weixi.integrations.docs import openapi_document
from weixi.integrations.tests.helpers import Program

pytestmark = pytest.mark.django_db
EVIL = [
    "is_staff",
    "is_superuser",
    "role",
    "created_by",
    "approved_by",
    "_state",
    "__class__",
    "pk",
    "password",
    "owner.role",
    "owner__role",
]
CONFUSED: list[Any] = ["text", 7, -1, 1.5, True, None, [], ["x"], {}, {"x": 1}, [[[]]], 2**62]


@pytest.fixture
def admin(world: World) -> Program:
    return Program(world.token("admin"))


def refused(response: Any) -> dict[str, Any]:
    assert 400 <= response.status_code < 500, (response.status_code, response.content)
    body = response.json()
    assert set(body) == {"code", "message", "fields"}
    return body


def test_mass_assignment_is_refused_by_name(world: World, admin: Program):
    """A7: every column of the model that the form does not offer, and names of other systems' exploits."""
    customer = world.objects["customer"]["specialist"]
    contact = world.objects["contact"]["specialist"]
    for path, model in (
        (f"/customers/{customer}", "customers.Customer"),
        (f"/contacts/{contact}", "customers.Contact"),
    ):
        offered = _offered(path)
        columns = {column.name for column in apps.get_model(model)._meta.concrete_fields}
        before = fingerprint()
        for name in sorted((columns | set(EVIL)) - offered):
            body = refused(admin.patch(path, {name: 1}))
            assert body["code"] == "field.unknown", (name, body)
            assert list(body["fields"]) == [name]
        assert changed_tables(before) == []


def _offered(path: str) -> set[str]:
    name = {"customers": "ChangeCustomer", "contacts": "ChangeContact"}[path.split("/")[1]]
    return set(openapi_document()["components"]["schemas"][name]["properties"])


def test_type_confusion_never_breaks(world: World, admin: Program):
    """A8: each field of each write in every type is refused, unless the document says it is right.

    What the document says is wrong is sent for all fields of an operation at once, and the answer has to name each
    of them; what it lets through goes further in, so it is sent by itself.
    """
    refusals = 0
    before = fingerprint()
    components = openapi_document()["components"]
    for path, methods in openapi_document()["paths"].items():
        for method, operation in methods.items():
            schema = _body_schema(operation)
            if schema is None:
                continue
            address = re.sub(r"{\w+}", "999999", path.removeprefix("/api/v1"))
            checks = {
                field: Draft202012Validator({**allowed, "components": components})
                for field, allowed in schema["properties"].items()
            }
            for value in CONFUSED:
                wrong = [field for field, check in checks.items() if not check.is_valid(value)]
                bodies = [{field: value} for field in checks if field not in wrong]
                for body in [*bodies, *([dict.fromkeys(wrong, value)] if wrong else [])]:
                    with transaction.atomic():
                        response = admin.ask(method.upper(), address, body)
                        transaction.set_rollback(True)
                    said = (operation["operationId"], body, response.status_code, response.content)
                    assert response.status_code < 500, said
                    if body.keys() <= set(wrong):
                        assert response.status_code == 400, said
                        assert {name.split(".")[0] for name in response.json()["fields"]} >= set(wrong), said
                        refusals += len(wrong)
    assert refusals > 500
    assert changed_tables(before) == []


def _body_schema(operation: dict[str, Any]) -> dict[str, Any] | None:
    body = operation.get("requestBody")
    if body is None or "application/json" not in body["content"]:
        return None  # a file comes as it is and has no fields
    reference = body["content"]["application/json"]["schema"]["$ref"].rsplit("/", 1)[-1]
    return openapi_document()["components"]["schemas"][reference]


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b'{"name": "a", "name": "b"}', 400),
        (b'{"name": "a\\u0000b"}', 400),
        (b'{"name": "\\ud800"}', 400),
        (b'{"name": NaN}', 400),
        (b'{"name": 1e999}', 400),
        (b"[" * 5000 + b"]" * 5000, 400),
        (b'{"name": ' + b"[" * 5000 + b"]" * 5000 + b"}", 400),
        (b'"text"', 400),
        (b"[]", 400),
        (b"null", 400),
        (b"", 400),
        (b'{"name": "' + b"x" * 900_000 + b'"}', 400),
        (b'{"name": "' + b"x" * 5_000_000 + b'"}', 413),
    ],
    ids=range(13),
)
def test_crooked_bodies(world: World, admin: Program, body: bytes, status: int):
    """A8, A57, A58, A59."""
    before = fingerprint()
    response = admin.ask("POST", "/customers", body)
    assert response.status_code == status, response.content
    refused(response)
    assert changed_tables(before) == []


@pytest.mark.parametrize(
    "kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", "application/xml", ""]
)
def test_other_content_types_415(world: World, kind: str):
    client = Client(raise_request_exception=False)
    sent = client.generic(
        "POST", "/api/v1/customers", json.dumps({"name": "x"}), content_type=kind,
        headers={"Authorization": f"Bearer {world.token('admin')}"},
    )  # fmt: skip
    assert sent.status_code == 415, sent.content


NAMES = [
    "password", "password__startswith", "owner__password__regex", "owner__user__password__startswith", "_connector",
    "_negated", "__class__", "pk", "id__in", "a" * 300, "sort__", "q'--", "owner[]", "owner.name", "%00", "\x00", "\x1b[31m",
    "__".join(["owner"] * 50), "annual_amount__gte", "format", "fields", "expand", "all",
]  # fmt: skip
VALUES = [
    "' OR 1=1 --", "\"; DROP TABLE customers_customer; --", "1 AND pg_sleep(9)", "password", "-password", "owner__password",
    "__class__", "-", "--name", "name,amount", "\x00", "%00", "a" * 5000, "{}", "[1]", "2147483648", "9223372036854775808", "-1",
    "1e309", "NaN", "0000-01-01", "10000-01-01", "2026-02-30", "2026-01-01T24:00:00Z", "9999-12-31T23:59:59-14:00", "٣",
]  # fmt: skip
LISTS = ("/customers", "/orders", "/interactions", "/duties", "/events", "/grading/runs", "/grading/table")


@pytest.mark.parametrize("path", LISTS)
def test_query_names_outside_the_list_400(world: World, path: str):
    """A24, A25: only listed names; the name comes back, and no query of the list is sent."""
    program = Program(world.token("specialist"))
    for name in NAMES:
        body = refused(program.get(f"{path}?{quote(name, safe='')}=1"))
        assert body["code"] == "parameter.unknown", (name, body)


@pytest.mark.both_databases
@pytest.mark.parametrize("path", LISTS)
def test_query_values_are_text_and_nothing_else(world: World, path: str):
    """A24, A59: whatever stands behind a known name is bound as a value or refused; never SQL, never 5xx."""
    program = Program(world.token("specialist"))
    operation = openapi_document()["paths"][f"/api/v1{path}"]["get"]
    seen = 0
    for parameter in operation["parameters"]:
        for value in VALUES:
            response = program.get(f"{path}?{parameter['name']}={quote(value, safe='')}")
            assert response.status_code in {200, 400, 404}, (parameter["name"], value, response.content)
            seen += 1
    assert seen
    assert Customer.objects.exists()


def test_page_sizes_and_pages_are_capped(world: World, admin: Program):
    """A57."""
    assert refused(admin.get("/customers?page_size=201"))["fields"].keys() == {"page_size"}
    assert refused(admin.get("/orders?page=1000000000000"))["fields"].keys() == {"page"}
    assert refused(admin.get("/events?limit=100000"))["fields"].keys() == {"limit"}
    many = "&".join(f"region={number}" for number in range(1000))
    assert admin.get(f"/customers?{many}").status_code == 400


@pytest.mark.both_databases
def test_foreign_ids_inside_the_body(world: World):
    """A2: a foreign object named in a body is not found, and nothing of the request is kept."""
    program = Program(world.token("specialist"))
    own, foreign = world.objects["customer"]["specialist"], world.objects["customer"]["outsider"]
    foreign_contact, foreign_promise = world.objects["contact"]["outsider"], world.objects["followup"]["outsider"]
    before = fingerprint()
    tries: list[tuple[str, str, dict[str, Any]]] = [
        ("POST", "/interactions", {"customer_id": foreign, "kind": "call"}),
        ("POST", "/interactions", {"customer_id": own, "kind": "call", "contact_id": foreign_contact}),
        (
            "POST", "/interactions",
            {"customer_id": own, "kind": "call", "evidence": [{"type": "followup.done", "subject": f"followup:{foreign_promise}"}]},
        ),
        ("PATCH", f"/customers/{own}", {"through_id": foreign}),
        ("POST", "/customers", {"name": "新客户", "through_id": foreign}),
        ("POST", "/customers", {"name": "新客户", "owner": "zhou"}),
        ("POST", "/customers", {"name": "新客户", "co_owner": "zhou"}),
    ]  # fmt: skip
    for method, path, body in tries:
        answer = program.ask(method, path, body)
        assert answer.status_code in {400, 403, 404}, (path, body, answer.content)
        assert changed_tables(before) == [], (path, body)


@pytest.mark.both_databases
def test_lost_update_is_told(world: World):
    """A48: two people edit; the second learns of the first instead of overwriting him."""
    program, supervisor = Program(world.token("specialist")), Program(world.token("supervisor"))
    url = f"/customers/{world.objects['customer']['specialist']}"
    version = program.get(url).json()["version"]
    assert supervisor.patch(url, {"region": "华东", "version": version}).status_code == 200
    second = program.patch(url, {"region": "华南", "version": version})
    assert (second.status_code, refused(second)["code"]) == (409, "version.conflict")
    assert program.get(url).json()["region"] == "华东"
    contact = f"/contacts/{world.objects['contact']['specialist']}"
    assert supervisor.patch(contact, {"position": "经理", "version": 1}).status_code == 200
    assert program.patch(contact, {"position": "厂长", "version": 1}).status_code == 409


def test_no_cross_origin_answers(world: World, admin: Program):
    """A33."""
    for origin in ("https://evil.example", "null", "http://testserver.evil.example"):
        answer = admin.ask("GET", "/me", headers={"Origin": origin})
        assert not [name for name in answer.headers if name.lower().startswith("access-control-")]
        preflight = admin.ask(
            "OPTIONS", "/customers", headers={"Origin": origin, "Access-Control-Request-Method": "POST"}
        )
        assert preflight.status_code == 405
        assert not [name for name in preflight.headers if name.lower().startswith("access-control-")]
