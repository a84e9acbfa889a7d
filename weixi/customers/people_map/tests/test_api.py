"""The people map in the API: read, written, and what a role does not see."""

from __future__ import annotations

from typing import Any

import pytest

from weixi.customers.models import Contact
from weixi.customers.services import add_contact
from weixi.integrations.tests.helpers import Program, program_of
from weixi.kernel.events.models import Event
from weixi.organisation.scope import system_viewer
from weixi.testing.cast import Cast

pytestmark = pytest.mark.django_db
SYSTEM = system_viewer("test")


@pytest.fixture
def people(cast: Cast) -> tuple[Contact, Contact]:
    customer = cast.customer_of("specialist")
    return add_contact(customer, viewer=SYSTEM, name="陈总"), add_contact(customer, viewer=SYSTEM, name="李工")


def map_at(program: Program, customer: int) -> dict[int, dict[str, object]]:
    answer = program.get(f"/customers/{customer}/people-map")
    assert answer.status_code == 200
    return {each["contact_id"]: each for each in answer.json()["items"]}


def test_who_stands_where_is_said_and_read(cast: Cast, people: tuple[Contact, Contact]) -> None:
    boss, engineer = people
    program = program_of(cast.specialist)
    said = {"part": "decider", "attitude": "supporter", "note": "看重交期", "influences": [engineer.pk], "version": 0}
    made = program.patch(f"/contacts/{boss.pk}/place", said)
    assert made.status_code == 200, made.content
    below = program.patch(f"/contacts/{engineer.pk}/place", {"reports_to_id": boss.pk})
    assert below.json()["reports_to_id"] == boss.pk
    found = map_at(program, boss.customer_id)
    assert found[boss.pk] == made.json() and found[boss.pk]["influences"] == [engineer.pk]
    assert (found[boss.pk]["part"], found[boss.pk]["version"]) == ("decider", 1)
    assert found[engineer.pk]["version"] == 1
    # What is not sent stays; null and an empty list take away.
    program.patch(f"/contacts/{boss.pk}/place", {"part": None, "influences": []})
    after = map_at(program, boss.customer_id)[boss.pk]
    assert (after["part"], after["note"], after["influences"]) == ("", "看重交期", [])
    assert Event.objects.filter(type="contact.placed").count() == 3


def test_what_cannot_be_is_refused_by_field(cast: Cast, people: tuple[Contact, Contact]) -> None:
    boss, engineer = people
    program = program_of(cast.specialist)
    stranger = add_contact(cast.customer_of("outsider"), viewer=SYSTEM, name="外人")
    program.patch(f"/contacts/{engineer.pk}/place", {"reports_to_id": boss.pk})
    circle = program.patch(f"/contacts/{boss.pk}/place", {"reports_to_id": engineer.pk})
    assert (circle.status_code, list(circle.json()["fields"])) == (400, ["reports_to"])
    foreign = program.patch(f"/contacts/{boss.pk}/place", {"influences": [stranger.pk]})
    assert (foreign.status_code, list(foreign.json()["fields"])) == (400, ["influences"])
    assert program.patch(f"/contacts/{boss.pk}/place", {"part": "king"}).status_code == 400
    program.patch(f"/contacts/{boss.pk}/place", {"note": "甲"})
    program.patch(f"/contacts/{boss.pk}/place", {"note": "乙"})
    old = program.patch(f"/contacts/{boss.pk}/place", {"note": "丙", "version": 1})
    assert (old.status_code, old.json()["code"]) == (409, "version.conflict")
    assert map_at(program, boss.customer_id)[boss.pk]["note"] == "乙"


def test_the_map_asks_equally_often_for_one_and_for_three(cast: Cast, assert_queries_same: Any) -> None:
    program, customer = program_of(cast.specialist), cast.customer_of("specialist")
    assert_queries_same(
        lambda: map_at(program, customer.pk), lambda: add_contact(customer, viewer=SYSTEM, name="又一位")
    )
