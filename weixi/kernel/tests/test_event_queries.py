from __future__ import annotations

import json
from datetime import timedelta

import pytest

from weixi.kernel import clock
from weixi.kernel.errors import Forbidden
from weixi.kernel.events import queries, registry
from weixi.kernel.events.work import unit_of_work

registry.register("probe.seen", "n", "name")


@pytest.fixture
def log(cast, moved_clock):
    start = clock.now() + timedelta(days=1)
    for number, who in enumerate(["specialist", "outsider", "specialist", "specialist"]):
        moved_clock(start + timedelta(minutes=number))
        with unit_of_work(actor="system:test") as work:
            customer = cast.customer_of(who).pk
            work.record("probe.seen", customer=customer, data={"n": number}, personal={"name": f"张{number}"})
    return cast


def numbers(viewer, customer, **more) -> list[int]:
    return [e.data["n"] for e in queries.events_of_customer(viewer, customer.pk, types=["probe."], **more)]


def test_timeline_is_scoped_and_pages(log) -> None:
    mine, foreign = log.customer_of("specialist"), log.customer_of("outsider")
    viewer = log.viewer("specialist")
    assert numbers(viewer, mine) == [3, 2, 0]
    assert numbers(viewer, foreign) == []
    assert numbers(log.viewer("supervisor"), mine) == [3, 2, 0]
    assert numbers(log.viewer("disabled"), mine) == []
    first = queries.events_of_customer(viewer, mine.pk, types=["probe.seen"], limit=2)
    assert numbers(viewer, mine, before=(first[-1].occurred_at, first[-1].seq)) == [0]
    assert queries.values_of(first[0]) == {"n": 3, "name": "张3"}


def test_timeline_costs_one_query(log, django_assert_num_queries) -> None:
    viewer = log.viewer("director")
    with django_assert_num_queries(1):
        rows = queries.events_of_customer(viewer, log.customer_of("specialist").pk)
        [queries.values_of(event) for event in rows]


def test_export_gives_engine_lines_in_the_order_recorded(log) -> None:
    lines = [json.loads(line) for line in queries.export_lines(log.viewer("director"), batch=3)]
    assert lines == sorted(lines, key=lambda line: (line["recorded_at"], line["id"]))
    assert lines[0]["type"] == "department.created" and lines[0]["customer"] is None
    seen = [line for line in lines if line["type"] == "probe.seen"]
    assert [line["data"] for line in seen] == [{"n": n, "name": f"张{n}"} for n in range(4)]
    assert set(seen[0]) == {"id", "type", "customer", "subject", "actor", "occurred_at", "recorded_at", "data"}
    assert seen[0]["customer"] == str(log.customer_of("specialist").pk)
    assert seen[0]["occurred_at"].endswith("Z")


def test_export_needs_the_right(log) -> None:
    with pytest.raises(Forbidden):
        queries.export_lines(log.viewer("specialist"))
