"""Who gets in, and in which shape a refusal comes."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from weixi.integrations.tests.helpers import Program, program_of
from weixi.kernel import clock
from weixi.organisation.models import ApiToken
from weixi.organisation.scope import system_viewer
from weixi.organisation.services import create_token, disable_user, user_of_token

pytestmark = pytest.mark.django_db


def shape(response: Any) -> dict[str, Any]:
    """The refusal, which has exactly our three names."""
    body = json.loads(response.content)
    assert set(body) == {"code", "message", "fields"}, body
    assert body["message"]
    return body


def test_me_is_the_person_of_the_token(cast):
    body = program_of(cast.specialist, "read").get("/me").json()
    assert (body["username"], body["data_scope"], body["department"]) == ("qian", "own", "客户服务部")
    assert "customers.edit" in body["rights"]
    assert "people.manage" not in body["rights"]


@pytest.mark.parametrize(
    "value", ["", "Bearer", "Bearer ", "Bearer wx_wrong", "Basic cWlhbjp4", "wx_wrong", "Bearer " + "x" * 5000]
)
def test_without_a_valid_token_401(cast, value):
    response = Client().get("/api/v1/me", headers={"Authorization": value})
    assert response.status_code == 401
    assert shape(response)["code"] == "unauthorized"
    assert response["WWW-Authenticate"].startswith("Bearer")
    assert response["Cache-Control"] == "no-store"


def test_session_cookie_opens_nothing(cast):
    client = Client()
    client.force_login(cast.admin)
    assert client.get("/api/v1/customers").status_code == 401
    assert client.post("/api/v1/customers", "{}", content_type="application/json").status_code == 401


def test_disabled_expired_and_revoked_tokens_end_at_once(cast, moved_clock):
    program = program_of(cast.specialist, "read")
    assert program.get("/me").status_code == 200
    disable_user(cast.specialist, viewer=system_viewer("test"))
    assert program.get("/me").status_code == 401

    _token, secret = create_token(cast.colleague, viewer=system_viewer("test"), valid_for=timedelta(hours=1))
    assert Program(secret).get("/me").status_code == 200
    moved_clock(clock.now() + timedelta(hours=1))
    assert Program(secret).get("/me").status_code == 401

    token, secret = create_token(cast.sales, viewer=system_viewer("test"))
    ApiToken.objects.filter(pk=token.pk).update(revoked_at=clock.now())
    assert user_of_token(secret) is None
    assert Program(secret).get("/me").status_code == 401


def test_scopes_are_what_the_token_was_made_for(cast):
    reading = program_of(cast.supervisor, "read")
    refused = reading.post("/customers", {"name": "新客户"})
    assert refused.status_code == 403
    assert shape(refused)["code"] == "scope.write"
    assert program_of(cast.supervisor, "write").get("/me").status_code == 200
    assert program_of(cast.supervisor, "admin").post("/customers", {"name": "新客户"}).status_code == 201


def test_a_token_does_no_more_than_its_person(cast):
    """The widest token of somebody who only looks on still cannot write."""
    refused = program_of(cast.executive, "admin").post("/customers", {"name": "新客户"})
    assert refused.status_code == 403
    assert shape(refused)["code"] == "forbidden.customers.edit"


def test_unknown_address_and_method_have_the_shape(cast):
    program = program_of(cast.specialist)
    missing = program.get("/nothing")
    assert missing.status_code == 404
    assert shape(missing)["code"] == "not_found"
    method = program.ask("PUT", "/customers", {})
    assert method.status_code == 405
    assert shape(method)["code"] == "method_not_allowed"
    assert set(method["Allow"].replace(" ", "").split(",")) == {"GET", "POST"}


def test_messages_follow_accept_language_then_the_person(cast):
    assert cast.specialist.language == "zh-hans"
    program = program_of(cast.specialist, language="en")
    assert program.get("/customers/999999")["Content-Language"] == "en"
    assert Program(program.secret, "fr").get("/me")["Content-Language"] == "zh-hans"
    assert Program(program.secret, "zh-CN,en;q=0.5").get("/me")["Content-Language"] == "zh-hans"


def test_impersonation_headers_count_for_nothing(cast):
    program = program_of(cast.specialist)
    headers = {
        "X-On-Behalf-Of": "admin",
        "X-Remote-User": "admin",
        "Remote-User": "admin",
        "X-User-Id": str(cast.admin.pk),
    }
    assert program.ask("GET", "/me", headers=headers).json()["username"] == "qian"
    override = program.ask("POST", "/customers/1", {}, {"X-HTTP-Method-Override": "PATCH"})
    assert override.status_code == 405


def test_too_many_requests_429(cast, settings):
    settings.API_REQUESTS_PER_MINUTE = 3
    program = program_of(cast.specialist)
    assert [program.get("/me").status_code for _ in range(4)] == [200, 200, 200, 429]
    refused = program.get("/me")
    assert shape(refused)["code"] == "too_many_requests"
    assert int(refused["Retry-After"]) > 0
    assert program_of(cast.colleague).get("/me").status_code == 200


def test_guessing_tokens_is_slowed_down(cast):
    codes = [Program(f"wx_{number}").get("/me").status_code for number in range(125)]
    assert codes[0] == 401
    assert codes[-1] == 429


def test_a_broken_operation_says_nothing_of_its_inside(cast, monkeypatch):
    from weixi.customers import api

    def broken(*args: object, **more: object) -> None:
        raise RuntimeError("secret inside")

    monkeypatch.setattr(api, "get_customer_for", broken)
    response = program_of(cast.specialist).get("/customers/1")
    assert response.status_code == 500
    assert shape(response)["code"] == "internal"
    assert b"secret" not in response.content


def test_what_the_database_cannot_do_now_is_503(cast, monkeypatch):
    from django.db import OperationalError

    from weixi.customers import api

    def locked(*args: object, **more: object) -> None:
        raise OperationalError("database is locked")

    monkeypatch.setattr(api, "get_customer_for", locked)
    response = program_of(cast.specialist).get("/customers/1")
    assert response.status_code == 503
    assert response["Retry-After"] == "1"
    assert shape(response)["code"] == "busy"


def test_openapi_for_people_and_tokens_only(cast, client_as):
    assert Client().get("/api/v1/openapi.json").status_code == 401
    document = program_of(cast.specialist, "read").get("/openapi.json")
    assert document.status_code == 200
    assert document.json()["openapi"].startswith("3.")
    assert Client().get("/api/v1/docs").status_code == 302
