"""The two visit systems (C-7): who is chosen, whose turn it is, what a recorded visit belongs to."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest

from weixi.customers.acts import services as acts
from weixi.customers.acts.models import ActRow
from weixi.customers.models import Customer, VisitChoice
from weixi.customers.services import archive_customer
from weixi.customers.services.customers import create_customer
from weixi.customers.visiting.services import choose_for_visits, chosen, end_choice
from weixi.duties.models import Duty
from weixi.interactions.models import FollowUp, Interaction, PlannedVisit
from weixi.interactions.queries.visits import chosen_customers, coverage, planned_visits, whose_turn
from weixi.interactions.services import plan_visit, record_interaction
from weixi.interactions.services.withdrawal import withdraw_interactions
from weixi.kernel import clock
from weixi.kernel.errors import Conflict, Forbidden, Invalid
from weixi.kernel.events.models import Event
from weixi.testing.cast import Cast, make_cast
from weixi.testing.policies import policy_with, shipped_policy

NOW = "2026-03-11T10:00+08:00"


@pytest.fixture
def company(db: None, moved_clock: Callable[[str], None]) -> Cast:
    moved_clock("2026-01-01T09:00+08:00")
    shipped_policy("quadrant")
    cast = make_cast()
    moved_clock(NOW)
    return cast


def test_a_customer_is_chosen_with_a_reason_once_and_there_is_a_way_back(company: Cast) -> None:
    customer, qian = company.customer_of("specialist"), company.viewer("specialist")
    with pytest.raises(Invalid) as refused:
        choose_for_visits(customer, viewer=qian, reason="  ")
    assert "reason" in refused.value.fields
    first = choose_for_visits(customer, viewer=qian, reason="年度重点走访")
    assert choose_for_visits(customer, viewer=qian, reason="又一次").pk == first.pk
    told = Event.objects.get(type="visiting.chosen")
    assert told.customer_id == customer.pk and told.data == {"choice": first.pk}
    assert end_choice(customer, viewer=qian, reason="已定点") is not None
    assert chosen(customer) is None and end_choice(customer, viewer=qian) is None
    again = choose_for_visits(customer, viewer=qian, reason="再选")
    assert again.pk != first.pk and VisitChoice.objects.count() == 2
    archive_customer(customer, viewer=company.viewer("service_manager"), reason="停业")
    with pytest.raises(Conflict):
        choose_for_visits(Customer.objects.get(pk=customer.pk), viewer=qian, reason="x")
    assert list(chosen_customers(company.viewer("director"))) == []


def test_many_are_chosen_at_once_and_it_is_taken_back(company: Cast) -> None:
    lead = company.viewer("supervisor")
    ids = [company.customer_of(who).pk for who in ("specialist", "colleague")]
    with pytest.raises(Invalid):
        acts.start("visit", ids, {"reason": ""}, viewer=lead)
    choose_for_visits(company.customer_of("colleague"), viewer=lead, reason="早已选定")
    run = acts.start("visit", ids, {"reason": "二季度走访"}, viewer=lead)
    assert sorted(ActRow.objects.filter(run=run).values_list("result", flat=True)) == ["done", "same"]
    assert {row.customer_id for row in chosen_customers(lead)} == set(ids)
    acts.undo(run, viewer=lead)
    assert [row.customer_id for row in chosen_customers(lead)] == [company.customer_of("colleague").pk]


def test_a_visit_belongs_to_the_system_of_its_customer(company: Cast) -> None:
    customer, qian = company.customer_of("specialist"), company.viewer("specialist")
    patrol = record_interaction(customer, viewer=qian, kind="visit")
    choose_for_visits(customer, viewer=qian, reason="重点")
    special = record_interaction(customer, viewer=qian, kind="visit")
    said = record_interaction(customer, viewer=qian, kind="visit", visit_system="patrol")
    call = record_interaction(customer, viewer=qian, kind="call")
    assert [each.visit_system for each in (patrol, special, said, call)] == ["patrol", "chosen", "patrol", ""]
    assert Event.objects.filter(type="interaction.recorded", data__system="chosen").count() == 1
    for kind, system in (("call", "patrol"), ("visit", "weekly")):
        with pytest.raises(Invalid) as refused:
            record_interaction(customer, viewer=qian, kind=kind, visit_system=system)
        assert "visit_system" in refused.value.fields


def test_a_policy_without_visit_systems_asks_for_none(
    db: None, moved_clock: Callable[[str], None], client_as: Any
) -> None:
    moved_clock("2026-01-01T09:00+08:00")
    policy_with({"care.visit_system": []})
    cast = make_cast()
    made = record_interaction(cast.customer_of("specialist"), viewer=cast.viewer("specialist"), kind="visit")
    assert made.visit_system == ""
    assert client_as(cast.specialist).get("/visits/").status_code == 200


def test_the_last_visit_is_kept(company: Cast) -> None:
    customer, qian = company.customer_of("specialist"), company.viewer("specialist")

    def last() -> Any:
        return Customer.objects.get(pk=customer.pk).last_visit_at

    now = clock.now()
    first = record_interaction(customer, viewer=qian, kind="visit", occurred_at=now - timedelta(hours=2))
    record_interaction(customer, viewer=qian, kind="visit", occurred_at=now - timedelta(days=9))
    record_interaction(customer, viewer=qian, kind="call", occurred_at=now)
    assert last() == now - timedelta(hours=2)
    withdraw_interactions([first.pk], viewer=qian, reason="x")
    assert last() == now - timedelta(days=9)


def test_whose_turn_it_is(company: Cast) -> None:
    boss, now = company.viewer("director"), clock.now()
    visited = {"specialist": 20, "colleague": 90, "outsider": 20}
    for who, days in visited.items():
        record_interaction(
            company.customer_of(who), viewer=company.viewer(who), kind="visit", occurred_at=now - timedelta(days=days)
        )
    never = [company.customer_of(who).pk for who in ("account_manager", "sales", "disabled")]
    order = [*sorted(never), company.customer_of("colleague").pk]
    order += sorted(company.customer_of(who).pk for who in ("specialist", "outsider"))
    found, after = [], ""
    while True:
        turn = whose_turn(boss, after, most=2)
        found += [customer.pk for customer in turn.customers]
        after = turn.after
        if not after:
            break
    assert found == order
    assert [customer.pk for customer in whose_turn(company.viewer("supervisor")).customers] == [
        company.customer_of("disabled").pk, company.customer_of("colleague").pk, company.customer_of("specialist").pk
    ]  # fmt: skip
    # 90 days ago was last year.
    whole = coverage(boss)
    assert (
        sum(row.customers for row in whole),
        sum(row.visited for row in whole),
        sum(row.never for row in whole),
    ) == (6, 2, 3)


def test_a_planned_visit_is_a_duty_and_one_record_settles_it(company: Cast, client_as: Callable[..., Any]) -> None:
    customer, qian = company.customer_of("specialist"), company.viewer("specialist")
    for day in (date(2026, 3, 10), date(2036, 1, 1)):
        with pytest.raises(Invalid) as refused:
            plan_visit(customer, viewer=qian, day=day)
        assert "day" in refused.value.fields
    followup = plan_visit(customer, viewer=qian, day=date(2026, 3, 20), purpose="看新产线")
    assert PlannedVisit.objects.get(followup=followup).system == "patrol"
    assert planned_visits([customer.pk]) == {customer.pk: followup}
    duty = Duty.objects.get(subject=f"followup:{followup.pk}", state="open")
    client = client_as(company.specialist)
    page = client.get("/visits/?system=patrol").content.decode()
    assert f"customer={customer.pk}&amp;kind=visit&amp;duty=" in page
    form = client.get("/record/", {"customer": customer.pk, "kind": "visit", "duty": duty.key}).content.decode()
    assert 'value="visit" checked' in form and "巡回访问" in form
    sent = {
        "customer": customer.pk, "duty": duty.key, "kind": "visit", "visit_system": "patrol", "settle": duty.key,
        "occurred_at": "2026-03-11T10:00", "content": "看了新产线",
    }  # fmt: skip
    assert client.post("/record/", sent).status_code in (204, 302)
    assert FollowUp.objects.get(pk=followup.pk).done_at is not None
    assert Duty.objects.get(pk=duty.pk).state == "done"
    assert Interaction.objects.get(customer=customer).visit_system == "patrol"
    assert planned_visits([customer.pk]) == {}
    with pytest.raises(Forbidden):
        plan_visit(customer, viewer=company.viewer("executive"), day=date(2026, 3, 20))


def test_the_list_is_asked_for_visits(company: Cast, client_as: Callable[..., Any]) -> None:
    customer, qian = company.customer_of("specialist"), company.viewer("specialist")
    choose_for_visits(customer, viewer=qian, reason="重点")
    record_interaction(company.customer_of("colleague"), viewer=company.viewer("colleague"), kind="visit")
    client = client_as(company.supervisor)
    for where, who in (
        ("visit:chosen", "上海启明"), ("visit:not_chosen", "重庆长江"), ("visit:year", "重庆长江"),
        ("visit:not_year", "上海启明"), ("visit:never", "上海启明"), ("visit:within:30", "重庆长江"), ("visit:quiet:30", "上海启明"),
    ):  # fmt: skip
        page = client.get("/customers/", {"where": where}).content.decode()
        assert [name for name in ("上海启明", "重庆长江") if name in page] == [who], where


def test_pages_and_scope(company: Cast, client_as: Callable[..., Any]) -> None:
    choose_for_visits(company.customer_of("specialist"), viewer=company.viewer("specialist"), reason="设备到了更新期")
    page = client_as(company.supervisor).get("/visits/").content.decode()
    assert "设备到了更新期" in page and "上海启明" in page
    assert "上海启明" not in client_as(company.outsider).get("/visits/").content.decode()
    record = (
        client_as(company.specialist).get(f"/customers/{company.customer_of('specialist').pk}/side/").content.decode()
    )
    assert "设备到了更新期" in record and "安排拜访" in record


@pytest.mark.parametrize("path", ["/visits/", "/visits/?system=patrol"])
def test_three_customers_ask_no_more_than_one(
    path: str, company: Cast, assert_queries_same: Callable[..., int], client_as: Callable[..., Any]
) -> None:
    client, qian = client_as(company.supervisor), company.viewer("specialist")

    def add() -> None:
        made = create_customer(
            viewer=company.viewer("supervisor"), name=f"新{Customer.objects.count()}", owner=company.specialist
        )
        choose_for_visits(made, viewer=qian, reason="走访")
        plan_visit(made, viewer=qian, day=date(2026, 4, 1))

    assert assert_queries_same(lambda: client.get(path), add) <= 25
