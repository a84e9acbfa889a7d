"""The pages of grading: who sees what, and that they cost the same for one customer as for three."""

from __future__ import annotations

import io
from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from python_calamine import CalamineWorkbook

from weixi.commerce.tests.helpers import buy
from weixi.customers.models import Customer, RecordView
from weixi.grading import commands
from weixi.grading.enums import RunState
from weixi.grading.models import GradeOverride, GradeResult, GradingRun, Judgement
from weixi.grading.services import approve_run, ask_override, judge_indicator
from weixi.grading.services.tables import export_table
from weixi.kernel.errors import Conflict
from weixi.kernel.events.models import Event
from weixi.kernel.jobs.services import run_now
from weixi.organisation.scope import system_viewer
from weixi.policy.document.grading import Spend

SYSTEM = system_viewer("test")


@pytest.fixture
def world(cast, moved_clock, in_force):
    moved_clock("2026-11-24T10:00+08:00")
    in_force("spend", spend=Spend.model_validate({"high_above": 2000, "mid_from": 500}))
    buy(cast.customer_of("account_manager"), "2026-06-01", "2000.01")
    buy(cast.customer_of("specialist"), "2026-06-01", "500")
    return cast


@pytest.fixture
def run(world):
    return GradingRun.objects.get(pk=commands.run(viewer=SYSTEM)["run"])


def text_of(answer):
    assert answer.status_code == 200
    return answer.content.decode()


PAGES = ["grading", "grading-table", "grading-register", "grading-service-standards", "grading-history"]


@pytest.mark.parametrize("name", PAGES)
def test_every_page_opens_for_everybody_who_is_logged_in(world, run, client_as, name):
    for person in (world.service_manager, world.specialist, world.executive):
        text_of(client_as(person).get(reverse(name)))


@pytest.mark.parametrize("name", ["grading-table", "grading-register"])
def test_before_the_first_grading_tables_say_the_way(cast, in_force, client_as, name):
    in_force("spend")
    assert "/grading/new/" in text_of(client_as(cast.supervisor).get(reverse(name)))
    assert "/grading/new/" not in text_of(client_as(cast.specialist).get(reverse(name)))
    assert client_as(cast.supervisor).get(reverse(name) + "?run=12").status_code == 404


def test_without_log_in_nothing_opens(db, client):
    for name in PAGES:
        assert client.get(reverse(name)).status_code == 302


def test_first_page_before_any_grading_says_what_to_do(world, client_as):
    assert reverse("grading-new") in text_of(client_as(world.service_manager).get(reverse("grading")))
    assert reverse("grading-new") not in text_of(client_as(world.specialist).get(reverse("grading")))


def test_a_restricted_role_sees_his_own_customers_only(world, run, client_as):
    mine, foreign = world.customer_of("specialist"), world.customer_of("account_manager")
    for url in (reverse("grading-run", args=[run.pk]), reverse("grading-table")):
        text = text_of(client_as(world.specialist).get(url))
        assert mine.name in text
        assert foreign.name not in text
        assert foreign.name in text_of(client_as(world.director).get(url))
    assert ">1<" in text_of(client_as(world.specialist).get(reverse("grading-register")))


def test_evaluation_of_a_foreign_customer_is_not_found(world, run, client_as):
    url = reverse("grading-evaluation", args=[world.customer_of("account_manager").pk])
    assert client_as(world.specialist).get(url).status_code == 404
    own = reverse("grading-evaluation", args=[world.customer_of("specialist").pk])
    assert world.customer_of("specialist").name in text_of(client_as(world.specialist).get(own))


def test_only_the_approver_is_offered_the_decision_and_may_take_it(world, run, client_as):
    url, approve = reverse("grading-run", args=[run.pk]), reverse("grading-approve", args=[run.pk])
    assert approve in text_of(client_as(world.service_manager).get(url))
    for person in (world.supervisor, world.admin, world.director, world.specialist):
        browser = client_as(person)
        assert approve not in text_of(browser.get(url))
        assert browser.post(approve).status_code == 403
        assert browser.post(reverse("grading-return", args=[run.pk]), {"note": "x"}).status_code in (403, 422)
    run.refresh_from_db()
    assert run.state == RunState.PREVIEW
    shown = GradeResult.objects.filter(run=run, moves=True, included=True).count()
    assert client_as(world.service_manager).post(approve, {"expected": shown}).status_code == 302
    run.refresh_from_db()
    assert (run.state, run.decided_by) == (RunState.APPROVED, world.service_manager)


def test_unticking_by_the_page(world, run, client_as):
    mine = world.customer_of("specialist")
    url = reverse("grading-rows", args=[run.pk])
    assert client_as(world.specialist).post(url, {"customer": mine.pk, "included": "0"}).status_code == 403
    foreign = world.customer_of("sales").pk
    assert client_as(world.supervisor).post(url, {"customer": foreign, "included": "0"}).status_code == 404
    client_as(world.supervisor).post(url, {"customer": mine.pk, "included": "0"})
    assert GradeResult.objects.get(run=run, included=False).customer == mine


def test_get_decides_nothing(world, run, client_as):
    browser = client_as(world.service_manager)
    for name in ("grading-approve", "grading-rows"):
        assert browser.get(reverse(name, args=[run.pk])).status_code == 405


def test_a_new_grading_by_the_page(world, client_as):
    browser = client_as(world.supervisor)
    assert browser.post(reverse("grading-new"), {"as_of": "2026-11-25", "preset": ""}).status_code == 422
    assert browser.post(reverse("grading-new"), {"as_of": "2026-11-24", "preset": "vip"}).status_code == 422
    assert not GradingRun.objects.exists()
    made = browser.post(reverse("grading-new"), {"as_of": "2026-11-24", "preset": ""})
    assert made.status_code == 302
    assert client_as(world.specialist).post(reverse("grading-new"), {"as_of": "2026-11-24"}).status_code == 403


def test_the_page_that_waits_for_the_result_becomes_the_result(world, client_as):
    browser = client_as(world.supervisor)
    browser.post(reverse("grading-new"), {"as_of": "2026-11-24", "preset": ""})
    run = GradingRun.objects.get()
    asking = {"HTTP_HX_REQUEST": "true", "HTTP_HX_TARGET": "computing"}
    waiting = browser.get(run.get_absolute_url(), **asking)
    assert 'id="computing"' in text_of(waiting) and "HX-Refresh" not in waiting
    run_now(run.job_id)
    come = browser.get(run.get_absolute_url(), **asking)
    assert (come.status_code, come["HX-Refresh"]) == (204, "true")
    assert 'id="grading-run"' in text_of(browser.get(run.get_absolute_url()))


def test_export_needs_its_right(world, run, client_as):
    url = reverse("grading-table-xlsx")
    assert client_as(world.specialist).post(url).status_code == 403
    answer = client_as(world.director).post(url)
    assert b"".join(answer.streaming_content)[:2] == b"PK"


def test_the_table_as_a_file_is_marked_and_on_record(world, run, tmp_path):
    path = tmp_path / "table.xlsx"
    with path.open("wb") as stream:
        number = export_table(run, stream, viewer=world.viewer("director"))
    rows = CalamineWorkbook.from_path(path).get_sheet_by_index(0).to_python()
    assert len(rows) == number + 1 > 1
    assert all(world.director.username in row[-1] and f"G-{run.pk} " in row[-1] for row in rows[1:])
    assert Event.objects.get(type="grading.table_exported").data == {"rows": number}
    assert RecordView.objects.filter(person=world.director, way="export").count() == number


def test_a_table_of_so_many_that_others_agree_goes_through_the_list(world, run, monkeypatch):
    monkeypatch.setattr("weixi.grading.services.tables.approved_from", lambda: 6)
    with pytest.raises(Conflict):
        export_table(run, io.BytesIO(), viewer=world.viewer("director"))
    assert not Event.objects.filter(type="grading.table_exported").exists()
    assert export_table(run, io.BytesIO(), viewer=world.viewer("supervisor")) < 6, "his own are fewer"


def test_the_evaluation_form_shows_a_record_and_is_noted(world, run, client_as):
    mine = world.customer_of("specialist")
    client_as(world.specialist).get(reverse("grading-evaluation", args=[mine.pk]))
    assert RecordView.objects.filter(person=world.specialist, customer_id=mine.pk, way="page").count() == 1


def test_judging_by_the_page(world, client_as):
    mine, foreign = world.customer_of("specialist"), world.customer_of("sales")
    browser = client_as(world.specialist)
    values = {"score_need_strength": "100", "basis_need_strength": "扩产"}
    assert browser.post(reverse("grading-judge", args=[foreign.pk]), values).status_code == 404
    bare = browser.post(reverse("grading-judge", args=[mine.pk]), {"score_need_strength": "100"})
    assert bare.status_code == 422
    assert not Judgement.objects.exists()
    assert browser.post(reverse("grading-judge", args=[mine.pk]), values).status_code == 302
    assert Judgement.objects.get().basis == "扩产"
    assert client_as(world.executive).get(reverse("grading-judge", args=[mine.pk])).status_code == 403


def test_a_grade_by_hand_by_the_page(world, client_as):
    mine = world.customer_of("specialist")
    url = reverse("grading-override", args=[mine.pk])
    values = {"grade": "high", "reason": "标杆", "expires_on": "2026-12-31"}
    assert client_as(world.specialist).post(url, values).status_code == 403
    assert client_as(world.supervisor).post(url, values).status_code == 302
    asked = GradeOverride.objects.get()
    decide = reverse("grading-override-decide", args=[asked.pk])
    assert client_as(world.supervisor).post(decide, {"approve": "1"}).status_code == 403
    assert client_as(world.other_supervisor).post(decide, {"approve": "1"}).status_code == 404
    assert mine.name in text_of(client_as(world.service_manager).get(reverse("grading")))
    assert client_as(world.service_manager).post(decide, {"approve": "1"}).status_code == 302
    mine.refresh_from_db()
    assert mine.grade == "high"


def test_names_are_text_wherever_they_stand(world, client_as):
    Customer.objects.filter(number="C-001").update(name="<script>alert(1)</script>")
    ask_override(
        Customer.objects.get(number="C-001"), viewer=world.viewer("supervisor"), grade="high", reason="<b>x</b>",
        expires_on=date(2026, 12, 31),
    )  # fmt: skip
    commands.run(viewer=SYSTEM)
    run = GradingRun.objects.get()
    for url in (reverse("grading"), reverse("grading-run", args=[run.pk]), reverse("grading-table")):
        text = text_of(client_as(world.director).get(url))
        assert "<script>alert" not in text and "<b>x</b>" not in text


@pytest.mark.parametrize("name", ["grading-run", "grading-table", "grading-register", "grading-history"])
def test_pages_cost_the_same_for_one_customer_as_for_three(world, client_as, name):
    counts = []
    keep = list(Customer.objects.order_by("pk").values_list("pk", flat=True))
    for size in (1, 3):
        Customer.objects.exclude(pk__in=keep[:size]).update(archived_at="2026-01-01T00:00Z")
        Customer.objects.filter(pk__in=keep[:size]).update(archived_at=None)
        run = commands.run(viewer=SYSTEM)["run"]
        url = reverse(name, args=[run]) if name == "grading-run" else reverse(name)
        browser = client_as(world.director)
        browser.get(url)
        with CaptureQueriesContext(connection) as seen:
            assert browser.get(url).status_code == 200
        counts.append(len(seen))
    assert counts[0] == counts[1]


def test_the_timeline_says_in_words_why_a_grade_changed(world, run, client_as):
    approve_run(run, viewer=world.viewer("service_manager"))
    run_now(GradingRun.objects.get(pk=run.pk).job_id)
    judge_indicator(
        world.customer_of("specialist"), "need_strength", viewer=world.viewer("specialist"), score=60, basis="询价"
    )
    page = text_of(client_as(world.specialist).get(world.customer_of("specialist").get_absolute_url()))
    assert "近12个月净交易额 ¥500.00" in page and "annual_amount" not in page
    assert "需求与潜力：60" in page and "need_strength" not in page
    assert "首次购买" in page and "order.placed" not in page
