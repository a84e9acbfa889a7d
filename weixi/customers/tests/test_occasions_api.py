"""Days of customers through the API: the same services, scope and refusals as the pages."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from weixi.customers.models import Occasion
from weixi.customers.services import archive_customer
from weixi.duties.models import Duty
from weixi.duties.services.tick import tick
from weixi.integrations.tests.helpers import Program, program_of
from weixi.organisation.scope import system_viewer
from weixi.testing.cast import Cast, make_cast
from weixi.testing.policies import shipped_policy


@pytest.fixture
def company(db: None, moved_clock: Callable[[str], None]) -> Cast:
    moved_clock("2026-01-01T09:00+08:00")
    shipped_policy("quadrant")
    cast = make_cast()
    moved_clock("2026-03-02T10:00+08:00")
    return cast


@pytest.fixture
def program(company: Cast) -> Program:
    return program_of(company.specialist)


def duties() -> list[tuple[str, str]]:
    return [(row.subject, row.state) for row in Duty.objects.filter(subject__startswith="occasion:").order_by("pk")]


def test_from_entering_to_calling_off(company: Cast, program: Program, moved_clock: Callable[[str], None]) -> None:
    body = {"customer_id": company.customer_of("specialist").pk, "kind": "exhibition", "day": "2026-04-20"}
    made = program.post("/occasions", {**body, "title": "压缩机展", "place": "上海"})
    assert made.status_code == 201, made.content
    told = made.json()
    assert (told["kind_title"], told["announced_at"], told["called_off_at"]) == (
        "行业展会", "2026-04-13T00:00:00+08:00", None,
    )  # fmt: skip
    url, pk = f"/occasions/{told['id']}", told["id"]
    changed = program.patch(url, {"day": "2026-03-05", "version": told["version"]})
    assert changed.status_code == 200, changed.content
    # What was not sent stays.
    assert (changed.json()["day"], changed.json()["title"], changed.json()["place"]) == (
        "2026-03-05",
        "压缩机展",
        "上海",
    )
    tick()
    assert duties() == [(f"occasion:{pk}-2", "open")]
    stale = program.patch(url, {"remark": "带样机", "version": told["version"]})
    assert (stale.status_code, stale.json()["code"]) == (409, "version.conflict")
    assert program.delete(url).status_code == 204
    assert duties() == [(f"occasion:{pk}-2", "withdrawn")]
    assert program.get(url).json()["called_off_at"] is not None
    assert program.get("/occasions").json()["items"] == []
    assert program.patch(url, {"remark": "x"}).json()["message"] == "This day was taken out; bring it back first."
    back = program.post(f"{url}/restore")
    assert (back.status_code, back.json()["called_off_at"]) == (200, None)
    tick()
    assert duties()[-1] == (f"occasion:{pk}-3", "open")


def test_lists_are_by_day_and_narrowed(company: Cast, program: Program) -> None:
    mine = company.customer_of("specialist").pk
    for kind, day in (("launch", "2026-06-01"), ("opening", "2026-03-20"), ("launch", "2025-12-01")):
        assert program.post("/occasions", {"customer_id": mine, "kind": kind, "day": day}).status_code == 201
    other = program_of(company.outsider)
    theirs = {"customer_id": company.customer_of("outsider").pk, "kind": "opening", "day": "2026-03-21"}
    foreign = other.post("/occasions", theirs).json()["id"]

    def days(query: str) -> list[str]:
        answer = program.get(f"/occasions{query}")
        assert answer.status_code == 200, answer.content
        return [each["day"] for each in answer.json()["items"]]

    assert days("") == ["2025-12-01", "2026-03-20", "2026-06-01"]
    assert days("?kind=launch&from_day=2026-01-01") == ["2026-06-01"]
    assert days(f"?customer_id={mine}&until_day=2026-03-20") == ["2025-12-01", "2026-03-20"]
    assert program.get(f"/occasions/{foreign}").status_code == 404
    assert program.post("/occasions", theirs).status_code == 404
    assert program.get(f"/occasions?customer_id={theirs['customer_id']}").status_code == 404
    everybody = program_of(company.director).get("/occasions").json()
    assert everybody["total"] == 4


def test_what_is_wrong_is_named(company: Cast, program: Program) -> None:
    customer = company.customer_of("specialist")
    refused = program.post("/occasions", {"customer_id": customer.pk, "kind": "wedding", "day": "2026-04-20"})
    assert (refused.status_code, list(refused.json()["fields"])) == (400, ["kind"])
    made = program.post("/occasions", {"customer_id": customer.pk, "kind": "opening", "day": "2026-04-20"}).json()
    archive_customer(customer, viewer=system_viewer("test"), reason="停业")
    for answer in (
        program.patch(f"/occasions/{made['id']}", {"day": "2026-05-01"}),
        program.post("/occasions", {"customer_id": customer.pk, "kind": "opening", "day": "2026-04-20"}),
    ):
        assert (answer.status_code, answer.json()["message"]) == (
            409,
            "This customer was put away; bring it back first.",
        )
    assert Occasion.objects.get().day.isoformat() == "2026-04-20"


def test_the_same_key_enters_it_once(company: Cast, program: Program) -> None:
    body = {"customer_id": company.customer_of("specialist").pk, "kind": "opening", "day": "2026-04-20"}
    first = program.post("/occasions", body, **{"Idempotency-Key": "erp-1"})
    again = program.post("/occasions", body, **{"Idempotency-Key": "erp-1"})
    assert first.status_code == again.status_code == 201 and first.json() == again.json()
    assert Occasion.objects.count() == 1
