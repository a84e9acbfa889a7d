"""ETag and If-Match: the version of a thing, as HTTP says it."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from weixi.customers.occasions.services import add_occasion
from weixi.customers.services import add_contact
from weixi.integrations.api import api
from weixi.integrations.preconditions import takes_version
from weixi.integrations.tests.helpers import program_of
from weixi.interactions.services import record_interaction
from weixi.testing.policies import shipped_policy

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


def test_every_change_of_a_thing_can_name_the_version_it_changes():
    changing = [
        (path, operation)
        for _prefix, router in api._routers
        for path, view in router.path_operations.items()
        for operation in view.operations
        if "PATCH" in operation.methods
    ]
    assert len(changing) >= 7
    assert [path for path, operation in changing if not takes_version(operation)] == []


def test_a_record_is_corrected_on_the_state_that_was_read(cast):
    customer = cast.customer_of("specialist")
    made = record_interaction(customer, viewer=cast.viewer("specialist"), kind="call", content="谈续约")
    address = f"/interactions/{made.pk}"
    mine, other = program_of(cast.specialist), program_of(cast.supervisor)
    tag = mine.get(address)["ETag"]
    assert (
        other.patch(address, {"conclusion": "下月签", "content": "谈续约与备件"}, **{"If-Match": tag}).status_code
        == 200
    )
    late = mine.patch(address, {"conclusion": "不签"}, **{"If-Match": tag})
    assert (late.status_code, late.json()["code"]) == (409, "version.conflict")
    assert set(late.json()["fields"]) == {"conclusion", "content"}
    said = late.json()["fields"]["conclusion"]
    assert cast.supervisor.name in said and "下月签" in said
    kept = mine.get(address)
    assert kept.json()["conclusion"] == "下月签"
    assert mine.patch(address, {"conclusion": "不签"}, **{"If-Match": kept["ETag"]}).json()["conclusion"] == "不签"
    # Without a version the fields that are named are overwritten, the others stay.
    last = other.patch(address, {"need": "备件"}).json()
    assert (last["need"], last["conclusion"]) == ("备件", "不签")


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


@pytest.mark.parametrize("by_tag", [True, False])
def test_who_removes_what_somebody_else_has_changed_is_told(cast, by_tag):
    shipped_policy("quadrant")
    customer, viewer = cast.customer_of("specialist"), cast.viewer("specialist")
    person = add_contact(customer, viewer=viewer, name="陈立群")
    day = add_occasion(customer, viewer=viewer, kind="opening", day=date(2030, 1, 1))
    mine, other = program_of(cast.director), program_of(cast.supervisor)

    def act(address: str, version: int, reason: str = "") -> Any:
        heads = {"If-Match": f'"{version}"'} if by_tag else {}
        if reason:
            return mine.post(
                f"{address}/archive", {"reason": reason} | ({} if by_tag else {"version": version}), **heads
            )
        return mine.delete(address if by_tag else f"{address}?version={version}", **heads)

    for address, change, told, reason in (
        (f"/contacts/{person.pk}", {"position": "总经理"}, "总经理", ""),
        (f"/occasions/{day.pk}", {"place": "苏州"}, "nothing was done", ""),
        (f"/customers/{customer.pk}", {"city": "无锡"}, "无锡", "已停产"),
    ):
        seen = mine.get(f"/customers/{customer.pk}").json()["version"] if reason else 1
        now = other.patch(address, change)
        assert now.status_code == 200
        late = act(address, seen, reason)
        assert (late.status_code, late.json()["code"]) == (409, "version.conflict") and told in late.json()["message"]
        assert act(address, now.json()["version"], reason).status_code in (200, 204)
