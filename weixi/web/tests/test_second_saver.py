"""Small acts on one customer that two people have open at once: the second one is told and keeps his input."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.urls import reverse

from weixi.customers.models import Contact, Customer
from weixi.customers.occasions.services import add_occasion, correct_occasion
from weixi.customers.services import (
    add_contact,
    assign_customers,
    change_contact,
    change_customer,
    change_lifecycle,
    set_co_owner,
)
from weixi.customers.visiting.services import choose_for_visits, chosen, end_choice
from weixi.interactions.models import PlannedVisit
from weixi.interactions.services import plan_visit
from weixi.testing.cast import Cast, make_cast
from weixi.testing.policies import shipped_policy


@pytest.fixture
def company(db: None, moved_clock: Callable[[str], None]) -> Cast:
    moved_clock("2026-01-01T09:00+08:00")
    shipped_policy("quadrant")
    cast = make_cast()
    moved_clock("2026-03-11T10:00+08:00")
    return cast


@pytest.fixture
def customer(company: Cast) -> Customer:
    return company.customer_of("specialist")


def version_in(page: str) -> str:
    found = re.search(r'name="version" value="(\d+)"', page)
    assert found is not None
    return found[1]


def opened(client: Any, name: str, customer: Customer) -> tuple[str, str]:
    """The address of a form and the version it was opened on."""
    address = reverse(name, args=[customer.pk])
    return address, version_in(client.get(address).content.decode())


def refused(client: Any, address: str, values: dict[str, Any]) -> str:
    answer = client.post(address, values)
    assert answer.status_code == 422
    return str(answer.content.decode())


def test_the_lifecycle_stage(company: Cast, customer: Customer, client_as: Any) -> None:
    client = client_as(company.specialist)
    address, version = opened(client, "customer-lifecycle", customer)
    change_lifecycle(customer, "loyal", viewer=company.viewer("supervisor"))
    mine = {"lifecycle": "lost", "reason": "工厂已停产", "version": version}
    page = refused(client, address, mine)
    assert company.supervisor.name in page and "工厂已停产" in page and 'value="lost" selected' in page
    assert Customer.objects.get(pk=customer.pk).lifecycle == "loyal"
    assert client.post(address, mine | {"version": version_in(page)}).status_code == 302
    assert Customer.objects.get(pk=customer.pk).lifecycle == "lost"


def test_another_field_is_no_conflict(company: Cast, customer: Customer, client_as: Any) -> None:
    client = client_as(company.specialist)
    address, version = opened(client, "customer-lifecycle", customer)
    change_customer(customer, viewer=company.viewer("supervisor"), values={"city": "无锡"})
    assert client.post(address, {"lifecycle": "lost", "version": version}).status_code == 302


def test_the_owner_and_the_second_owner(company: Cast, customer: Customer, client_as: Any) -> None:
    client, lead = client_as(company.supervisor), company.viewer("director")
    owner, first = opened(client, "customer-owner", customer)
    second, _same = opened(client, "customer-co-owner", customer)
    set_co_owner(customer, company.supervisor, viewer=lead)
    page = refused(client, second, {"co_owner": company.colleague.pk, "reason": "两人一起", "version": first})
    assert company.director.name in page and "两人一起" in page
    assign_customers([customer.pk], company.colleague, viewer=lead)
    page = refused(client, owner, {"owner": company.supervisor.pk, "reason": "我来带", "version": first})
    assert company.director.name in page and "我来带" in page
    assert Customer.objects.get(pk=customer.pk).owner == company.colleague
    again = {"owner": company.supervisor.pk, "reason": "我来带", "version": version_in(page)}
    assert client.post(owner, again).status_code == 302
    assert Customer.objects.get(pk=customer.pk).owner == company.supervisor


def test_choosing_for_visits(company: Cast, customer: Customer, client_as: Any) -> None:
    client, lead = client_as(company.specialist), company.viewer("supervisor")
    address, version = opened(client, "visit-choose", customer)
    assert version == "0"
    choose_for_visits(customer, viewer=lead, reason="年度重点走访")
    mine = {"reason": "设备到了更新期", "version": version}
    page = refused(client, address, mine)
    assert company.supervisor.name in page and "年度重点走访" in page and 'value="设备到了更新期"' in page
    present = chosen(customer)
    assert present is not None and present.reason == "年度重点走访"
    # Saved again it is chosen anew, for the other reason.
    assert client.post(address, mine | {"version": version_in(page)}).status_code == 302
    present = chosen(customer)
    assert present is not None and (present.reason, present.by) == ("设备到了更新期", company.specialist)
    told = [(row.reason, row.ended_at is None) for row in customer.visit_choices.order_by("pk")]
    assert told == [("年度重点走访", False), ("设备到了更新期", True)]


def test_ending_the_choice(company: Cast, customer: Customer, client_as: Any) -> None:
    client, lead = client_as(company.specialist), company.viewer("supervisor")
    choose_for_visits(customer, viewer=lead, reason="年度重点走访")
    address, version = opened(client, "visit-end", customer)
    end_choice(customer, viewer=lead)
    choose_for_visits(customer, viewer=lead, reason="新厂投产")
    page = refused(client, address, {"reason": "已定点", "version": version})
    assert "新厂投产" in page and 'value="已定点"' in page and chosen(customer) is not None
    assert client.post(address, {"reason": "已定点", "version": version_in(page)}).status_code == 302
    assert chosen(customer) is None


def test_planning_a_visit(company: Cast, customer: Customer, client_as: Any) -> None:
    client, lead = client_as(company.specialist), company.viewer("supervisor")
    plan_visit(customer, viewer=lead, day=date(2026, 3, 14), purpose="旧的安排")
    address, version = opened(client, "visit-plan", customer)
    plan_visit(customer, viewer=lead, day=date(2026, 3, 20), purpose="看新产线")
    mine = {"day": "2026-03-21", "purpose": "送备件", "system": "patrol", "version": version}
    page = refused(client, address, mine)
    assert company.supervisor.name in page and "看新产线" in page and "旧的安排" not in page
    assert 'value="送备件"' in page and 'value="2026-03-21"' in page
    assert PlannedVisit.objects.count() == 2
    assert client.post(address, mine | {"version": version_in(page)}).status_code == 302
    assert PlannedVisit.objects.count() == 3


def test_who_puts_a_customer_away_that_was_changed(company: Cast, customer: Customer, client_as: Any) -> None:
    client = client_as(company.director)
    address, version = opened(client, "customer-archive", customer)
    change_customer(customer, viewer=company.viewer("specialist"), values={"city": "无锡"})
    page = refused(client, address, {"reason": "已停产", "version": version})
    assert company.specialist.name in page and "无锡" in page and "已停产" in page and "没有执行" in page
    assert Customer.objects.get(pk=customer.pk).archived_at is None
    assert client.post(address, {"reason": "已停产", "version": version_in(page)}).status_code == 302
    assert Customer.objects.get(pk=customer.pk).archived_at is not None


def test_who_removes_a_person_who_was_changed(company: Cast, customer: Customer, client_as: Any) -> None:
    person = add_contact(customer, viewer=company.viewer("specialist"), name="陈立群")
    client, remove = client_as(company.specialist), reverse("contact-remove", args=[person.pk])
    change_contact(person, viewer=company.viewer("supervisor"), values={"position": "总经理"})
    page = refused(client, remove, {"name": "陈立群", "version": "1"})
    assert company.supervisor.name in page and "总经理" in page and "没有执行" in page
    assert Contact.objects.get(pk=person.pk).removed_at is None
    assert client.post(remove, {"name": "陈立群", "version": version_in(page)}).status_code == 302
    assert Contact.objects.get(pk=person.pk).removed_at is not None


def test_who_takes_a_day_out_that_was_changed(company: Cast, customer: Customer, client_as: Any) -> None:
    day = add_occasion(customer, viewer=company.viewer("specialist"), kind="opening", day=date(2030, 1, 1))
    correct_occasion(day.pk, viewer=company.viewer("supervisor"), place="苏州")
    client, remove = client_as(company.specialist), reverse("occasion-remove", args=[day.pk])
    answer = client.post(remove, {"version": "1"})
    assert answer.status_code == 409 and "没有执行" in answer.content.decode()
    assert client.post(remove, {"version": "2"}).status_code == 302
