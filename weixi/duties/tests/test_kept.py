"""The figures beside a clause: within scope, in one query, equal to a count by hand."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from weixi.duties.models import Duty
from weixi.duties.queries.kept import kept_by_clause
from weixi.kernel.slices import Kept
from weixi.organisation.scope import system_viewer
from weixi.policy import services
from weixi.testing.cast import Cast

NOW = datetime.fromisoformat("2026-03-20T09:00+08:00")
ROWS = [
    ("specialist", "done", -3, 0), ("specialist", "done", -2, 60), ("specialist", "missed", -1, None),
    ("specialist", "overdue", -1, None), ("specialist", "open", 2, None), ("specialist", "done", -40, 0),
    ("outsider", "done", -3, 0), ("outsider", "open", 90, None), ("specialist", "withdrawn", -1, None),
]  # fmt: skip


@pytest.fixture
def duties(cast: Cast, moved_clock: Any) -> None:
    moved_clock(NOW)
    services.install_shipped_policy(preset="quadrant", viewer=system_viewer("test"))
    Duty.objects.all().delete()
    for number, (who, state, days, late) in enumerate(ROWS):
        Duty.objects.create(
            key=f"k{number}", clause="N-2a", kind="deadline", title="t", customer=cast.customer_of(who), anchor=str(number),
            opens_at=NOW - timedelta(days=50), due_at=NOW + timedelta(days=days), state=state, late_seconds=late,
            closed_at=NOW if state == "done" else None, assignee=cast.person(who),
        )  # fmt: skip


def test_figures_are_those_of_the_month_and_of_the_scope(duties: None, cast: Cast) -> None:
    assert kept_by_clause(cast.viewer("director")) == {"N-2a": Kept(in_time=2, late=1, missed=2, waiting=3)}
    assert kept_by_clause(cast.viewer("specialist")) == {"N-2a": Kept(in_time=1, late=1, missed=2, waiting=2)}
    assert kept_by_clause(cast.viewer("sales")) == {}


def test_a_duty_of_ones_own_with_a_foreign_customer_counts_once(duties: None, cast: Cast) -> None:
    """And one without any customer."""
    own, foreign = Duty.objects.get(key="k0"), Duty.objects.get(key="k6")
    for number, customer in enumerate((foreign.customer, None, own.customer)):
        own.pk, own.key, own.customer = None, f"more{number}", customer
        own.save(force_insert=True)
    assert kept_by_clause(cast.viewer("specialist"))["N-2a"].in_time == 4
    assert kept_by_clause(cast.viewer("outsider"))["N-2a"].in_time == 2


def test_two_queries(duties: None, cast: Cast) -> None:
    for who in ("director", "specialist"):
        viewer = cast.viewer(who)
        with CaptureQueriesContext(connection) as asked:
            kept_by_clause(viewer)
        assert len(asked) == 2


def test_the_page_of_a_clause_lists_what_the_figure_counts(duties: None, cast: Cast, client_as: Any) -> None:
    page = client_as(cast.specialist).get("/duties/clauses/N-2/").content.decode()
    assert Counter(name in page for name in ("上海启明科技有限公司", "北京华信贸易有限公司")) == {True: 1, False: 1}
    assert page.count("<tr data-row") == 2
    assert client_as(cast.specialist).get("/duties/clauses/Q-9/").status_code == 404
