"""A company that calls its grades otherwise, and grades by other numbers, finds its words everywhere: on pages, in the API,
in exports, in workbooks and on paper."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Callable
from typing import Any

import pytest
from django.http import QueryDict
from django.test import Client
from django.urls import reverse
from python_calamine import CalamineWorkbook

from weixi.commerce.tests.helpers import buy
from weixi.customers.exporting.services import request_export
from weixi.customers.models import Customer
from weixi.grading import commands
from weixi.integrations.tests.helpers import program_of
from weixi.kernel.jobs import services as jobs
from weixi.organisation.scope import system_viewer
from weixi.testing.cast import Cast
from weixi.testing.policies import policy_with

# As the company calls them, and what its words may never fall back to.
OURS = {"core": "战略客户", "important": "成长客户", "normal": "基础客户"}
# (A visit class is called 重要客户, too: that is another word.)
SHIPPED = ("核心客户", "普通客户")
POLICY: dict[str, Any] = {
    **{f"grading.grade[{code}].title": title for code, title in OURS.items()},
    "grading.threshold.value": 90,
    "grading.threshold.potential": 90,
    "grading.indicator[annual_amount].title": "年度净额",
    "C-1a.every": "P1W",
    # Titles of rules are the company's own text.
    "C-1a.title": "战略客户每周深度沟通",
    "C-1c.title": "基础客户批量触达",
    "N-1.title": "战略客户需求访谈",
}


@pytest.fixture
def graded(cast: Cast, settings: Any, tmp_path: Any) -> Customer:
    """One customer, graded by the company's own policy: its value just fails a threshold of 90."""
    settings.MEDIA_ROOT = tmp_path
    policy_with(POLICY)
    customer = cast.customer_of("specialist")
    buy(customer, "2026-11-01", "60000")
    commands.approve(commands.run(viewer=system_viewer("test"))["run"], viewer=cast.viewer("service_manager"))
    customer.refresh_from_db()
    return customer


def own(text: str, *wanted: str) -> None:
    for each in wanted:
        assert each in text
    for each in SHIPPED:
        assert each not in text, each


def test_numbers_decide_and_names_follow_on_pages(
    cast: Cast, graded: Customer, client_as: Callable[..., Client]
) -> None:
    assert graded.grade == "normal", "by the shipped threshold of 60 it would be another"
    director = client_as(cast.director)
    for name in ("grading-table", "grading-register", "grading-gaps", "grading-history"):
        own(director.get(reverse(name)).content.decode(), "基础客户")
    standards = director.get(reverse("grading-service-standards")).content.decode()
    own(standards, "战略客户", "每周至少1次深度沟通")
    page = director.get(graded.get_absolute_url()).content.decode()
    own(page, "基础客户", "年度净额 ¥60,000.00")
    own(director.get(reverse("customers")).content.decode(), "基础客户")
    sheet = director.get(reverse("grading-evaluation", args=[graded.pk])).content.decode()
    own(sheet, "基础客户", "年度净额")


def test_names_in_the_api(cast: Cast, graded: Customer) -> None:
    program = program_of(cast.director)
    detail = program.get(f"/customers/{graded.pk}").json()
    assert (detail["grade"], detail["grade_name"]) == ("normal", "基础客户")
    listed = program.get("/customers?grade=normal").json()["items"]
    assert {row["grade_name"] for row in listed} == {"基础客户"}
    table = program.get("/grading/table").json()["results"]["items"]
    assert {row["grade_name"] for row in table} == {"基础客户"}


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_names_in_exports(cast: Cast, graded: Customer, form: str) -> None:
    run = request_export(
        cast.viewer("director"), "customers", QueryDict(), [["grade", "w-80"]], format=form, reason="盘点"
    )
    assert run.job_id is not None
    jobs.run_now(run.job_id)
    run.refresh_from_db()
    if form == "csv":
        rows: list[list[Any]] = list(csv.reader(io.StringIO(run.path.read_text("utf-8-sig"))))
    else:
        rows = CalamineWorkbook.from_path(run.path).get_sheet_by_index(0).to_python()
    text = "\n".join(" ".join(map(str, row)) for row in rows)
    own(text, "基础客户")


def test_names_in_the_workbooks_of_grading(cast: Cast, graded: Customer, client_as: Callable[..., Client]) -> None:
    director = client_as(cast.director)
    for name, method in (
        ("grading-table-xlsx", "post"), ("grading-register-xlsx", "get"), ("grading-service-standards-xlsx", "get"),
    ):  # fmt: skip
        answer = getattr(director, method)(reverse(name))
        book = CalamineWorkbook.from_filelike(io.BytesIO(b"".join(answer.streaming_content)))
        for sheet in book.sheet_names:
            text = "\n".join(" ".join(map(str, row)) for row in book.get_sheet_by_name(sheet).to_python())
            own(text, "基础客户")


@pytest.mark.usefixtures("own_store")
def test_names_on_paper(cast: Cast, graded: Customer, client_as: Callable[..., Client]) -> None:
    Customer.objects.filter(pk=graded.pk).update(grade="core")
    director = client_as(cast.director)
    card = director.get(reverse("customer-paper", args=[graded.pk, "card"]))
    own(card.content.decode(), "战略客户")
    form = director.get(reverse("customer-paper", args=[graded.pk, "form"])).content.decode()
    own(form)
    word = director.get(reverse("customer-paper-file", args=[graded.pk, "card", "docx"]))
    content = b"".join(word.streaming_content) if word.streaming else word.content
    text = zipfile.ZipFile(io.BytesIO(content)).read("word/document.xml").decode()
    own(text, "战略客户")
    for name in ("grading-register-pdf", "grading-service-standards-pdf"):
        assert director.get(reverse(name)).content[:4] == b"%PDF"
