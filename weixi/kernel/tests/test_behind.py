"""Rows written behind: in order, seen by whatever is asked next, and nothing of them stays when one fails."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from weixi.customers.duplicates.models import MatchTodo
from weixi.kernel.behind import behind, run
from weixi.kernel.clock import now
from weixi.kernel.events.models import Event
from weixi.kernel.events.work import unit_of_work
from weixi.kernel.rows import insert_rows, insert_values, update_all, upsert_values

pytestmark = pytest.mark.django_db(transaction=True)


def stamps() -> list[tuple[int, int]]:
    return list(MatchTodo.objects.order_by("customer_id").values_list("customer_id", "stamp"))


def put(first: int, count: int = 250) -> None:
    insert_values(MatchTodo, ("customer_id", "stamp"), [(pk, 1) for pk in range(first, first + count)])


def test_what_is_asked_next_sees_what_was_written_before() -> None:
    with transaction.atomic(), behind():
        put(1)
        assert MatchTodo.objects.count() == 250
        upsert_values(MatchTodo, ["customer_id"], ["stamp"], [(1, 5), (2, 5)])
        update_all(MatchTodo.objects.filter(customer_id__gt=2), stamp=7)
        upsert_values(MatchTodo, ["customer_id"], ["stamp"], [(3, 9)])
        assert stamps()[:4] == [(1, 5), (2, 5), (3, 9), (4, 7)]
        put(1000)
    assert MatchTodo.objects.count() == 500


def test_a_thread_writes_and_the_program_goes_on() -> None:
    goes_on, seen = threading.Event(), []

    def slow(cursor: Any) -> None:
        # Ends only if who gave it came further.
        seen.append((threading.current_thread() is not threading.main_thread(), goes_on.wait(30)))

    with transaction.atomic(), behind():
        run(slow)
        goes_on.set()
    assert seen == [(True, True)]


def test_what_fails_is_told_at_every_wait_and_nothing_stays() -> None:
    told = 0
    with pytest.raises(IntegrityError), transaction.atomic(), behind():
        put(1)
        put(250)
        # Not written any more: the transaction is over.
        put(1000)
        for _again in range(2):
            with pytest.raises(IntegrityError):
                stamps()
            told += 1
    assert told == 2 and stamps() == []


def test_what_fails_last_is_told_at_the_end() -> None:
    with pytest.raises(IntegrityError), transaction.atomic(), behind():
        put(1)
        put(1)
    assert stamps() == [] and connection.execute_wrappers == []


def test_keys_of_expected_events_are_those_they_get_anyway() -> None:
    def enter(expected: int, *portions: int) -> list[int]:
        first = Event.objects.count()
        with unit_of_work(actor="test", whole=True) as work:
            work.expect(expected)
            for count in portions:
                for _each in range(count):
                    work.record("tag.created", data={"name": "甲"})
                work.flush()
        return list(Event.objects.order_by("seq").values_list("seq", flat=True))[first:]

    # As many as expected, fewer, and more, which take their keys like any others.
    for expected, portions in ((30, (30,)), (40, (25, 3)), (5, (30,)), (25, (20, 30, 2))):
        seqs = enter(expected, *portions)
        assert len(seqs) == sum(portions) and seqs == sorted(set(seqs))
        if connection.vendor == "sqlite":
            assert seqs == list(range(seqs[0], seqs[0] + len(seqs)))


def test_wide_rows_are_written_whole() -> None:
    made = [
        Event(id=f"{n:026}", type="tag.created", actor="test", occurred_at=now(), recorded_at=now()) for n in range(450)
    ]
    with transaction.atomic(), behind():
        insert_rows(made)
        put(1)
    assert list(Event.objects.order_by("seq").values_list("id", flat=True)) == [each.id for each in made]
