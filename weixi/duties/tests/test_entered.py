"""Customers entered many at once: they stand as if each had been looked at by himself."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from weixi.customers.models import Customer
from weixi.customers.services.bulk import NewCustomer, create_customers
from weixi.customers.services.customers import archive_customer, restore_customer
from weixi.duties.models import Duty, DutyClock
from weixi.duties.services import fresh
from weixi.duties.services.project import recompute
from weixi.duties.services.tick import tick
from weixi.duties.tests.test_wake import at, dated, in_force, pure, stored
from weixi.kernel import clock
from weixi.policy.document.edit import add_item
from weixi.policy.document.shipped import build_shipped
from weixi.testing.cast import Cast, make_cast

NOW = "2026-03-01T00:00+08:00"
PROSPECTS = {"clause": "X-3", "title": "潜在客户每月联系", "where": {"lifecycle": "prospect"}, "every": "P1M"}
LOYAL = {"clause": "X-4", "title": "忠诚客户每月回访", "where": {"lifecycle": "loyal"}, "every": "P1M"}
NEW_YEAR = {"clause": "X-5", "title": "节日问候", "date": "--04-05", "before": "P1D"}


@pytest.fixture
def company(db: None, moved_clock: Callable[[str], None]) -> Cast:
    # A month begins: who enters now has its whole period before him.
    moved_clock(NOW)
    return make_cast()


def enter(cast: Cast, count: int) -> list[Customer]:
    """Prospects and loyal ones by turns, of two owners."""
    owners = [cast.specialist.pk, cast.colleague.pk]
    rows = [
        NewCustomer(f"客户{n}", f"N-{n}", owners[n // 2 % 2], lifecycle=("prospect", "loyal")[n % 2])
        for n in range(count)
    ]
    return create_customers(rows, viewer=cast.viewer("supervisor"))


def standing(made: list[Customer]) -> dict[int, Any]:
    ids = [customer.pk for customer in made]
    clocks = DutyClock.objects.filter(pk__in=ids).values_list("pk", "wake_at", "evaluated_at", "open_cadences")
    rows = Customer.objects.filter(pk__in=ids).values_list("pk", "next_due_at", "next_period_due_at")
    due = {pk: moments for pk, *moments in rows}
    return {pk: (*rest, *due[pk]) for pk, *rest in clocks}


@pytest.mark.parametrize("rules", [[], [PROSPECTS], [PROSPECTS, LOYAL]])
def test_alike_ones_are_evaluated_once_and_stand_as_if_each_had_been(
    company: Cast, rules: list[dict[str, Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    document = dated(build_shipped(), "1", "2026-01-01")
    for rule in rules:
        document = add_item(document, "cadence", rule)
    in_force(document, company)
    asked: list[object] = []
    evaluate = fresh.evaluate
    monkeypatch.setattr(fresh, "evaluate", lambda *given: asked.append(given) or evaluate(*given))
    made = enter(company, 24)
    # Two stages, two owners.
    assert len(asked) == 4
    found = standing(made)
    assert len(found) == len(made)
    assert sum(bool(row[2]) for row in found.values()) == {0: 0, 1: 12, 2: 24}[len(rules)]
    recompute([customer.pk for customer in made], clock.now())
    assert standing(made) == found


def test_whom_a_rule_wants_a_row_for_gets_it(company: Cast) -> None:
    in_force(dated(add_item(build_shipped(), "node", NEW_YEAR), "1", "2026-01-01"), company)
    tick()
    made = enter(company, 4)
    assert stored() == pure(at(NOW))
    found = standing(made)
    recompute([customer.pk for customer in made], clock.now())
    assert standing(made) == found


def test_a_rule_that_begins_with_the_entry_is_looked_at_for_each(company: Cast) -> None:
    rule = {"clause": "X-6", "opens_on": "customer.created", "closes_on": ["archive.completed"], "within": "P2D"}
    in_force(dated(add_item(build_shipped(), "deadline", rule), "1", "2026-01-01"), company)
    tick()
    made = enter(company, 4)
    assert Duty.objects.filter(clause="X-6", customer__in=made).count() == 4
    assert stored() == pure(at(NOW))


def test_who_is_brought_back_is_no_newcomer(company: Cast) -> None:
    in_force(dated(add_item(build_shipped(), "cadence", PROSPECTS), "1", "2026-01-01"), company)
    made = enter(company, 1)
    viewer = company.viewer("director")
    archive_customer(made[0], viewer=viewer, reason="停业")
    restore_customer(made[0], viewer=viewer)
    found = standing(made)
    recompute([made[0].pk], clock.now())
    assert standing(made) == found
