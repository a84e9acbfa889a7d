from __future__ import annotations

import io
import json
import zipfile
from datetime import date
from decimal import Decimal

import pytest

from weixi.commerce.tests.helpers import buy
from weixi.customers.models import Customer
from weixi.grading import commands
from weixi.grading.enums import RunState
from weixi.grading.models import GradeHistory, GradeResult, GradingRun
from weixi.grading.queries.table import register
from weixi.grading.sections import frozen, thawed
from weixi.grading.services import (
    apply_run,
    approve_run,
    compute_run,
    include_rows,
    judge_indicator,
    return_run,
    start_run,
)
from weixi.grading.services.compute import COLUMNS
from weixi.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from weixi.kernel.events.models import Event
from weixi.organisation.scope import system_viewer
from weixi.policy.document.grading import Spend
from weixi.policy.document.shipped import build_shipped

SYSTEM = system_viewer("test")
LOW = Spend.model_validate({"high_above": 2000, "mid_from": 500})


@pytest.fixture
def world(cast, moved_clock, in_force):
    moved_clock("2026-11-24T10:00+08:00")
    in_force("spend", spend=LOW)
    buy(cast.customer_of("account_manager"), "2026-06-01", "2000.01")
    buy(cast.customer_of("sales"), "2026-06-01", "2000.00")
    buy(cast.customer_of("specialist"), "2026-06-01", "500")
    buy(cast.customer_of("colleague"), "2026-06-01", "500")
    buy(cast.customer_of("colleague"), "2026-06-02", "-0.01")
    return cast


def graded():
    return dict(Customer.objects.values_list("number", "grade"))


EXPECTED = {"C-001": "mid", "C-002": "low", "C-003": "low", "C-004": "high", "C-005": "mid", "C-006": "low"}


@pytest.mark.parametrize("preset", ["quadrant", "spend", "vip"])
def test_a_section_survives_being_kept(preset):
    section = build_shipped(preset).grading
    assert thawed(json.loads(json.dumps(frozen(section)))) == section


def test_run_counts_and_nothing_takes_effect_before_approval(world):
    found = commands.run(viewer=SYSTEM)
    assert found["grades"] == {"high": 1, "mid": 2, "low": 3}
    assert (found["as_of"], found["state"], found["moving"]) == ("2026-11-24", "preview", 6)
    assert set(graded().values()) == {""}


def test_the_window_ends_on_the_day_asked_for(world):
    assert commands.run(viewer=SYSTEM, as_of=date(2026, 5, 31))["grades"] == {"high": 0, "mid": 0, "low": 6}
    with pytest.raises(Invalid):
        commands.run(viewer=SYSTEM, as_of=date(2026, 11, 25))


def test_table_is_of_the_latest_run_of_the_date(world):
    commands.run(viewer=SYSTEM, as_of=date(2026, 5, 31))
    commands.run(viewer=SYSTEM)
    rows = commands.table(viewer=SYSTEM, as_of=date(2026, 11, 24))
    assert {row["number"]: row["grade"] for row in rows} == EXPECTED
    assert {row["grade"] for row in commands.table(viewer=SYSTEM, as_of=date(2026, 5, 31))} == {"low"}
    row = next(row for row in rows if row["number"] == "C-004")
    assert set(row) == {"number", "name", "value", "potential", "grade", "facts", "indicators", "advice"}
    assert (row["value"], row["potential"], row["advice"]) == (20, None, "maintain")
    assert row["facts"]["annual_amount"] == 2000.01
    assert row["indicators"] == {"annual_amount": 20}
    with pytest.raises(NotFound):
        commands.table(viewer=SYSTEM, as_of=date(2020, 1, 1))


def test_a_preset_can_be_asked_for_and_blanks_are_refused(world):
    assert set(commands.run(viewer=SYSTEM, preset="quadrant")["grades"]) == {"core", "important", "normal"}
    with pytest.raises(Conflict) as refused:
        commands.run(viewer=SYSTEM, preset="vip")
    assert "grading.vip.vip.annual_amount_from" in str(refused.value)


def test_put_away_customers_are_not_graded(world):
    Customer.objects.filter(number="C-001").update(archived_at="2026-01-01T00:00Z")
    commands.run(viewer=SYSTEM)
    assert "C-001" not in {row["number"] for row in commands.table(viewer=SYSTEM)}


def test_approval_gives_grades_with_history_and_events(world):
    run = commands.run(viewer=SYSTEM)["run"]
    assert commands.approve(run, viewer=world.viewer("service_manager"))["changed"] == 6
    assert graded() == EXPECTED
    assert GradeHistory.objects.filter(run_id=run, old_grade="").count() == 6
    event = Event.objects.get(type="customer.graded", customer_id=world.customer_of("account_manager").pk)
    assert (event.data["grade"], event.data["old"], event.data["run"]) == ("high", "", run)
    assert event.data["reasons"] == [{"key": "annual_amount", "old": "", "new": "2000.01"}]
    assert event.actor == world.service_manager.actor


@pytest.mark.parametrize("who", ["admin", "director", "supervisor", "specialist", "data_steward", "executive"])
def test_only_the_role_of_the_policy_approves_or_returns(world, who):
    run = GradingRun.objects.get(pk=commands.run(viewer=SYSTEM)["run"])
    for act in (
        lambda: approve_run(run, viewer=world.viewer(who)),
        lambda: return_run(run, viewer=world.viewer(who), note="x"),
    ):
        with pytest.raises(Forbidden):
            act()
    with pytest.raises(Forbidden):
        approve_run(run, viewer=SYSTEM)
    run.refresh_from_db()
    assert run.state == RunState.PREVIEW


@pytest.mark.parametrize("who", ["specialist", "account_manager", "executive"])
def test_who_has_no_right_starts_no_run(world, who):
    with pytest.raises(Forbidden):
        start_run(viewer=world.viewer(who))
    assert not GradingRun.objects.exists()


def test_one_decision_only(world):
    manager = world.viewer("service_manager")
    run = GradingRun.objects.get(pk=commands.run(viewer=SYSTEM)["run"])
    return_run(run, viewer=manager, note="再看一遍")
    with pytest.raises(Conflict):
        approve_run(run, viewer=manager)
    assert set(graded().values()) == {""}


def test_an_older_run_is_not_approved_over_a_newer(world):
    manager = world.viewer("service_manager")
    older = GradingRun.objects.get(pk=commands.run(viewer=SYSTEM, as_of=date(2026, 5, 31))["run"])
    commands.approve(commands.run(viewer=SYSTEM)["run"], viewer=manager)
    with pytest.raises(Conflict):
        approve_run(older, viewer=manager)


def test_unticked_customers_keep_their_grade(world):
    manager = world.viewer("service_manager")
    run = GradingRun.objects.get(pk=commands.run(viewer=SYSTEM)["run"])
    mine = world.customer_of("specialist")
    assert include_rows(run, [mine.pk], included=False, viewer=manager) == 1
    with pytest.raises(Conflict) as changed:
        approve_run(run, viewer=manager, expected=6)
    assert changed.value.code == "grading.selection_changed"
    approve_run(run, viewer=manager, expected=5)
    run.refresh_from_db()
    assert apply_run(run) == 5
    assert graded() == EXPECTED | {"C-001": ""}


def test_unticking_holds_scope_and_right(world):
    run = GradingRun.objects.get(pk=commands.run(viewer=SYSTEM)["run"])
    foreign = world.customer_of("sales").pk
    with pytest.raises(NotFound):
        include_rows(run, [foreign], included=False, viewer=world.viewer("supervisor"))
    with pytest.raises(Forbidden):
        include_rows(run, [world.customer_of("specialist").pk], included=False, viewer=world.viewer("specialist"))
    assert not GradeResult.objects.filter(included=False).exists()


def test_the_second_run_moves_only_those_who_move_and_says_why(world, moved_clock):
    manager = world.viewer("service_manager")
    commands.approve(commands.run(viewer=SYSTEM)["run"], viewer=manager)
    moved_clock("2026-11-25T10:00+08:00")
    buy(world.customer_of("colleague"), "2026-11-25", "0.01")
    run = GradingRun.objects.get(pk=commands.run(viewer=SYSTEM)["run"])
    row = GradeResult.objects.get(run=run, moves=True)
    assert (row.old_grade, row.grade, row.old_value) == ("low", "mid", Decimal(20))
    assert row.reasons == [{"key": "annual_amount", "old": "499.99", "new": "500.00"}]
    assert (run.counts["up"], run.counts["down"], run.counts["unchanged"]) == (1, 0, 5)
    assert run.counts["moves"]["low>mid"] == 1


class Killed(BaseException):
    """Stands for a process that ends in the middle."""


def results_of(run):
    names = [name for name in COLUMNS if name != "run_id"]
    return list(GradeResult.objects.filter(run=run).order_by("customer_id").values_list(*names))


@pytest.mark.parametrize("killed_after", [1, 2, 3, 4, 5, 6])
def test_a_run_killed_anywhere_ends_as_an_undisturbed_one(world, killed_after):
    undisturbed = compute_run(start_run(viewer=SYSTEM))
    run = start_run(viewer=SYSTEM)
    steps = []

    def progress(done, total):
        steps.append(done)
        if len(steps) == killed_after:
            raise Killed

    with pytest.raises(Killed):
        compute_run(run, progress=progress, chunk=1)
    run = GradingRun.objects.get(pk=run.pk)
    assert run.state == RunState.COMPUTING
    finished = compute_run(run, chunk=2)
    assert results_of(finished) == results_of(undisturbed)
    assert finished.counts == undisturbed.counts


@pytest.mark.parametrize("killed_after", [1, 3, 6])
def test_an_approval_killed_while_applied_goes_on(world, killed_after):
    run = GradingRun.objects.get(pk=commands.run(viewer=SYSTEM)["run"])
    run = approve_run(run, viewer=world.viewer("service_manager"))

    def progress(done, total):
        if done == killed_after:
            raise Killed

    with pytest.raises(Killed):
        apply_run(run, progress=progress, chunk=1)
    apply_run(run, chunk=1)
    assert graded() == EXPECTED
    assert GradeHistory.objects.filter(run=run).count() == 6
    assert Event.objects.filter(type="customer.graded").count() == 6
    assert apply_run(run) == 0


def test_two_processes_with_the_same_chunk_write_it_once(world, monkeypatch):
    from weixi.grading.services import compute

    run = start_run(viewer=SYSTEM)
    overtaken = []

    def overtake(*args):
        # Another process takes the same run up just after this one has read its mark.
        if not overtaken:
            overtaken.append(True)
            compute_run(GradingRun.objects.get(pk=run.pk))
        return {}

    monkeypatch.setattr(compute, "gather_ranks", overtake)
    with pytest.raises(Conflict):
        compute_run(run)
    assert GradeResult.objects.filter(run=run).count() == 6


def test_chunks_cost_the_same_queries_for_one_customer_as_for_three(world, django_assert_max_num_queries):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    counts = []
    for size in (1, 3):
        run = start_run(viewer=SYSTEM)
        GradingRun.objects.filter(pk=run.pk).update(
            last_id=sorted(Customer.objects.values_list("pk", flat=True))[size - 1]
        )
        run.refresh_from_db()
        with CaptureQueriesContext(connection) as seen:
            compute_run(run)
        counts.append(len(seen))
    assert counts[0] == counts[1]


def test_register_counts_within_scope(world):
    commands.run(viewer=SYSTEM)
    run = GradingRun.objects.get()
    rows, _section = register(world.viewer("specialist"), run)
    assert [(row.code, row.customers, row.amount) for row in rows] == [
        ("high", 0, Decimal(0)), ("mid", 1, Decimal(500)), ("low", 0, Decimal(0)),
    ]  # fmt: skip
    assert [row["number"] for row in commands.table(viewer=world.viewer("specialist"))] == ["C-001"]


def test_workbook_holds_the_rows_and_neutral_text(world, tmp_path):
    from python_calamine import CalamineWorkbook

    Customer.objects.filter(number="C-001").update(name='=HYPERLINK("http://x")')
    commands.run(viewer=SYSTEM)
    path = tmp_path / "table.xlsx"
    commands.table_xlsx(viewer=SYSTEM, path=path)
    book = CalamineWorkbook.from_filelike(io.BytesIO(path.read_bytes()))
    rows = book.get_sheet_by_index(0).to_python()
    assert len(rows) == 7
    assert rows[1][1] == '=HYPERLINK("http://x")'
    # As text: a formula would be stored with its own mark and no shared string.
    assert b"<f>" not in zipfile.ZipFile(path).read("xl/worksheets/sheet1.xml")


def test_percentile_needs_everybody_and_is_the_same_in_every_chunk(world, in_force):
    from weixi.policy.document.grading import Indicator

    row = Indicator.model_validate({"key": "annual_amount", "dimension": "value", "weight": 1, "method": "percentile"})
    in_force("spend", spend=LOW, indicator=(row,))
    run = compute_run(start_run(viewer=SYSTEM), chunk=1)
    found = dict(GradeResult.objects.filter(run=run).values_list("customer__number", "value"))
    assert found == {
        "C-001": Decimal(60), "C-002": Decimal(40), "C-003": Decimal(0), "C-004": Decimal(100), "C-005": Decimal(80),
        "C-006": Decimal(0),
    }  # fmt: skip


def test_judged_indicators_count_from_the_day_they_were_given(world, moved_clock):
    moved_clock("2026-11-24T11:00+08:00")
    customer = world.customer_of("outsider")
    judge_indicator(customer, "need_strength", viewer=world.viewer("outsider"), score=100, basis="扩产")
    before = compute_run(start_run(viewer=SYSTEM, as_of=date(2026, 11, 23)))
    after = compute_run(start_run(viewer=SYSTEM))
    grades = [GradeResult.objects.get(run=run, customer=customer).potential for run in (before, after)]
    assert grades == [None, Decimal(100)]
