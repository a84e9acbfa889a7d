"""Files through the API: scopes, safe serving, limits; nothing left of what is refused."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from weixi.customers.attachments.services import attach
from weixi.customers.models import Attachment, Customer
from weixi.kernel.files import store
from weixi.organisation.scope import system_viewer
from weixi.organisation.services import create_token
from weixi.testing.cast import Cast

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_store")]
SYSTEM = system_viewer("test")
BYTES = "application/octet-stream"


@pytest.fixture
def customer(cast: Cast) -> Customer:
    return cast.customer_of("specialist")


def asked(person: Any, method: str, path: str, body: Any = b"", *, scope: str = "write", kind: str = BYTES) -> Any:
    _token, secret = create_token(person, viewer=SYSTEM, scopes=(scope,))
    headers = {"Authorization": f"Bearer {secret}"}
    return Client().generic(method, f"/api/v1{path}", body, content_type=kind, headers=headers)


def on_disk() -> list[Path]:
    return [path for path in store.root().rglob("*") if path.is_file()] if store.root().exists() else []


def test_a_file_is_brought_listed_fetched_and_taken_off(cast: Cast, customer: Customer) -> None:
    who, files = cast.specialist, f"/customers/{customer.pk}/files"
    made = asked(who, "POST", f"{files}?name=../../%E5%90%88%E5%90%8C.txt", "内容".encode())
    assert made.status_code == 201, made.content
    said = made.json()
    assert (said["name"], said["size"], said["media_type"]) == ("合同.txt", 6, "text/plain; charset=utf-8")
    assert said["added_by"]["username"] == who.username and "stored" not in said
    assert [row["id"] for row in asked(who, "GET", files, scope="read").json()["items"]] == [said["id"]]
    content = asked(who, "GET", f"/files/{said['id']}/content", scope="read")
    assert b"".join(content.streaming_content).decode() == "内容"
    assert content["X-Content-Type-Options"] == "nosniff" and "sandbox" in content["Content-Security-Policy"]
    assert content["Content-Disposition"].startswith("attachment") and "no-store" in content["Cache-Control"]
    gone = asked(who, "DELETE", f"/files/{said['id']}", b'{"reason": "x"}', kind="application/json")
    assert gone.status_code == 204
    assert asked(who, "GET", f"/files/{said['id']}/content").status_code == 404


@pytest.mark.parametrize(
    "body",
    [b"<!DOCTYPE html><script>alert(1)</script>", b'<svg xmlns="http://www.w3.org/2000/svg" onload="x()"/>', b"",
     b"MZ\x90\x00\x03"],
)  # fmt: skip
def test_what_would_run_is_refused_and_leaves_nothing(cast: Cast, customer: Customer, body: bytes) -> None:
    answer = asked(cast.specialist, "POST", f"/customers/{customer.pk}/files?name=a.png", body)
    assert answer.status_code == 400 and answer.json()["code"]
    assert on_disk() == [] and not Attachment.objects.exists()


def test_too_large_too_many_and_unsaid_lengths(cast: Cast, customer: Customer, settings: Any, monkeypatch: Any) -> None:
    from weixi.customers.attachments import services
    from weixi.policy.document.durations import Duration
    from weixi.policy.document.guard import Files

    limits = Files.model_construct(
        largest_mb=1, pixels_at_most=1000, per_person_and_day=1, total_gb=1, kept_after_removal=Duration.parse("P30D")
    )
    monkeypatch.setattr(services, "file_limits", lambda: limits)
    address = f"/customers/{customer.pk}/files?name=a.txt"
    assert asked(cast.specialist, "POST", address, b"x" * 1_000_001).status_code == 413
    settings.UPLOAD_MOST_BYTES = 10
    assert asked(cast.specialist, "POST", address, b"x" * 11).status_code == 413
    assert on_disk() == []
    assert asked(cast.specialist, "POST", address, b"x").status_code == 201
    assert asked(cast.specialist, "POST", address, b"x").status_code == 429
    assert len(on_disk()) == 1


def test_other_bodies_and_scopes_are_refused(cast: Cast, customer: Customer) -> None:
    address = f"/customers/{customer.pk}/files?name=a.txt"
    assert asked(cast.specialist, "POST", address, b"x", scope="read").status_code == 403
    assert asked(cast.specialist, "POST", address, b"{}", kind="application/json").status_code == 415
    assert asked(cast.specialist, "POST", f"/customers/{customer.pk}/files", b"x").status_code == 400
    assert asked(cast.executive, "POST", address, b"x").status_code == 403
    assert on_disk() == []


def test_a_foreign_file_is_as_one_that_is_not_there(cast: Cast, customer: Customer) -> None:
    row = attach(customer, "a.txt", [b"x"], viewer=SYSTEM)
    for who in (cast.outsider, cast.colleague):
        foreign, missing = (asked(who, "GET", f"/files/{pk}/content") for pk in (row.pk, 987_654))
        assert foreign.status_code == 404 and foreign.content == missing.content
        assert asked(who, "GET", f"/customers/{customer.pk}/files").status_code == 404
        taken = asked(who, "DELETE", f"/files/{row.pk}", b'{"reason": "x"}', kind="application/json")
        assert taken.status_code == 404
    assert Attachment.objects.get().removed_at is None


def test_three_files_cost_what_one_costs(cast: Cast, customer: Customer, assert_queries_same: Any) -> None:
    _token, secret = create_token(cast.specialist, viewer=SYSTEM, scopes=("read",))
    headers = {"Authorization": f"Bearer {secret}"}

    def add() -> None:
        attach(customer, "a.txt", [b"x"], viewer=cast.viewer("specialist"))

    assert_queries_same(lambda: Client().get(f"/api/v1/customers/{customer.pk}/files", headers=headers), add)


def test_a_file_sent_twice_under_one_key_is_attached_once(cast: Cast, customer: Customer, settings: Any) -> None:
    _token, secret = create_token(cast.specialist, viewer=SYSTEM, scopes=("write",))
    headers = {"Authorization": f"Bearer {secret}", "Idempotency-Key": "f1"}

    def send(body: bytes, name: str = "a.txt") -> Any:
        address = f"/api/v1/customers/{customer.pk}/files?name={name}"
        return Client().generic("POST", address, body, content_type=BYTES, headers=headers)

    body = "合同正文\n".encode() * 40_000
    first, again = send(body), send(body)
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json() == again.json() and again["Idempotency-Replayed"] == "true"
    assert first.json()["size"] == len(body)
    # Another file or another name under the key is another request.
    for other in (send(b"something else"), send(body, "b.txt")):
        assert (other.status_code, other.json()["code"]) == (409, "idempotency.mismatch")
    row = Attachment.objects.get()
    assert on_disk() == [store.path_of(row.stored)] and store.path_of(row.stored).read_bytes() == body
    # What is set down while it is asked stands nowhere afterwards.
    assert [path for path in Path(settings.MEDIA_ROOT).iterdir() if path.is_file()] == []


def test_a_refused_file_leaves_its_key_free(cast: Cast, customer: Customer) -> None:
    _token, secret = create_token(cast.specialist, viewer=SYSTEM, scopes=("write",))
    headers = {"Authorization": f"Bearer {secret}", "Idempotency-Key": "f2"}
    address = f"/api/v1/customers/{customer.pk}/files?name=a.txt"
    refused = Client().generic("POST", address, b"MZ\x90\x00", content_type=BYTES, headers=headers)
    assert refused.status_code == 400
    made = Client().generic("POST", address, "文字".encode(), content_type=BYTES, headers=headers)
    assert made.status_code == 201 and len(on_disk()) == 1
