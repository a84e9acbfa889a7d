from __future__ import annotations

import threading
from datetime import UTC, datetime

import pytest
from django.db import connection

from weixi.kernel import clock
from weixi.organisation.models import Department, User
from weixi.organisation.scope import system_viewer
from weixi.organisation.services import create_department


def test_cast_scopes_are_told_apart(cast) -> None:
    assert cast.viewer("specialist").owner_ids == {cast.specialist.pk}
    assert cast.viewer("supervisor").owner_ids == {
        cast.supervisor.pk, cast.specialist.pk, cast.colleague.pk, cast.disabled.pk
    }  # fmt: skip
    assert cast.outsider.pk in cast.viewer("service_manager").owner_ids
    assert cast.account_manager.pk not in cast.viewer("service_manager").owner_ids
    assert cast.viewer("director").sees_all and cast.viewer("executive").sees_all
    assert not cast.viewer("disabled").owner_ids
    assert cast.customer_of("specialist").owner == cast.specialist


def test_moved_clock_stands_where_it_is_put(moved_clock) -> None:
    moved_clock("2026-03-02T09:00:00+08:00")
    assert clock.now() == datetime(2026, 3, 2, 1, tzinfo=UTC)
    moved_clock("2026-03-03T09:00:00+08:00")
    assert clock.now().day == 3


def test_queries_same_finds_a_query_per_row(assert_queries_same) -> None:
    names = iter("甲乙丙丁戊己")

    def add() -> None:
        create_department(next(names), viewer=system_viewer("test"))

    assert assert_queries_same(lambda: list(Department.objects.all()), add) == 1
    with pytest.raises(AssertionError, match="queries for one row"):
        assert_queries_same(lambda: [d.people.count() for d in Department.objects.all()], add)


def test_at_once_runs_in_own_connections(at_once) -> None:
    create_department("甲", viewer=system_viewer("test"))

    def seen() -> tuple[int, int]:
        return threading.get_ident(), Department.objects.count()

    first, second = at_once(seen, seen)
    assert first[0] != second[0] and first[1] == second[1] == 1


def test_child_works_on_the_same_database(child) -> None:
    create_department("甲", viewer=system_viewer("test"))
    started = child(
        "from weixi.organisation.models import Department; from django.db import connection\n"
        "Department.objects.update(name='乙'); print(connection.vendor)"
    )
    status, out, errors = started.finish()
    assert (status, out.strip()) == (0, connection.vendor), errors
    assert Department.objects.get().name == "乙"
    assert not User.objects.exists()
