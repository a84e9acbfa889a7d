"""The OpenAPI document: a committed snapshot, and every operation held against it."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.db import close_old_connections, transaction
from hypothesis import HealthCheck, Phase, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from tests.security.world import World, make_world
from weixi.integrations import limits
from weixi.integrations.docs import openapi_document
from weixi.project.wsgi import application

SNAPSHOT = Path(__file__).parent / "openapi.json"
CHECKS = (not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance)
schema = schemathesis.openapi.from_dict(openapi_document())
schema.app = application


def test_document_is_the_committed_one():
    """A change of the API is seen in review: WEIXI_WRITE_SNAPSHOT=1 writes the new document."""
    text = json.dumps(openapi_document(), indent=1, ensure_ascii=False, sort_keys=True) + "\n"
    if os.environ.get("WEIXI_WRITE_SNAPSHOT") == "1":
        SNAPSHOT.write_text(text)
    assert SNAPSHOT.read_text() == text, "run with WEIXI_WRITE_SNAPSHOT=1 and commit tests/security/openapi.json"


def test_every_operation_documents_the_shape_of_refusals():
    for path, methods in openapi_document()["paths"].items():
        for method, operation in methods.items():
            for status, answer in operation["responses"].items():
                if int(status) >= 400:
                    shape = answer["content"]["application/json"]["schema"]
                    assert shape == {"$ref": "#/components/schemas/Fault"}, (method, path, status)
            assert {"400", "401", "403", "404", "429"} <= {str(code) for code in operation["responses"]}, (method, path)


@pytest.fixture(scope="module")
def asked_world(django_db_setup: Any, django_db_blocker: Any) -> Any:
    """One company for all operations; everything is taken back at the end.

    The server's own tidying after a request would close the connection that holds it.
    """
    signals = (request_started, request_finished)
    for signal in signals:
        signal.disconnect(close_old_connections)
    with django_db_blocker.unblock(), transaction.atomic():
        yield make_world()
        transaction.set_rollback(True)
    for signal in signals:
        signal.connect(close_old_connections)


@pytest.mark.django_db
@schema.parametrize()
@settings(
    max_examples=6,
    deadline=None,
    database=None,
    derandomize=True,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)
def test_any_request_is_answered_as_documented(case: Any, asked_world: World):
    limits.forget()
    _name_real_objects(case, asked_world)
    case.headers = {
        **(case.headers or {}), "Authorization": f"Bearer {asked_world.token('admin')}", "Accept-Language": "en",
    }  # fmt: skip
    with transaction.atomic():
        response = case.call()
        transaction.set_rollback(True)
    case.validate_response(response, checks=CHECKS)


def _name_real_objects(case: Any, world: World) -> None:
    """Half of the examples speak of objects that exist: others would only ever meet 404."""
    for name in case.path_parameters or {}:
        kind = name.removesuffix("_id")
        if kind in world.objects and len(str(case.path_parameters[name])) % 2:
            case.path_parameters[name] = world.objects[kind]["specialist"]
        elif kind in world.shared and len(str(case.path_parameters[name])) % 2:
            case.path_parameters[name] = world.shared[kind]
    if isinstance(case.body, dict) and isinstance(case.body.get("customer_id"), int):
        case.body["customer_id"] = world.objects["customer"]["specialist"]
