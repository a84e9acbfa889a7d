"""The stored duties are what policy and events give: whatever came when, however often time was advanced,
wherever the process died, and whoever else was at it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from operator import itemgetter
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from weixi.customers.models import Customer
from weixi.customers.services.customers import create_customer
from weixi.duties.cadences import open_cadences
from weixi.duties.engine.evaluate import evaluate
from weixi.duties.log import engine_events
from weixi.duties.models import Duty, DutyClock, Escalation
from weixi.duties.services import tick as ticking
from weixi.duties.services.project import is_untouched
from weixi.duties.services.tick import tick
from weixi.duties.timeline import current_timeline
from weixi.interactions.models import Interaction
from weixi.interactions.services import record_interaction
from weixi.kernel import clock
from weixi.kernel.events.work import unit_of_work
from weixi.kernel.outbox.models import Notice
from weixi.organisation.enums import Role
from weixi.organisation.models import User
from weixi.organisation.scope import system_viewer, viewer_of
from weixi.organisation.services import create_department, create_user
from weixi.testing.policies import shipped_policy

SYSTEM = system_viewer("test")
START = datetime(2026, 2, 27, 9, 0, tzinfo=UTC)
COLUMNS = ("key", "state", "opens_at", "due_at", "closed_at", "closed_by", "late_seconds")


def company() -> None:
    """A supervisor, a specialist, two of her customers, and the standard policy from the first day on."""
    with clock.at(START - timedelta(days=1)):
        shipped_policy("quadrant")
        service = create_department("客户服务部", viewer=SYSTEM)
        zhao = create_user("zhao", viewer=SYSTEM, name="赵敏", role=Role.SUPERVISOR, department=service)
        qian = create_user("qian", viewer=SYSTEM, name="钱多", role=Role.SPECIALIST, department=service, leader=zhao)
        for number in ("C-1", "C-2"):
            create_customer(viewer=SYSTEM, number=number, name=f"客户{number}", owner=qian)


_key = itemgetter(0)


def stored() -> tuple[list[Any], list[Any]]:
    """Every duty and every step, by key."""
    steps = Escalation.objects.values_list("duty__key", "position", "role", "at")
    return sorted(Duty.objects.values_list(*COLUMNS), key=_key), sorted(steps)


def pure(now: datetime) -> tuple[list[Any], list[Any], list[str]]:
    """The same straight from the log; and the keys of the cadence periods that are open and untouched."""
    timeline = current_timeline()
    ids = [None, *Customer.objects.values_list("pk", flat=True)]
    result = evaluate(timeline.engine, engine_events(ids, timeline.types), now)
    rows = [duty for duty in result.duties if not is_untouched(duty)]
    duties = [(d.key, d.state, d.opens_at, d.due_at, d.closed_at, d.closed_by or "", d.late_seconds) for d in rows]
    steps = [
        (duty.key, [step.to for step in duty.rule.escalate].index(fired.to), fired.to, fired.at)
        for duty in rows
        for fired in duty.escalations
    ]
    return sorted(duties, key=_key), sorted(steps), sorted(duty.key for duty in result.duties if is_untouched(duty))


def untouched(now: datetime) -> list[str]:
    return sorted(line.key for line in open_cadences(Customer.objects.all(), now, current_timeline()))


# --- histories --------------------------------------------------------------------------------------

Act = tuple[str, dict[str, Any], tuple[str, str] | None]


def _acts() -> st.SearchStrategy[Act]:
    talk = st.fixed_dictionaries({
        "kind": st.sampled_from(["call", "visit", "wechat"]),
        "depth": st.sampled_from(["deep", "formal", "light"]),
        "purpose": st.sampled_from(["needs", "service", "emotional"]),
        "direction": st.just("out"),
    })  # fmt: skip
    promise = ("followup", "7")
    return st.one_of(
        st.tuples(st.just("interaction.recorded"), talk, st.just(("interaction", "1"))),
        st.tuples(
            st.just("followup.promised"),
            st.fixed_dictionaries({"due": st.sampled_from(["2026-03-05", "2026-03-09T10:00+08:00", "soon"])}),
            st.just(promise),
        ),
        st.tuples(st.just("followup.done"), st.just({}), st.just(promise)),
        st.tuples(st.sampled_from(["change.known", "customer.changed"]), st.just({}), st.none()),
        st.tuples(
            st.just("customer.graded"),
            st.fixed_dictionaries({"grade": st.sampled_from(["core", "important", "normal"])}),
            st.none(),
        ),
        st.tuples(
            st.just("order.placed"),
            st.fixed_dictionaries({"number": st.just("D-1"), "amount": st.just("10.00"), "first": st.booleans()}),
            st.just(("order", "1")),
        ),
        st.tuples(
            st.just("callback.completed"), st.just({"anchor": "x", "interaction": 1}), st.just(("interaction", "2"))
        ),
        st.tuples(st.just("customer.archived"), st.just({"reason": "test"}), st.none()),
    )


# Hours since the last act, how many hours before its entry it happened, whose, what; ticks before it.
step = st.tuples(
    st.integers(0, 600), st.sampled_from([0, 0, 0, 3, 30, 400]), st.sampled_from(["C-1", "C-2"]), _acts(), st.booleans()
)


def _do(customer: Customer, act: Act, occurred_at: datetime) -> None:
    kind, data, named = act
    # A thing belongs to one customer: that is what makes a customer's duties come from his events alone.
    subject = (named[0], f"{customer.pk}0{named[1]}") if named else ("customer", customer.pk)
    if kind == "customer.graded":
        Customer.objects.filter(pk=customer.pk).update(grade=data["grade"])
    if kind == "customer.archived":
        Customer.objects.filter(pk=customer.pk).update(archived_at=clock.now())
    with unit_of_work(actor="system:test") as work:
        work.record(kind, customer=customer.pk, subject=subject, data=data, occurred_at=occurred_at)


@pytest.mark.django_db
def test_rows_are_what_policy_and_events_give(db: None) -> None:
    company()

    @settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
    @given(st.lists(step, min_size=1, max_size=8), st.integers(0, 900))
    def check(history: list[Any], rest: int) -> None:
        with transaction.atomic():
            now = START
            for hours, before, number, act, ticked in history:
                now += timedelta(hours=hours)
                with clock.at(now):
                    if ticked:
                        tick()
                    _do(Customer.objects.get(number=number), act, now - timedelta(hours=before))
            now += timedelta(hours=rest)
            with clock.at(now):
                tick()
                duties, steps, periods = pure(now)
                found, told_of = stored()
                assert [row for row in found if row not in duties] == [row for row in duties if row not in found]
                assert len(found) == len(duties) and told_of == steps
                assert untouched(now) == periods
            transaction.set_rollback(True)

    check()


@pytest.mark.django_db
def test_a_talk_at_the_instant_it_is_due_is_in_time(db: None) -> None:
    company()
    customer = Customer.objects.get(number="C-1")
    with clock.at(START):
        _do(customer, ("customer.graded", {"grade": "core"}, None), START)
    end = datetime(2026, 3, 31, 16, 0, tzinfo=UTC)
    with clock.at(end - timedelta(microseconds=1)):
        talk = {"kind": "call", "depth": "deep", "direction": "out", "purpose": "needs"}
        _do(customer, ("interaction.recorded", talk, ("interaction", "1")), end - timedelta(seconds=1))
        tick()
        assert Duty.objects.get(clause="C-1a", anchor=date(2026, 3, 1).isoformat()).state == "done"
        assert stored() == pure(clock.now())[:2]


# --- many ticks, dead processes, two at once --------------------------------------------------------

DAY = START + timedelta(days=40)


def busy_month() -> None:
    """Duties of all three kinds that open, fall due, climb and are missed until DAY."""
    company()
    for place, number in enumerate(("C-1", "C-2")):
        customer = Customer.objects.get(number=number)
        with clock.at(START + timedelta(hours=place)):
            _do(customer, ("customer.graded", {"grade": "core"}, None), clock.now())
            promise = {"due": "2026-03-05"}
            _do(customer, ("followup.promised", promise, ("followup", str(place))), clock.now())


def told() -> list[str]:
    return sorted(Notice.objects.values_list("key", flat=True))


@pytest.mark.django_db
def test_many_ticks_tell_the_same_as_one(db: None) -> None:
    def run(hours: int) -> tuple[Any, list[str]]:
        with transaction.atomic():
            now = START
            while now < DAY:
                now = min(now + timedelta(hours=hours), DAY)
                with clock.at(now):
                    tick()
            found = stored(), told()
            assert found[0] == pure(DAY)[:2]
            transaction.set_rollback(True)
        return found

    busy_month()
    assert run(7) == run(24 * 365)


def test_a_tick_killed_anywhere_comes_to_the_same(
    for_every_statement: Callable[..., int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ticking, "PORTION", 1)

    def run() -> None:
        with clock.at(DAY):
            tick(DAY)

    # PostgreSQL does not take a sequence's number back: addresses with keys differ after a death.
    points = for_every_statement(
        run, prepare=busy_month, stride=3, without=("duties.tickrun",), columns=("kernel.notice.url",)
    )
    assert points > 30


def test_a_record_killed_anywhere_is_whole_or_not_there(for_every_statement: Callable[..., int]) -> None:
    def run() -> None:
        with clock.at(START + timedelta(hours=5)):
            qian = User.objects.get(username="qian")
            record_interaction(
                Customer.objects.get(number="C-1"),
                viewer=viewer_of(qian),
                kind="call",
                depth="deep",
                content="谈了价格",
            )

    def again() -> None:
        if not Interaction.objects.exists():
            run()

    def whole() -> None:
        found = Interaction.objects.count()
        assert Duty.objects.filter(clause="C-6a").count() == found
        assert Customer.objects.exclude(last_contact_at=None).count() == found

    keys = ("duties.duty.key", "duties.duty.subject", "kernel.event.subject_id")
    for_every_statement(run, prepare=busy_month, recover=again, between=whole, stride=2, columns=keys)


@pytest.mark.django_db(transaction=True)
def test_two_ticks_and_a_record_at_once(at_once: Callable[..., list[Any]]) -> None:
    busy_month()
    customer, qian = Customer.objects.get(number="C-1"), User.objects.get(username="qian")

    def advance() -> None:
        with clock.at(DAY):
            tick(DAY)

    def record() -> None:
        with clock.at(DAY):
            record_interaction(customer, viewer=viewer_of(qian), kind="call", depth="deep", purpose="needs")

    assert [each for each in at_once(advance, record, advance) if isinstance(each, Exception)] == []
    connection.close()
    assert stored() == pure(DAY)[:2]
    assert not DutyClock.objects.filter(wake_at__lte=DAY).exists()
    assert len(told()) == len(set(told()))


@pytest.mark.both_databases
@pytest.mark.skipif(not connection.features.has_select_for_update, reason="only one writes at a time")
def test_customers_are_held_before_their_clocks(db: None) -> None:
    busy_month()
    with clock.at(DAY), CaptureQueriesContext(connection) as asked:
        tick(DAY)
    held = [
        "customer" if "NO KEY UPDATE" in query["sql"] else "clock"
        for query in asked.captured_queries
        if "FOR UPDATE" in query["sql"] or "NO KEY UPDATE" in query["sql"]
    ]
    # The other way round a tick and a record of one customer would wait for each other.
    assert held[0] == "customer" and "clock" in held
