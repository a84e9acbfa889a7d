"""Imports through the API, step by step as on the pages."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

import pytest
from django.test import Client

from weixi.customers.importing.models import ImportRun
from weixi.customers.models import Contact, Customer
from weixi.kernel.jobs import services as jobs
from weixi.organisation.scope import system_viewer
from weixi.organisation.services import create_token
from weixi.testing.cast import Cast

pytestmark = pytest.mark.django_db
NAMED = "客户编号,客户名称,成立日期,邮箱\nA-1,苏州精密泵业有限公司,03/04/2020,\nA-2,无锡恒力压缩机厂,05/06/2021,\nA-3,丙公司,,不是邮箱\n"


@pytest.fixture(autouse=True)
def _own_files(tmp_path: Any, settings: Any) -> None:
    settings.MEDIA_ROOT = tmp_path


class Importer:
    def __init__(self, person: Any) -> None:
        _token, secret = create_token(person, viewer=system_viewer("test"), scopes=("read", "write"))
        self.headers = {"Authorization": f"Bearer {secret}", "Accept-Language": "en"}

    def bring(self, text: str, **more: Any) -> Any:
        asked = urlencode({"kind": "customers", "name": "客户.csv", **more})
        kind = "application/octet-stream"
        return Client().generic(
            "POST", f"/api/v1/imports?{asked}", text.encode(), content_type=kind, headers=self.headers
        )

    def post(self, run: int, what: str, body: Any = None) -> Any:
        address = f"/api/v1/imports/{run}/{what}"
        return Client().post(address, body or {}, content_type="application/json", headers=self.headers)

    def get(self, run: int) -> dict[str, Any]:
        jobs.run_pending()
        found: dict[str, Any] = Client().get(f"/api/v1/imports/{run}", headers=self.headers).json()
        return found


def test_a_file_is_brought_matched_asked_about_checked_and_written(cast: Cast) -> None:
    program = Importer(cast.specialist)
    brought = program.bring(NAMED)
    assert brought.status_code == 201, brought.content
    run = brought.json()["id"]
    assert (brought.json()["state"], brought.json()["header_sure"]) == ("uploaded", True)
    assert [(each["column"], each["field"]) for each in brought.json()["columns"]] == [
        ("客户编号", "number"), ("客户名称", "name"), ("成立日期", "founded_on"), ("邮箱", "email"),
    ]  # fmt: skip
    assert program.post(run, "match").status_code == 200
    asking = program.get(run)
    assert (asking["state"], [each["column"] for each in asking["questions"]]) == ("asking", ["成立日期"])
    assert {"dmy", "mdy"} <= asking["questions"][0]["options"].keys()
    assert program.post(run, "match", {"answers": {"成立日期": "mdy"}}).status_code == 200
    checked = program.get(run)
    assert (checked["state"], checked["created"], checked["rejected"], checked["has_errors"]) == ("checked", 2, 1, True)
    assert not Customer.objects.filter(number="A-1").exists()
    errors = Client().get(f"/api/v1/imports/{run}/errors", headers=program.headers)
    assert "A-3" in b"".join(errors.streaming_content).decode("utf-8-sig")
    assert program.post(run, "start").status_code == 200
    assert program.get(run)["state"] == "done"
    assert Customer.objects.get(number="A-1").founded_on == "2020-03-04"
    assert program.post(run, "start").status_code == 409
    program.post(run, "undo")
    assert program.get(run)["state"] == "undone"


def test_a_file_without_column_names_is_not_guessed(cast: Cast) -> None:
    program = Importer(cast.specialist)
    text = "1001,苏州精密泵业有限公司\n1002,无锡恒力压缩机厂\n"
    unsure = program.bring(text).json()
    assert unsure["header_sure"] is False
    refused = program.post(unsure["id"], "match", {})
    assert (refused.status_code, refused.json()["code"]) == (400, "import.no_header")
    assert program.post(unsure["id"], "cancel").json()["state"] == "cancelled"
    brought = program.bring(text, header_row=0).json()
    assert [each["column"] for each in brought["columns"]] == ["#1", "#2"]
    assert brought["columns"][0]["samples"] == ["1001", "1002"]
    program.post(brought["id"], "match", {"columns": {"#1": "number", "#2": "name"}})
    assert (checked := program.get(brought["id"]))["state"] == "checked" and checked["created"] == 2


def test_what_cannot_be_is_refused_and_leaves_nothing(cast: Cast) -> None:
    program = Importer(cast.specialist)
    for more in (
        {"kind": "stars"},
        {"encoding": "klingon"},
        {"delimiter": "x"},
        {"header_row": "-1"},
        {"header_row": 50},
    ):
        assert program.bring(NAMED, **more).status_code in (400, 404), more
    assert not ImportRun.objects.exists()
    run = program.bring(NAMED).json()["id"]
    for body in (
        {"columns": {"客户编号": "stars"}},
        {"columns": {"没有这列": "name"}},
        {"columns": {"客户编号": "name", "客户名称": "name"}},
    ):
        assert program.post(run, "match", body).status_code == 400
    assert Importer(cast.colleague).post(run, "match", {}).status_code == 404


def test_a_file_sent_twice_under_one_key_is_one_import(cast: Cast) -> None:
    program = Importer(cast.specialist)
    program.headers["Idempotency-Key"] = "once"
    one, other = program.bring(NAMED), program.bring(NAMED)
    assert one.json() == other.json() and ImportRun.objects.count() == 1


def test_people_of_customers_are_counted_beside_the_rows(cast: Cast) -> None:
    program = Importer(cast.specialist)
    run = program.bring("客户名称,联系人,手机\n甲公司,张三,13800138000\n乙公司,,\n").json()["id"]
    program.post(run, "match")
    checked = program.get(run)
    assert (checked["created"], checked["contacts_created"], checked["contacts_updated"]) == (2, 1, 0)
    assert not Contact.objects.exists()
    program.post(run, "start")
    done = program.get(run)
    assert (done["state"], done["contacts_created"]) == ("done", 1)
    assert Contact.objects.get().mobile == "13800138000"
