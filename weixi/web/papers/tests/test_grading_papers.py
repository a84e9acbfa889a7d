"""The outputs of grading as PDF and workbook: what stands on them, who may take them, what is kept of it."""

from __future__ import annotations

import io
from typing import Any

import pytest
from django.urls import reverse
from python_calamine import CalamineWorkbook

from weixi.customers.models import Customer, RecordView
from weixi.grading import commands
from weixi.grading.models import GradingRun
from weixi.kernel.events.models import Event
from weixi.organisation.scope import system_viewer
from weixi.policy.queries import policy_in_force, version_in_force
from weixi.testing.cast import Cast
from weixi.testing.policies import shipped_policy
from weixi.web.papers.content import Grid
from weixi.web.papers.grading import register_paper, standards_paper, table_paper

pytestmark = pytest.mark.django_db
SYSTEM = system_viewer("test")


@pytest.fixture
def run(cast: Cast) -> GradingRun:
    shipped_policy()
    return GradingRun.objects.get(pk=commands.run(viewer=SYSTEM)["run"])


def cells(paper: Any) -> list[tuple[str, ...]]:
    (grid,) = paper.parts
    assert isinstance(grid, Grid) and all(len(row) == len(grid.heads) == len(grid.widths) for row in grid.rows)
    return list(grid.rows)


def test_the_register_has_every_grade_with_standard_and_strategy(cast: Cast, run: GradingRun) -> None:
    rows = cells(register_paper(cast.viewer("director"), run))
    section = policy_in_force().grading
    assert section is not None
    for grade in section.grade:
        (row,) = [row for row in rows if row[0] == grade.title]
        assert (row[1], row[5]) == (grade.standard, grade.strategy)
    assert sum(int(row[2]) for row in rows) == Customer.objects.count()


def test_the_standards_are_the_policys_text(cast: Cast, run: GradingRun) -> None:
    version = version_in_force()
    assert version is not None and version.policy.grading is not None
    made = standards_paper(cast.viewer("specialist"), version.policy.grading, version.label)
    assert [row[2] for row in cells(made)] == [row.content for row in version.policy.grading.service_standard]


def test_the_table_holds_ones_own_customers_and_the_mark(cast: Cast, run: GradingRun) -> None:
    made = table_paper(cast.viewer("specialist"), run, "G-1 钱多多")
    assert [row[0] for row in cells(made)] == [cast.customer_of("specialist").number]
    assert made.printed_by == "G-1 钱多多"


def test_they_come_as_pdf_and_workbook(cast: Cast, run: GradingRun, client_as: Any) -> None:
    browser = client_as(cast.specialist)
    for name in ("grading-register-pdf", "grading-service-standards-pdf"):
        answer = browser.get(reverse(name))
        assert answer.status_code == 200 and answer.content.startswith(b"%PDF-"), name
        assert answer["Content-Disposition"].startswith("attachment")
    book = b"".join(browser.get(reverse("grading-register-xlsx")).streaming_content)
    rows = CalamineWorkbook.from_filelike(io.BytesIO(book)).get_sheet_by_index(0).to_python()
    assert len(rows) > 3 and not Event.objects.filter(type="grading.table_exported").exists()


def test_the_table_is_taken_by_right_and_on_record(
    cast: Cast, run: GradingRun, client_as: Any, monkeypatch: Any
) -> None:
    url = reverse("grading-table-pdf")
    assert client_as(cast.specialist).post(url).status_code == 403
    assert client_as(cast.director).get(url).status_code == 405
    answer = client_as(cast.director).post(url)
    assert answer.content.startswith(b"%PDF-")
    number = Customer.objects.count()
    assert Event.objects.get(type="grading.table_exported").data == {"rows": number}
    assert RecordView.objects.filter(person=cast.director, way="export").count() == number
    monkeypatch.setattr("weixi.web.views.grading_papers.MOST_LINES", number - 1)
    assert client_as(cast.director).post(url).status_code == 409
    assert Event.objects.filter(type="grading.table_exported").count() == 1
