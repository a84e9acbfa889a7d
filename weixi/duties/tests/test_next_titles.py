"""What a list says beside the next due time is the duty that falls due then, also one that has no row."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from weixi.customers.models import Customer
from weixi.customers.services import create_customer
from weixi.duties.models import Duty
from weixi.duties.queries.of_customer import next_titles
from weixi.duties.services.tick import tick
from weixi.kernel.events.work import unit_of_work
from weixi.organisation.scope import system_viewer
from weixi.testing.cast import Cast
from weixi.testing.policies import shipped_policy

SYSTEM = system_viewer("test")
NOW = datetime.fromisoformat("2026-03-20T09:00+08:00")


@pytest.fixture
def customers(cast: Cast, moved_clock: Any) -> list[Customer]:
    """One of each grade, so that different cadences run."""
    moved_clock(NOW)
    shipped_policy("quadrant")
    found: list[int] = []
    for grade in ("core", "important", "normal"):
        made = create_customer(viewer=SYSTEM, name=f"客户{grade}有限公司", owner=cast.specialist)
        with unit_of_work(actor="test") as work:
            Customer.objects.filter(pk=made.pk).update(grade=grade)
            work.record("customer.graded", customer=made.pk, subject=("customer", made.pk), data={"grade": grade})
        found.append(made.pk)
    tick()
    return list(Customer.objects.filter(pk__in=found).select_related("owner").order_by("pk"))


def test_periods_without_a_row_are_named(customers: list[Customer], cast: Cast) -> None:
    titles = next_titles(cast.viewer("director"), customers)
    assert [titles[row.pk] for row in customers] == [
        "核心客户每月深度沟通", "重要客户每季度正式回访", "普通客户每半年批量触达",
    ]  # fmt: skip


def test_a_later_duty_lends_no_title_to_an_earlier_time(customers: list[Customer], cast: Cast) -> None:
    core = customers[0]
    assert core.next_due_at is not None
    Duty.objects.create(
        key="K-2b|order:1|x", clause="K-2b", kind="deadline", title="购买后4—6个月回访", customer=core, anchor="x",
        opens_at=NOW, due_at=core.next_due_at.replace(year=2027), state="open", assignee=cast.specialist,
    )  # fmt: skip
    assert next_titles(cast.viewer("director"), customers)[core.pk] == "核心客户每月深度沟通"


def test_the_duty_that_falls_due_then_is_named(customers: list[Customer], cast: Cast) -> None:
    core = customers[0]
    Duty.objects.create(
        key="K-2b|order:1|x", clause="K-2b", kind="deadline", title="购买后4—6个月回访", customer=core, anchor="x",
        opens_at=NOW, due_at=core.next_due_at, state="open", assignee=cast.specialist,
    )  # fmt: skip
    assert next_titles(cast.viewer("director"), customers)[core.pk] == "购买后4—6个月回访"


def test_equally_many_queries(customers: list[Customer], cast: Cast, django_assert_num_queries: Any) -> None:
    viewer = cast.viewer("director")
    next_titles(viewer, customers)
    for rows in (customers[:1], customers):
        with django_assert_num_queries(2):
            next_titles(viewer, rows)
