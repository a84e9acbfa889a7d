from __future__ import annotations

from typing import Any

import pytest

from weixi.customers.completeness import standing
from weixi.customers.models import Customer
from weixi.customers.queries.archive import archive_standing
from weixi.customers.services import add_contact, change_customer, create_customer
from weixi.kernel.events.models import Event
from weixi.kernel.events.work import unit_of_work
from weixi.organisation.scope import system_viewer
from weixi.policy.document.archive import ArchiveField
from weixi.testing.policies import shipped_policy

ALL = ArchiveField(key="industry", title="行业", group="basic", required_for=("all",))
CORE = ArchiveField(key="address", title="地址", group="basic", required_for=("core",))
OF_COMPANY = ArchiveField(key="legal", title="法人", group="basic", of="company", required_for=("all",))
KEY = ArchiveField(key="history", title="购买历史", group="deal", key_field=True, computed=True)
EMPTY = {"industry": "", "address": "", "legal": "", "history": None}


@pytest.mark.parametrize(
    ("filled", "kind", "grade", "percent", "gaps"),
    [
        ({}, "person", "", 0, ["industry"]),
        ({"industry": "纺织"}, "person", "", 100, []),
        ({"industry": "纺织"}, "company", "", 50, ["legal"]),
        ({"industry": "纺织"}, "company", "core", 33, ["address", "legal"]),
        ({"industry": "纺织", "address": "苏州"}, "person", "core", 100, []),
        ({"industry": "纺织"}, "person", "normal", 100, []),
    ],
)
def test_standing_counts_what_the_grade_demands(
    filled: dict[str, Any], kind: str, grade: str, percent: int, gaps: list[str]
) -> None:
    judged = standing([ALL, CORE, OF_COMPANY], {**EMPTY, **filled}, kind=kind, grade=grade)
    assert (judged.percent, [gap.key for gap in judged.gaps]) == (percent, gaps)
    assert judged.complete == (not gaps)


def test_standing_counts_key_fields_apart_from_the_share() -> None:
    judged = standing([KEY], EMPTY, kind="person", grade="")
    assert (judged.percent, [gap.key for gap in judged.key_gaps]) == (100, ["history"])


def test_standing_asks_nothing_of_a_field_that_is_kept_elsewhere() -> None:
    other = ArchiveField(key="elsewhere", title="别处", group="basic", required_for=("all",))
    assert standing([other], EMPTY, kind="person", grade="").percent == 100


@pytest.fixture
def policy(db: None) -> None:
    shipped_policy("quadrant")


def completed() -> int:
    return Event.objects.filter(type="archive.completed").count()


def fill(customer: Any, viewer: Any) -> None:
    change_customer(
        customer, viewer=viewer, values={"industry": "纺织", "phone": "0512-6688", "need_preference": "交期"}
    )
    add_contact(customer, viewer=viewer, name="周建国", mobile="13800000001")


def test_the_archive_is_stated_complete_when_the_last_required_field_comes(policy: None) -> None:
    viewer = system_viewer("test")
    customer = create_customer(viewer=viewer, name="苏州恒泰纺织有限公司")
    customer.refresh_from_db()
    assert 0 < customer.completeness < 100
    assert completed() == 0
    fill(customer, viewer)
    customer.refresh_from_db()
    assert (customer.completeness, completed()) == (100, 1)
    add_contact(customer, viewer=viewer, name="陈立群")
    assert completed() == 1


def test_the_signing_of_a_contract_finds_a_complete_archive(policy: None) -> None:
    viewer = system_viewer("test")
    customer = create_customer(viewer=viewer, name="苏州恒泰纺织有限公司")
    fill(customer, viewer)
    with unit_of_work(actor=viewer.actor) as work:
        work.record("contract.signed", customer=customer.pk, data={"number": "HT-1", "first": True})
    assert completed() == 2


def test_a_higher_grade_asks_for_more(policy: None) -> None:
    viewer = system_viewer("test")
    customer = create_customer(viewer=viewer, name="苏州恒泰纺织有限公司")
    fill(customer, viewer)
    assert archive_standing(customer).complete
    Customer.objects.filter(pk=customer.pk).update(grade="core")
    customer.refresh_from_db()
    assert "address" in {gap.key for gap in archive_standing(customer).gaps}
