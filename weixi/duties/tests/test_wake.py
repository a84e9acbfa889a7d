"""Rules that change, not customers: a new version and entered holidays reach every customer's duties."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from threading import Event
from typing import Any

import pytest
from django.db import connection, transaction

from weixi.customers.models import Customer
from weixi.customers.services.customers import create_customer
from weixi.duties.engine.evaluate import evaluate
from weixi.duties.enums import DutyState, RuleKind
from weixi.duties.log import engine_events
from weixi.duties.models import Duty, DutyClock
from weixi.duties.services.tick import tick
from weixi.duties.services.wake import wake_overlooked
from weixi.duties.timeline import current_timeline, kind_of
from weixi.policy import services
from weixi.policy.document.edit import add_item, set_values
from weixi.policy.document.policy import Policy
from weixi.policy.document.shipped import build_shipped
from weixi.policy.models import PolicyVersion
from weixi.testing.cast import Cast, make_cast

Row = tuple[str, str, datetime | None]


def at(text: str) -> datetime:
    return datetime.fromisoformat(text)


def in_force(document: Policy, cast: Cast) -> PolicyVersion:
    version = services.draft_version(document, viewer=cast.viewer("supervisor"))
    services.submit_version(version, viewer=cast.viewer("supervisor"))
    services.approve_version(version, viewer=cast.viewer("executive"))
    return services.activate_version(version, viewer=cast.viewer("director"))


def dated(document: Policy, label: str, day: str) -> Policy:
    return set_values(document, {"policy.version": label, "policy.effective_from": day})


def stored() -> list[Row]:
    return sorted(Duty.objects.values_list("key", "state", "due_at"))


def pure(now: datetime) -> list[Row]:
    """What the engine gives for the log as it is, without any clock that could sleep."""
    timeline = current_timeline()
    found: list[Row] = []
    for pk in [None, *Customer.objects.values_list("pk", flat=True)]:
        for duty in evaluate(timeline.engine, engine_events([pk], timeline.types), now).duties:
            if kind_of(duty.rule) != RuleKind.CADENCE or duty.state != DutyState.OPEN:
                found.append((duty.key, duty.state, duty.due_at))
    return sorted(found)


NEW_YEAR_CALL = {"clause": "X-1", "title": "新版节点", "date": "--04-05", "before": "P1D"}


@pytest.fixture
def told(db: None, moved_clock: Callable[[str], None]) -> Cast:
    """A company whose first version is in force since January 2026; it is 2 March."""
    moved_clock("2026-03-02T09:00+08:00")
    cast = make_cast()
    in_force(dated(build_shipped(), "1", "2026-01-01"), cast)
    tick()
    return cast


def test_a_tick_after_a_new_version_takes_effect_equals_the_pure_evaluation(
    told: Cast, moved_clock: Callable[[str], None]
) -> None:
    version = in_force(dated(add_item(build_shipped(), "node", NEW_YEAR_CALL), "2", "2026-04-01"), told)
    assert not DutyClock.objects.exclude(wake_at__lte=version.effective_at).exists()
    for moment in (
        "2026-03-31T23:59+08:00",
        "2026-04-01T00:00+08:00",
        "2026-04-04T08:00+08:00",
        "2026-04-06T08:00+08:00",
    ):
        moved_clock(moment)
        tick()
        assert stored() == pure(at(moment)), moment
    assert Duty.objects.filter(clause="X-1").count() == Customer.objects.count()


def test_a_version_never_puts_a_waking_off(told: Cast) -> None:
    soon = at("2026-03-03T00:00+08:00")
    DutyClock.objects.update(wake_at=soon)
    in_force(dated(build_shipped(), "2", "2026-04-01"), told)
    assert set(DutyClock.objects.values_list("wake_at", flat=True)) == {soon}


def test_entered_holidays_move_what_runs_on_working_time(moved_clock: Callable[[str], None], db: None) -> None:
    moved_clock("2026-12-30T10:00+08:00")
    cast = make_cast()
    rule = {
        "clause": "X-2", "opens_on": "customer.created", "closes_on": ["archive.completed"], "within": "P2D", "clock": "working"
    }  # fmt: skip
    in_force(dated(add_item(build_shipped(), "deadline", rule), "1", "2026-01-01"), cast)
    moved_clock("2026-12-31T10:00+08:00")
    made = create_customer(viewer=cast.viewer("supervisor"), number="C-900", name="新客户", owner=cast.specialist)
    duty = Duty.objects.get(clause="X-2", customer=made)
    # 2027 is not announced: 1 January counts as an ordinary Friday.
    assert duty.due_at == at("2027-01-04T10:00+08:00")
    services.save_holiday_year(2027, [date(2027, 1, day) for day in (1, 2, 3)], [], viewer=cast.viewer("supervisor"))
    moved_clock("2026-12-31T10:01+08:00")
    tick()
    duty.refresh_from_db()
    assert duty.due_at == at("2027-01-05T10:00+08:00")
    assert stored() == pure(at("2026-12-31T10:01+08:00"))


@pytest.mark.django_db(transaction=True)
def test_a_customer_changed_while_a_version_is_put_in_force_wakes_for_it(at_once: Any, moved_clock: Any) -> None:
    cast = make_cast()
    in_force(dated(build_shipped(), "1", "2020-01-01"), cast)
    version = services.draft_version(dated(build_shipped(), "2", "2099-01-01"), viewer=cast.viewer("supervisor"))
    services.submit_version(version, viewer=cast.viewer("supervisor"))
    services.approve_version(version, viewer=cast.viewer("executive"))

    def add(number: int) -> Callable[[], object]:
        viewer = cast.viewer("supervisor")
        return lambda: create_customer(viewer=viewer, number=f"Z-{number}", name=f"同时{number}", owner=cast.specialist)

    results = at_once(
        lambda: services.activate_version(PolicyVersion.objects.get(pk=version.pk), viewer=cast.viewer("director")),
        add(1),
        add(2),
    )
    assert not [each for each in results if isinstance(each, Exception)]
    connection.close()
    later = at("2099-01-02T08:00+08:00")
    moved_clock(later)
    tick()
    assert stored() == pure(later)


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has one writer: nothing can begin and wait")
def test_a_customer_entered_around_an_activation_wakes_by_the_next_tick(at_once: Any, moved_clock: Any) -> None:
    cast = make_cast()
    in_force(dated(build_shipped(), "1", "2020-01-01"), cast)
    tick()
    document = dated(add_item(build_shipped(), "node", NEW_YEAR_CALL), "2", "2099-04-01")
    version = services.draft_version(document, viewer=cast.viewer("supervisor"))
    services.submit_version(version, viewer=cast.viewer("supervisor"))
    services.approve_version(version, viewer=cast.viewer("executive"))
    entered, activated = Event(), Event()

    def enter() -> None:
        with transaction.atomic():
            create_customer(viewer=cast.viewer("supervisor"), number="Z-1", name="夹在中间", owner=cast.specialist)
            entered.set()
            assert activated.wait(30)

    def activate() -> None:
        assert entered.wait(30)
        services.activate_version(PolicyVersion.objects.get(pk=version.pk), viewer=cast.viewer("director"))
        activated.set()

    assert [each for each in at_once(enter, activate) if isinstance(each, Exception)] == []
    clock = DutyClock.objects.get(pk=Customer.objects.get(number="Z-1").pk)
    assert clock.versions == 1
    tick()
    clock.refresh_from_db()
    assert clock.versions == 2 and clock.wake_at and clock.wake_at <= at("2099-04-01T00:00+08:00")
    for moment in ("2099-04-01T00:00+08:00", "2099-04-04T08:00+08:00"):
        moved_clock(moment)
        tick()
        assert stored() == pure(at(moment)), moment


def test_a_clock_is_woken_once_for_a_version(told: Cast) -> None:
    assert set(DutyClock.objects.values_list("versions", flat=True)) == {1}
    in_force(dated(build_shipped(), "2", "2026-04-01"), told)
    assert set(DutyClock.objects.values_list("versions", flat=True)) == {2}
    now = at("2026-03-02T09:01+08:00")
    assert wake_overlooked(now, now) == 0
    DutyClock.objects.update(versions=1, wake_at=None)
    assert wake_overlooked(now + timedelta(days=3), now + timedelta(days=3)) == 0, "nobody began so long ago"
    assert wake_overlooked(now, now) == DutyClock.objects.count() > 0
    assert wake_overlooked(now, now) == 0
    assert set(DutyClock.objects.values_list("wake_at", flat=True)) == {at("2026-04-01T00:00+08:00")}
