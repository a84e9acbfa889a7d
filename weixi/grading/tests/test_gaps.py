"""The gap analysis: what the policy asks per grade, who lacks it, and that each number opens its customers."""

from __future__ import annotations

import re
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from django.urls import reverse
from django.utils import translation

from weixi.customers.models import Customer
from weixi.grading import commands
from weixi.grading.gaps import gaps_of, line_of, lines
from weixi.grading.models import GradingRun
from weixi.interactions.services import record_interaction
from weixi.kernel import clock
from weixi.kernel.errors import NotFound
from weixi.organisation.scope import system_viewer
from weixi.testing.cast import Cast
from weixi.testing.policies import shipped_policy

pytestmark = pytest.mark.django_db
SYSTEM = system_viewer("test")


@pytest.fixture
def graded(cast: Cast) -> Cast:
    shipped_policy()
    run = GradingRun.objects.get(pk=commands.run(viewer=SYSTEM)["run"])
    assert run.pk
    Customer.objects.update(grade="core")
    return cast


def talked(customer: Customer, days: int) -> None:
    record_interaction(
        customer, viewer=SYSTEM, kind="call", content="聊过", occurred_at=clock.now() - timedelta(days=days)
    )


def test_each_grade_is_asked_what_the_policy_says(graded: Cast) -> None:
    found = {line.code: line for line in lines()}
    assert [*found] == ["core", "important", "normal"]
    asked = {code: line.demands[0].test.values for code, line in found.items()}
    # Every month, every quarter, every half-year.
    assert asked == {"core": ("31",), "important": ("92",), "normal": ("184",)}
    core = found["core"]
    assert core.grade is not None and core.standard is not None
    assert [each.code for each in core.demands] == ["contact.C-1a", "duty", "archive", "key"]
    with pytest.raises(NotFound):
        line_of("diamond")


def test_who_lacks_it_is_counted_within_scope_and_opens_the_list(graded: Cast, client_as: Any) -> None:
    mine = graded.customer_of("specialist")
    talked(mine, 3)
    talked(graded.customer_of("colleague"), 40)
    whole, gaps = gaps_of(graded.viewer("supervisor"), line_of("core"))
    contact = next(gap for gap in gaps if gap.demand.code == "contact.C-1a")
    seen = Customer.objects.filter(graded.viewer("supervisor").owned())
    assert whole.number == seen.count()
    # Who was entered lately and never talked to yet has the time still before him.
    assert contact.count.number == 1
    page = client_as(graded.supervisor).get(contact.url).content.decode()
    assert graded.customer_of("colleague").name in page and mine.name not in page
    part = client_as(graded.supervisor).get(reverse("grading-gap-counts", args=["core"])).content.decode()
    links = [unescape(url) for url in re.findall(r'href="([^"]+)"', part)]
    assert links == [gap.url for gap in gaps]
    assert client_as(graded.supervisor).get(reverse("grading-gaps")).status_code == 200
    assert client_as(graded.supervisor).get(reverse("grading-gap-counts", args=["none"])).status_code == 404


def test_the_evaluation_form_names_the_gaps_of_its_customer(graded: Cast, client_as: Any) -> None:
    mine = graded.customer_of("specialist")
    url = reverse("grading-evaluation", args=[mine.pk])
    with translation.override("zh-hans"):
        lacking = line_of("core").demands[0].lacking
    talked(mine, 40)
    assert lacking in client_as(graded.specialist).get(url).content.decode()
    talked(mine, 1)
    assert lacking not in client_as(graded.specialist).get(url).content.decode()
