"""Lists of duties: the same whole, however it is read, and no more than one may see."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from weixi.customers.models import Customer
from weixi.customers.services import create_customer
from weixi.duties.queries import listed_duties, stream
from weixi.duties.queries.by_clause import waiting_by_rules
from weixi.duties.services.tick import tick
from weixi.grading.enums import Cause
from weixi.grading.services.overrides import set_grade
from weixi.interactions.services.followups import Promise, promise_followup
from weixi.kernel import clock
from weixi.kernel.events.work import unit_of_work
from weixi.testing.cast import Cast, make_cast
from weixi.testing.policies import shipped_policy


@pytest.fixture
def company(db: None, moved_clock: Callable[[str], None]) -> Cast:
    """Customers with promises at three times and periods of which nobody has done anything yet."""
    moved_clock("2026-02-02T09:00+08:00")
    shipped_policy("quadrant")
    cast = make_cast()
    for n, who in enumerate(["specialist", "colleague", "outsider"] * 3):
        create_customer(
            viewer=cast.viewer("admin"), name=f"苏州琥珀第{n}纺织有限公司", number=f"S-{n}", owner=cast.person(who)
        )
    with unit_of_work(actor="system:test") as work:
        for customer in Customer.objects.filter(number__startswith="S-"):
            set_grade(customer, "core", work, cause=Cause.RUN)
    moved_clock("2026-03-04T10:00+08:00")
    for n, hours in enumerate((-20, 5, 5, 5, 30)):
        promise_followup(
            cast.customer_of("specialist"), viewer=cast.viewer("specialist"),
            promise=Promise(f"报价{n}", clock.now() + timedelta(hours=hours), cast.specialist),
        )  # fmt: skip
    tick()
    return cast


@pytest.mark.parametrize("who", ["director", "supervisor", "specialist"])
@pytest.mark.parametrize("size", [1, 3, 500])
def test_portions_and_pages_give_the_whole_in_order(
    who: str, size: int, company: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    viewer = company.viewer(who)
    whole = [(line.due_at, line.key) for line in listed_duties(viewer).lines()]
    assert len(whole) == len(set(whole)) > 5
    assert [due for due, _key in whole] == sorted(due for due, _key in whole if due)
    monkeypatch.setattr(stream, "PORTION", size)
    monkeypatch.setattr("weixi.duties.queries.listing.PORTION", size)
    pages = [list(listed_duties(viewer).lines(first, 2)) for first in range(0, len(whole), 2)]
    assert [(line.due_at, line.key) for page in pages for line in page] == whole
    assert listed_duties(viewer).count() == (len(whole), False)
    monkeypatch.setattr(stream, "COUNTED", 4)
    assert listed_duties(viewer).count() == (4, True)


def test_states_part_the_whole(company: Cast) -> None:
    viewer = company.viewer("director")
    parts = {
        state: [line.key for line in listed_duties(viewer, state=state).lines()]
        for state in ("open", "overdue", "paused", "done", "missed", "withdrawn", "waived")
    }
    assert sorted(key for keys in parts.values() for key in keys) == sorted(
        line.key for line in listed_duties(viewer).lines()
    )
    assert len(parts["overdue"]) >= 1 and {line.state for line in listed_duties(viewer, state="open").lines()} == {
        "open"
    }


def test_one_persons_are_those_that_fall_to_him(company: Cast) -> None:
    viewer = company.viewer("director")
    everybody = [line.key for line in listed_duties(viewer).lines() if line.assignee == company.specialist.username]
    his = [line.key for line in listed_duties(viewer, assignee=company.specialist.username).lines()]
    assert his == everybody and his
    assert not list(listed_duties(viewer, assignee="nobody").lines())


def test_what_waits_by_a_clause_is_counted_as_far_as_it_is_counted(
    company: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    viewer = company.viewer("director")
    rules = {line.clause for line in listed_duties(viewer).lines() if line.pk is None}
    lines, total, more = waiting_by_rules(viewer, rules)
    assert rules and {line.clause for line in lines} == rules and (len(lines), more) == (total, False)
    monkeypatch.setattr(stream, "COUNTED", 2)
    assert waiting_by_rules(viewer, rules)[1:] == (2, True)
