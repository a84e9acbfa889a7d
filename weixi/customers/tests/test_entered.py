"""Customers entered many at once are judged and found from what was written, not from what is read back."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from typing import Any

import pytest
from django.db import connection, transaction
from django.db.transaction import TransactionManagementError
from django.test.utils import CaptureQueriesContext

from weixi.customers.models import ArchiveState, Customer
from weixi.customers.projections import index_customers, judge_archives
from weixi.customers.services import add_contact, change_customer
from weixi.customers.services.bulk import NewCustomer, create_customers
from weixi.customers.services.custom_fields import define_field
from weixi.kernel.errors import Invalid
from weixi.kernel.events.models import Event
from weixi.kernel.events.work import unit_of_work
from weixi.kernel.search.models import SearchEntry
from weixi.organisation.scope import system_viewer
from weixi.testing.policies import shipped_policy

SYSTEM = system_viewer("test")
FULL = {
    "industry": "纺织",
    "phone": "051266881234",
    "need_preference": "交期",
    "address": "工业园",
    "short_name": "启明",
}


@pytest.fixture
def own_field(db: None) -> str:
    shipped_policy("quadrant")
    return define_field(viewer=SYSTEM, title="厂房面积", type="number", required_for=["all"], key_field=True).key


def standing(ids: Sequence[int]) -> list[Any]:
    """How these are judged and found, and what was stated of them."""
    return [
        *Customer.objects.filter(pk__in=ids).order_by("pk").values_list("pk", "completeness"),
        *ArchiveState.objects.filter(pk__in=ids).order_by("pk").values_list("pk", "key_gaps", "ask_from"),
        *SearchEntry.objects.filter(customer_id__in=ids)
        .order_by("kind", "object_id")
        .values_list("kind", "title", "text"),
        *Event.objects.filter(customer_id__in=ids).order_by("customer_id", "type").values_list("customer_id", "type"),
    ]


def test_they_stand_as_if_each_had_been_read(own_field: str) -> None:
    given = [
        {}, FULL, {**FULL, own_field: "0"}, {own_field: "12"}, {"kind": "person", "phone": "13800138000"},
        {"kind": "person", **FULL, own_field: "3"},
    ]  # fmt: skip
    rows = [NewCustomer(f"苏州启明{n}有限公司", f"N-{n}", values=values) for n, values in enumerate(given * 2)]
    ids = [customer.pk for customer in create_customers(rows, viewer=SYSTEM)]
    found = standing(ids)
    assert len({percent for _pk, percent in found[: len(ids)]}) > 3
    with unit_of_work(actor="test") as work:
        judge_archives(work, ids)
    index_customers(ids)
    assert standing(ids) == found


def test_what_the_unit_says_of_them_besides_counts(own_field: str) -> None:
    with unit_of_work(actor="test"):
        one, two, three = create_customers(
            [NewCustomer(name) for name in ("甲公司", "乙公司", "丙公司")], viewer=SYSTEM
        )
        change_customer(one, viewer=SYSTEM, values={**FULL, "name": "海岸公司", own_field: "7"})
        add_contact(two, viewer=SYSTEM, name="周建国", mobile="13800000001")
    ids = [one.pk, two.pk, three.pk]
    found = standing(ids)
    assert [text for kind, title, text in found[6:10] if title == "海岸公司"]
    percents = [percent for _pk, percent in found[:3]]
    assert percents[0] > percents[1] > percents[2]
    with unit_of_work(actor="test") as work:
        judge_archives(work, ids)
    index_customers(ids)
    assert standing(ids) == found


def test_those_taken_back_are_forgotten(own_field: str) -> None:
    with unit_of_work(actor="test") as work:
        with pytest.raises(Invalid), unit_of_work(actor="test"):
            create_customers([NewCustomer("甲公司", values=FULL)], viewer=SYSTEM)
            raise Invalid("")
        assert not work.entered and not work.pending
        (made,) = create_customers([NewCustomer("乙公司")], viewer=SYSTEM)
    assert [title for _kind, title, _text in standing([made.pk])[2:3]] == ["乙公司"]


def test_a_whole_unit_takes_nothing_back_alone(own_field: str) -> None:
    with pytest.raises(TransactionManagementError), transaction.atomic(), unit_of_work(actor="test", whole=True):
        create_customers([NewCustomer("甲公司")], viewer=SYSTEM)
        with suppress(Invalid), unit_of_work(actor="test"):
            raise Invalid("")
    assert not Customer.objects.exists() and not Event.objects.filter(type="customer.created").exists()


def test_a_customer_is_written_once(own_field: str) -> None:
    rows = [NewCustomer(f"苏州启明{n}有限公司", values={"phone": "051266881234"} if n % 2 else {}) for n in range(30)]
    with CaptureQueriesContext(connection) as asked:
        ids = [customer.pk for customer in create_customers(rows, viewer=SYSTEM)]
    percents = set(Customer.objects.filter(pk__in=ids).values_list("completeness", flat=True))
    assert len(percents) == 2 and 0 not in percents
    assert [each["sql"] for each in asked if each["sql"].startswith(f'UPDATE "{Customer._meta.db_table}"')] == []
