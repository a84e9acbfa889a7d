"""Judgements, overrides and the notice of a fall."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from weixi.commerce.figures import roll_figures
from weixi.commerce.services import cancel_order
from weixi.commerce.tests.helpers import buy
from weixi.customers.models import Customer
from weixi.grading import commands
from weixi.grading.enums import OverrideState
from weixi.grading.models import FallNotice, GradeHistory, GradeOverride, GradingRun, Judgement
from weixi.grading.services import (
    ask_override,
    decide_override,
    end_override,
    expire_overrides,
    judge_all_falls,
    judge_indicator,
    return_run,
    withdraw_judgement,
)
from weixi.grading.services.asking import tell_run_asked
from weixi.grading.services.overrides import somebody_else_decides
from weixi.grading.thresholds import limits_of
from weixi.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from weixi.kernel.events.models import Event
from weixi.kernel.outbox.models import Notice
from weixi.organisation.scope import system_viewer
from weixi.policy.document.grading import Spend
from weixi.policy.document.shipped import build_shipped

SYSTEM = system_viewer("test")
LOW = Spend.model_validate({"high_above": 2000, "mid_from": 500})


@pytest.fixture
def world(cast, moved_clock, in_force):
    moved_clock("2026-11-24T10:00+08:00")
    in_force("spend", spend=LOW)
    return cast


# --- judgements --------------------------------------------------------------------------------------


def test_a_later_judgement_replaces_the_one_before(world, moved_clock):
    viewer, customer = world.viewer("specialist"), world.customer_of("specialist")
    judge_indicator(customer, "need_strength", viewer=viewer, score=60, basis="11月拜访")
    moved_clock("2026-11-24T11:00+08:00")
    judge_indicator(customer, "need_strength", viewer=viewer, score=100, basis="签意向书")
    judge_indicator(customer, "need_strength", viewer=viewer, score=100, basis="签意向书")
    valid = Judgement.objects.get(customer=customer, replaced_at=None)
    assert (valid.score, valid.basis, valid.by) == (Decimal(100), "签意向书", world.specialist)
    events = list(Event.objects.filter(type="indicator.judged").order_by("seq").values_list("data", flat=True))
    assert [event["old"] for event in events] == [None, "60.00"]
    withdraw_judgement(valid, viewer=viewer)
    assert not Judgement.objects.filter(replaced_at=None).exists()
    with pytest.raises(Conflict):
        withdraw_judgement(valid, viewer=viewer)


@pytest.mark.parametrize(
    ("indicator", "score", "basis", "field"),
    [
        ("annual_amount", 60, "x", "indicator"),
        ("nothing", 60, "x", "indicator"),
        ("need_strength", 101, "x", "score"),
        ("need_strength", -1, "x", "score"),
        ("need_strength", 61, "x", "score"),
        ("need_strength", Decimal("NaN"), "x", "score"),
        ("need_strength", 60, "  ", "basis"),
        ("need_strength", 60, "x" * 301, "basis"),
    ],
)
def test_bad_judgements_are_refused_by_field(world, indicator, score, basis, field):
    with pytest.raises(Invalid) as refused:
        judge_indicator(
            world.customer_of("specialist"), indicator, viewer=world.viewer("specialist"), score=score, basis=basis
        )
    assert list(refused.value.fields) == [field]
    assert not Judgement.objects.exists()


def test_judging_holds_scope_and_right(world):
    customer = world.customer_of("specialist")
    with pytest.raises(NotFound):
        judge_indicator(customer, "need_strength", viewer=world.viewer("outsider"), score=60, basis="x")
    with pytest.raises(Forbidden):
        judge_indicator(customer, "need_strength", viewer=world.viewer("executive"), score=60, basis="x")


# --- overrides ---------------------------------------------------------------------------------------


def ask(world, **more):
    values = {"grade": "high", "reason": "行业标杆", "expires_on": date(2026, 12, 31), **more}
    return ask_override(world.customer_of("specialist"), viewer=world.viewer("supervisor"), **values)


def test_an_override_holds_from_approval_to_its_last_day(world, moved_clock):
    customer = world.customer_of("specialist")
    commands.approve(commands.run(viewer=SYSTEM)["run"], viewer=world.viewer("service_manager"))
    override = ask(world)
    customer.refresh_from_db()
    assert customer.grade == "low"
    decide_override(override, viewer=world.viewer("service_manager"), approve=True)
    customer.refresh_from_db()
    assert (customer.grade, customer.previous_grade) == ("high", "low")
    # A later grading neither moves him nor forgets what it would have said.
    row = commands.table(viewer=SYSTEM)[0]
    run = commands.run(viewer=SYSTEM)
    assert run["moving"] == 0 and row["number"] == "C-001"
    moved_clock("2026-12-31T23:00+08:00")
    assert expire_overrides() == 0
    moved_clock("2027-01-01T00:01+08:00")
    assert expire_overrides() == 1
    assert expire_overrides() == 0
    customer.refresh_from_db()
    assert (customer.grade, customer.previous_grade) == ("low", "high")
    causes = list(GradeHistory.objects.filter(customer=customer).order_by("pk").values_list("cause", "grade"))
    assert causes == [("run", "low"), ("override", "high"), ("expiry", "low")]
    assert GradeHistory.objects.get(customer=customer, cause="override").by == world.service_manager


def test_without_any_run_the_end_brings_back_what_was(world, moved_clock):
    override = decide_override(ask(world), viewer=world.viewer("service_manager"), approve=True)
    end_override(override, viewer=world.viewer("service_manager"))
    assert Customer.objects.get(number="C-001").grade == ""


def test_a_refused_request_changes_nothing(world):
    override = decide_override(ask(world), viewer=world.viewer("service_manager"), approve=False)
    assert override.state == OverrideState.REJECTED
    assert Customer.objects.get(number="C-001").grade == ""
    with pytest.raises(Conflict):
        decide_override(override, viewer=world.viewer("service_manager"), approve=True)


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"grade": "core"}, "grade"),
        ({"grade": ""}, "grade"),
        ({"reason": " "}, "reason"),
        ({"expires_on": date(2026, 11, 23)}, "expires_on"),
        ({"expires_on": date(2027, 5, 25)}, "expires_on"),
    ],
)
def test_bad_requests_are_refused_by_field(world, more, field):
    with pytest.raises(Invalid) as refused:
        ask(world, **more)
    assert list(refused.value.fields) == [field]


def test_who_asks_and_who_approves(world):
    customer = world.customer_of("specialist")
    day = date(2026, 12, 1)
    with pytest.raises(Forbidden):
        ask_override(customer, viewer=world.viewer("specialist"), grade="high", reason="x", expires_on=day)
    with pytest.raises(NotFound):
        ask_override(customer, viewer=world.viewer("other_supervisor"), grade="high", reason="x", expires_on=day)
    override = ask(world)
    with pytest.raises(Conflict):
        ask(world)
    for who in ("supervisor", "director", "admin"):
        with pytest.raises(Forbidden):
            decide_override(override, viewer=world.viewer(who), approve=True)
    own = ask_override(
        world.customer_of("colleague"), viewer=world.viewer("service_manager"), grade="high", reason="x", expires_on=day
    )
    with pytest.raises(Forbidden):
        decide_override(own, viewer=world.viewer("service_manager"), approve=True)
    assert not GradeOverride.objects.filter(state=OverrideState.APPROVED).exists()


# --- falls -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("preset", "expected"),
    [
        ("quadrant", {"core": ("30000", False), "important": ("30000", False)}),
        ("spend", {"high": ("100000", True), "mid": ("30000", False)}),
        ("vip", {}),
    ],
)
def test_limits_come_from_the_policy(preset, expected):
    found = limits_of(build_shipped(preset).grading)
    assert {grade: (str(limit.amount), limit.above) for grade, limit in found.items()} == expected


@pytest.fixture
def graded_high(world):
    customer = world.customer_of("specialist")
    first = buy(customer, "2026-10-01", "1500", number="A")
    buy(customer, "2026-10-02", "600", number="B")
    commands.approve(commands.run(viewer=SYSTEM)["run"], viewer=world.viewer("service_manager"))
    return world, customer, first


def test_a_return_that_goes_through_the_threshold_is_told_once(graded_high):
    _world, customer, order = graded_high
    buy(customer, "2026-11-01", "-100")
    notice = FallNotice.objects.get(ended_at=None)
    assert (notice.grade, notice.threshold, notice.before, notice.amount) == (
        "high", Decimal(2000), Decimal(2100), Decimal(2000),
    )  # fmt: skip
    told = set(Notice.objects.filter(kind="grade.fell_through").values_list("person__username", flat=True))
    assert told == {"qian", "zhao"}
    buy(customer, "2026-11-02", "-1")
    assert FallNotice.objects.count() == 1
    buy(customer, "2026-11-03", "500")
    assert FallNotice.objects.get().ended_at is not None
    cancel_order(order, viewer=SYSTEM)
    assert FallNotice.objects.count() == 2
    assert Event.objects.filter(type="grade.fall_noticed").count() == 2
    customer.refresh_from_db()
    assert customer.grade == "high"


def test_above_the_threshold_nothing_is_told(graded_high):
    _world, customer, _order = graded_high
    buy(customer, "2026-11-01", "-99.99")
    assert not FallNotice.objects.exists()


def test_days_alone_make_a_fall_and_the_night_finds_it(graded_high, moved_clock):
    _world, customer, _order = graded_high
    moved_clock("2027-10-01T01:00+08:00")
    roll_figures()
    assert judge_all_falls() == 1
    assert judge_all_falls() == 0
    customer.refresh_from_db()
    assert FallNotice.objects.get().amount == customer.annual_amount == Decimal(600)


def test_a_great_drop_within_the_grade_is_told_too(graded_high, moved_clock):
    world, _customer, _order = graded_high
    moved_clock("2027-10-02T10:00+08:00")
    roll_figures()
    assert judge_all_falls() == 1
    assert FallNotice.objects.get().threshold == Decimal(2000)
    other = world.customer_of("colleague")
    buy(other, "2026-09-01", "100")
    drop = FallNotice.objects.get(customer=other)
    assert (drop.grade, drop.threshold, drop.drop_pct) == ("low", None, Decimal(100))
    assert Notice.objects.filter(kind="grade.dropped").exists()


def test_who_has_stopped_buying_is_told_once_until_he_buys_again(graded_high, moved_clock):
    world, _customer, _order = graded_high
    other = world.customer_of("colleague")
    for month in range(1, 9):
        # Every month; the other one only twice, of him nobody knows what is usual.
        buy(other, f"2026-{month:02d}-05", "100")
    commands.approve(commands.run(viewer=SYSTEM)["run"], viewer=world.viewer("service_manager"))
    moved_clock("2027-04-01T01:00+08:00")
    judge_all_falls()
    assert not FallNotice.objects.filter(silent_days__isnull=False).exists()
    # Eight purchases in two years: 91 days are usual, 273 are too many.
    moved_clock("2027-06-06T01:00+08:00")
    judge_all_falls()
    notice = FallNotice.objects.get(silent_days__isnull=False)
    assert (notice.customer, notice.silent_days, notice.drop_pct) == (other, 305, None)
    told = Notice.objects.filter(kind="grade.gone_quiet")
    assert set(told.values_list("person__username", flat=True)) == {"sun", "zhao"}
    assert told[0].params["days"] == "305" and told[0].params["usual"] == "91"
    assert Event.objects.get(type="grade.fall_noticed", customer_id=other.pk).data["silent_days"] == 305
    judge_all_falls(date(2027, 6, 7))
    assert FallNotice.objects.filter(customer=other).count() == 1
    buy(other, "2027-06-05", "100")
    assert FallNotice.objects.get(customer=other, silent_days=305).ended_at is not None


def test_noticing_needs_as_many_queries_for_three_customers_as_for_one(graded_high):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from weixi.grading.sections import grading_in_force
    from weixi.grading.services import judge_falls
    from weixi.kernel.events.work import unit_of_work

    ids = list(Customer.objects.order_by("pk").values_list("pk", flat=True))
    counts = []
    for part in (ids[:1], ids[:3]):
        with unit_of_work(actor="system:test") as work, CaptureQueriesContext(connection) as seen:
            judge_falls(part, grading_in_force(), work)
        counts.append(len(seen))
    assert counts[0] == counts[1]


def test_who_alone_may_say_yes_is_told_that_his_own_request_would_wait(world):
    assert somebody_else_decides(world.viewer("supervisor"))
    assert not somebody_else_decides(world.viewer("service_manager"))


def told(kind):
    return set(Notice.objects.filter(kind=kind).values_list("person__username", flat=True))


def test_whose_yes_is_next_is_told_and_who_asked_hears_what_came_of_it(world):
    manager = world.viewer("service_manager")
    run = GradingRun.objects.get(pk=commands.run(viewer=SYSTEM)["run"])
    assert told("grading.asked") == {world.service_manager.username}
    # Computed again after an interruption, it is told once.
    tell_run_asked(run, run.steps)
    assert Notice.objects.filter(kind="grading.asked").count() == 1
    commands.approve(run.pk, viewer=manager)
    override = ask(world)
    assert told("override.asked") == {world.service_manager.username}
    assert Notice.objects.get(kind="override.asked").customer_id == override.customer_id
    decide_override(override, viewer=manager, approve=False)
    assert told("override.refused") == {world.supervisor.username}
    decide_override(ask(world), viewer=manager, approve=True)
    assert told("override.approved") == {world.supervisor.username}


def test_a_returned_grading_comes_back_to_who_began_it(world):
    run = GradingRun.objects.get(pk=commands.run(viewer=world.viewer("supervisor"))["run"])
    return_run(run, viewer=world.viewer("service_manager"), note="行业数据不全")
    notice = Notice.objects.get(kind="grading.returned")
    assert (notice.person, notice.params["reason"]) == (world.supervisor, "行业数据不全")
