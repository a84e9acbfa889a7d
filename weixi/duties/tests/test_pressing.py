"""What Today reads of a person's duties is what reading all of them and looking gives."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from random import Random

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from weixi.customers.models import Customer
from weixi.duties.enums import DutyState
from weixi.duties.models import Duty
from weixi.duties.queries.glances import waiting_for
from weixi.duties.queries.pressing import GROUPS, LATE, WEEK, Span, Waiting, pressing_on
from weixi.duties.queries.today import ends
from weixi.duties.timeline import current_timeline
from weixi.kernel import clock
from weixi.testing.cast import Cast, make_cast
from weixi.testing.policies import shipped_policy

SERVED = {"core": 1, "important": 2, "normal": 3, "observer": 2}


@pytest.fixture
def company(db: None, moved_clock: Callable[[str], None]) -> Cast:
    moved_clock("2026-03-02T09:00+08:00")
    shipped_policy("quadrant")
    cast = make_cast()
    # The last days of a month: periods without a row fall due, too.
    moved_clock("2026-03-30T10:00+08:00")
    return cast


def span() -> Span:
    return Span(clock.now(), *ends(clock.now()))


def expected(cast: Cast, most: int) -> Waiting:
    """All that waits is read, and put in order by one sort."""
    whole = span()
    waiting = waiting_for(cast.specialist, whole.now, whole.end_of_week, current_timeline())
    pressing = [glance for glance in waiting if whole.group_of(glance) != WEEK]
    pressing.sort(key=lambda g: (not g.late, -g.priority, SERVED.get(g.grade, 99), g.order))
    focus = pressing[0] if pressing else None
    groups = {code: [g for g in waiting if whole.group_of(g) == code and g is not focus] for code in GROUPS}
    return Waiting(
        focus, {code: found[:most] for code, found in groups.items()}, {c: len(f) for c, f in groups.items()}
    )


def add(cast: Cast, roll: Random, count: int, states: tuple[str, ...], grades: tuple[str, ...]) -> None:
    now = clock.now()
    customers = list(Customer.objects.order_by("pk"))
    for customer in customers:
        Customer.objects.filter(pk=customer.pk).update(grade=roll.choice(grades))
    first = Duty.objects.count()
    rows = []
    for number in range(first, first + count):
        state = roll.choice(states)
        # Few moments, so that many fall due at one.
        hours = (
            roll.choice((-200, -30, -1)) if state == DutyState.OVERDUE else roll.choice((-1, 0, 3, 14, 38, 100, 200))
        )
        rows.append(
            Duty(
                key=f"{roll.choice('ABab')}-{roll.randint(1, 3)}|Case:{number}|e", clause="X-1", kind="deadline",
                title="约定", anchor=f"e{number}", opens_at=now - timedelta(days=20), state=state,
                priority=roll.choice((1, 2, 2, 3)), assignee=roll.choice((cast.specialist, cast.colleague)),
                customer=roll.choice((*customers, None)),
                due_at=None if state == DutyState.PAUSED else now + timedelta(hours=hours),
            )
        )  # fmt: skip
    Duty.objects.bulk_create(rows)


@pytest.mark.both_databases
@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize(
    ("states", "grades"),
    [
        ((DutyState.OPEN, DutyState.OVERDUE, DutyState.PAUSED, DutyState.DONE), (*SERVED, "")),
        # Nobody is served first, nobody at all, nothing is late.
        ((DutyState.OVERDUE, DutyState.DONE), ("normal", "observer", "")),
        ((DutyState.OVERDUE, DutyState.OPEN), ("", "unknown")),
        ((DutyState.OPEN, DutyState.PAUSED), tuple(SERVED)),
    ],
)
def test_the_first_the_most_urgent_and_the_numbers_are_those_of_all(
    company: Cast, seed: int, states: tuple[str, ...], grades: tuple[str, ...]
) -> None:
    roll = Random(seed)
    for count in (1, 5, 60):
        add(company, roll, count, states, grades)
        if states[0] == DutyState.OPEN and DutyState.OVERDUE not in states:
            Duty.objects.filter(due_at__lt=clock.now()).delete()
        found = pressing_on(company.specialist, span(), current_timeline(), SERVED, 7)
        wanted = expected(company, 7)
        assert found.focus == wanted.focus and found.counts == wanted.counts
        assert found.first == wanted.first
    assert found.focus is not None


@pytest.mark.skipif("connection.vendor != 'sqlite'", reason="plans by statistics are another matter")
def test_thousands_of_late_duties_are_counted_in_the_index_and_a_page_of_them_is_read(company: Cast) -> None:
    add(company, Random(1), 30, (DutyState.OVERDUE,), ("core",))
    with CaptureQueriesContext(connection) as captured:
        found = pressing_on(company.specialist, span(), current_timeline(), SERVED, 5)
    assert found.counts[LATE] > 5
    steps = []
    with connection.cursor() as cursor:
        for query in captured.captured_queries:
            if "duties_duty" in query["sql"]:
                cursor.execute(f"EXPLAIN QUERY PLAN {query['sql']}")
                steps.append([row[3] for row in cursor.fetchall()])
    assert ["SEARCH duties_duty USING COVERING INDEX duty_waiting (assignee_id=? AND due_at<?)"] in steps
    read = [step for each in steps for step in each if step.startswith(("SCAN", "SEARCH")) and "VIRTUAL" not in step]
    # Rows and customers by their keys; what leads to them by the one index, which is in the order asked for.
    assert {"duty_waiting"} == {step.split("INDEX ")[1].split()[0] for step in read if " INDEX " in step}, read
    assert all(" INDEX " in step or "USING INTEGER PRIMARY KEY (rowid=?)" in step for step in read), read
    assert not any("ORDER BY" in step for each in steps for step in each), steps
