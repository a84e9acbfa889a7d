"""A second owner of a customer: who gives one, what he sees, what the history says."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.urls import reverse

from weixi.customers.models import Customer
from weixi.customers.queries import get_customer_for, visible_customers
from weixi.customers.queries.history import field_history
from weixi.customers.services import assign_customers, hand_over, set_co_owner
from weixi.duties.models import Duty
from weixi.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from weixi.kernel.events.models import Event
from weixi.organisation.scope import system_viewer
from weixi.testing.cast import Cast
from weixi.testing.policies import shipped_policy

SYSTEM = system_viewer("test")
CHANGED = "customer.co_owner_changed"


def test_the_second_owner_and_who_sees_his_customers_see_it(cast: Cast) -> None:
    customer = cast.customer_of("specialist")
    for who in ("outsider", "other_supervisor", "sales"):
        assert not visible_customers(cast.viewer(who)).filter(pk=customer.pk).exists()
    set_co_owner(customer, cast.outsider, viewer=SYSTEM)
    for who in ("outsider", "other_supervisor", "specialist", "supervisor"):
        assert get_customer_for(cast.viewer(who), customer.pk) == customer
    with pytest.raises(NotFound):
        get_customer_for(cast.viewer("sales"), customer.pk)


def test_it_opens_no_hand_over(cast: Cast) -> None:
    shipped_policy("quadrant")
    customer = cast.customer_of("specialist")
    before = Duty.objects.filter(clause="O-3").count()
    set_co_owner(customer, cast.outsider, viewer=SYSTEM)
    assert Duty.objects.filter(clause="O-3").count() == before
    assign_customers([customer.pk], cast.colleague, viewer=SYSTEM)
    assert Duty.objects.filter(clause="O-3").count() == before + 1


def test_each_change_is_one_line_of_the_history(cast: Cast) -> None:
    customer = cast.customer_of("specialist")
    set_co_owner(customer, cast.colleague, viewer=cast.viewer("supervisor"), reason="两人跟进")
    set_co_owner(customer, cast.colleague, viewer=cast.viewer("supervisor"))
    set_co_owner(customer, None, viewer=cast.viewer("supervisor"))
    assert Event.objects.filter(type=CHANGED).count() == 2
    lines, _more = field_history(SYSTEM, customer, field="co_owner")
    assert [(line.old, line.new) for line in lines] == [(cast.colleague.name, "—"), ("—", cast.colleague.name)]
    assert Customer.objects.get(pk=customer.pk).version == 3


def test_who_is_refused(cast: Cast) -> None:
    customer = cast.customer_of("specialist")
    with pytest.raises(Forbidden):
        set_co_owner(customer, cast.colleague, viewer=cast.viewer("specialist"))
    with pytest.raises(NotFound):
        set_co_owner(cast.customer_of("outsider"), cast.colleague, viewer=cast.viewer("supervisor"))
    for person in (cast.outsider, cast.disabled, cast.specialist):
        with pytest.raises(Invalid) as refused:
            set_co_owner(customer, person, viewer=cast.viewer("supervisor"))
        assert "co_owner" in refused.value.fields
    assign_customers([customer.pk], None, viewer=SYSTEM)
    with pytest.raises(Conflict):
        set_co_owner(customer, cast.colleague, viewer=SYSTEM)
    assert not Event.objects.filter(type=CHANGED).exists()


def test_nobody_is_both(cast: Cast) -> None:
    customer = cast.customer_of("specialist")
    set_co_owner(customer, cast.colleague, viewer=SYSTEM)
    assign_customers([customer.pk], cast.colleague, viewer=SYSTEM)
    customer.refresh_from_db()
    assert (customer.owner, customer.co_owner) == (cast.colleague, None)
    set_co_owner(customer, cast.specialist, viewer=SYSTEM)
    hand_over(cast.specialist, cast.colleague, viewer=SYSTEM)
    customer.refresh_from_db()
    assert (customer.owner, customer.co_owner) == (cast.colleague, None)


def test_second_ownerships_alone_go_to_nobody_out_of_reach(cast: Cast) -> None:
    customer = cast.customer_of("specialist")
    set_co_owner(customer, cast.colleague, viewer=SYSTEM)
    Customer.objects.filter(owner=cast.colleague).update(owner=None)
    with pytest.raises(Invalid):
        hand_over(cast.colleague, cast.outsider, viewer=cast.viewer("supervisor"))
    customer.refresh_from_db()
    assert customer.co_owner == cast.colleague


def test_on_the_page(cast: Cast, client_as: Callable[..., Any]) -> None:
    customer = cast.customer_of("specialist")
    browser, url = client_as(cast.supervisor), reverse("customer-co-owner", args=[customer.pk])
    assert url in browser.get(customer.get_absolute_url()).content.decode()
    page = browser.get(url).content.decode()
    assert cast.colleague.name in page and f'value="{cast.specialist.pk}"' not in page
    assert browser.post(url, {"co_owner": cast.colleague.pk}).status_code == 302
    assert cast.colleague.name in browser.get(customer.get_absolute_url()).content.decode()
    assert browser.post(url, {"co_owner": ""}).status_code == 302
    customer.refresh_from_db()
    assert customer.co_owner is None
    assert url not in client_as(cast.specialist).get(customer.get_absolute_url()).content.decode()
