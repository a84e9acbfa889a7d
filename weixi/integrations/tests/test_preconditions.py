"""ETag and If-Match: the version of a thing, as HTTP says it."""

from __future__ import annotations

import pytest

from weixi.integrations.tests.helpers import program_of

pytestmark = pytest.mark.django_db


def test_what_is_read_has_a_tag_and_an_older_one_is_told_what_changed(cast):
    program = program_of(cast.specialist)
    address = f"/customers/{cast.customer_of('specialist').pk}"
    tag = program.get(address)["ETag"]
    assert tag == f'"{program.get(address).json()["version"]}"'
    first = program.patch(address, {"city": "苏州"}, **{"If-Match": tag})
    assert first.status_code == 200 and first["ETag"] != tag
    second = program.patch(address, {"city": "无锡"}, **{"If-Match": tag})
    assert (second.status_code, second.json()["code"]) == (409, "version.conflict")
    assert program.get(address).json()["city"] == "苏州"
    assert program.patch(address, {"city": "无锡"}, **{"If-Match": "*"}).status_code == 200


@pytest.mark.parametrize(
    ("tag", "body", "code"),
    [('"x"', {"city": "苏州"}, "if_match.unreadable"), ('"1"', {"city": "苏州", "version": 7}, "if_match.differs")],
)
def test_a_tag_that_cannot_be_ours_changes_nothing(cast, tag, body, code):
    program = program_of(cast.specialist)
    address = f"/customers/{cast.customer_of('specialist').pk}"
    answer = program.patch(address, body, **{"If-Match": tag})
    assert (answer.status_code, answer.json()["code"]) == (400, code)
    assert program.get(address).json()["city"] == ""


def test_where_there_are_no_versions_it_is_refused_and_not_passed_over(cast):
    answer = program_of(cast.specialist).post("/customers", {"name": "新星工具"}, **{"If-Match": '"1"'})
    assert (answer.status_code, answer.json()["code"]) == (400, "if_match.unknown")


def test_one_key_with_another_tag_is_another_request(cast):
    program = program_of(cast.specialist)
    address = f"/customers/{cast.customer_of('specialist').pk}"
    tag = program.get(address)["ETag"]
    key = {"Idempotency-Key": "k1"}
    assert program.patch(address, {"city": "苏州"}, **key, **{"If-Match": tag}).status_code == 200
    assert program.patch(address, {"city": "苏州"}, **key, **{"If-Match": tag})["Idempotency-Replayed"] == "true"
    other = program.patch(address, {"city": "苏州"}, **key, **{"If-Match": '"99"'})
    assert other.json()["code"] == "idempotency.mismatch"
