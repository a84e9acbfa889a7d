"""A policy with other grades is put in force: until the next grading customers keep a grade it does not know."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from weixi.commerce.tests.helpers import buy
from weixi.customers.grades import grade_labels
from weixi.customers.models import Customer
from weixi.grading import commands
from weixi.grading.models import GradeResult, GradingRun
from weixi.grading.queries.preview import _is_up
from weixi.organisation.scope import system_viewer
from weixi.policy import services
from weixi.policy.document.edit import set_values
from weixi.policy.document.shipped import build_shipped
from weixi.testing.cast import Cast
from weixi.testing.policies import shipped_policy

SYSTEM = system_viewer("test")
FILLED = {
    "partnership": "further", "vip.annual_amount_from": 200_000, "vip.orders_6m_from": 3, "vip.csat_from": 85,
    "important.annual_amount_from": 50_000, "important.annual_amount_below": 200_000, "important.orders_6m_from": 1,
    "important.orders_6m_to": 8, "important.csat_from": 75, "normal.annual_amount_below": 50_000, "normal.orders_6m_to": 2,
    "high_potential.annual_amount_below": 50_000, "high_potential.industry_outlook_from": 60,
    "high_potential.intent_from": 60,
}  # fmt: skip


@pytest.fixture
def run(cast: Cast, moved_clock: Callable[[str], None]) -> GradingRun:
    """Two graded core under the first policy; a grading by the second, whose VIP asks for a satisfaction nobody knows."""
    moved_clock("2026-03-02T09:00+08:00")
    shipped_policy("quadrant")
    Customer.objects.filter(owner=cast.specialist).update(grade="core")
    for day in ("2026-02-18", "2026-02-19", "2026-02-20"):
        buy(cast.customer_of("specialist"), day, "300000")
    document = build_shipped("vip")
    values = {f"grading.vip.{path}": value for path, value in FILLED.items()}
    document = set_values(document, {"policy.effective_from": "2026-03-03", **values})
    version = services.draft_version(document, viewer=SYSTEM)
    services.submit_version(version, viewer=SYSTEM)
    services.approve_version(version, viewer=SYSTEM, own=True)
    services.activate_version(version, viewer=SYSTEM)
    moved_clock("2026-03-04T09:00+08:00")
    return GradingRun.objects.get(pk=commands.run(viewer=SYSTEM)["run"])


def page_of(answer: Any) -> str:
    assert answer.status_code == 200
    return str(answer.content.decode())


def test_a_grade_of_an_earlier_policy_keeps_its_name(
    run: GradingRun, cast: Cast, client_as: Callable[..., Client]
) -> None:
    labels = grade_labels()
    assert "core" not in labels and labels.get("core", "core") == "核心客户"
    assert labels.get("", "") == "" and labels.get("nothing", "nothing") == "nothing"
    desk = client_as(cast.service_manager)
    for address in (reverse("customers"), reverse("customer", args=[cast.customer_of("specialist").pk]), reverse("grading-run", args=[run.pk])):  # fmt: skip
        page = page_of(desk.get(address))
        assert "核心客户" in page and ">core<" not in page and ">core " not in page, address


def test_who_fits_no_grade_is_told_what_is_not_known(
    run: GradingRun, cast: Cast, client_as: Callable[..., Client]
) -> None:
    customer = cast.customer_of("specialist")
    assert GradeResult.objects.get(run=run, customer=customer).grade == ""
    desk = client_as(cast.service_manager)
    assert "无满意度记录，暂不换级" in page_of(desk.get(reverse("grading-run", args=[run.pk])))
    sheet = page_of(desk.get(reverse("grading-evaluation", args=[customer.pk]) + f"?run={run.pk}"))
    assert "不符合任何分级" in sheet


@pytest.mark.parametrize(
    ("old", "new", "up"),
    [("normal", "vip", True), ("vip", "normal", False), ("core", "vip", None), ("vip", "", None), ("", "vip", None)],
)
def test_only_grades_of_one_policy_are_higher_or_lower(old: str, new: str, up: bool | None) -> None:
    row: Any = SimpleNamespace(grade=new, old_grade=old)
    assert _is_up(row, {"vip": 1, "important": 2, "normal": 3}) is up


def test_today_says_what_waits_for_a_decision(run: GradingRun, cast: Cast, client_as: Callable[..., Client]) -> None:
    page = page_of(client_as(cast.service_manager).get(reverse("today")))
    assert "等我审批" in page and "有事项等您审批" in page
    assert "等我审批" not in page_of(client_as(cast.specialist).get(reverse("today")))
