"""Direct and indirect customers: linked to whom they are reached through, and kept only where the policy says so."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.urls import reverse

from weixi.customers.models import Customer
from weixi.customers.services import change_customer, create_customer
from weixi.customers.services.bulk import CustomerChange, NewCustomer, create_customers, update_customers
from weixi.kernel.errors import Invalid
from weixi.organisation.scope import system_viewer
from weixi.testing.cast import Cast
from weixi.testing.policies import policy_with, shipped_policy

SYSTEM = system_viewer("test")
DIRECT_ONLY = {"archive.indirect_customers": False}


def stands(customer: Customer) -> tuple[str, int | None]:
    customer.refresh_from_db()
    return customer.reach, customer.through_id


def test_who_is_linked_is_indirect_and_who_is_direct_is_linked_to_nobody(cast: Cast) -> None:
    shipped_policy("quadrant")
    customer, above = cast.customer_of("specialist"), cast.customer_of("colleague")
    change_customer(customer, viewer=SYSTEM, values={"through": above})
    assert stands(customer) == ("indirect", above.pk)
    change_customer(customer, viewer=SYSTEM, values={"reach": "direct"})
    assert stands(customer) == ("direct", None)
    update_customers([CustomerChange(customer.pk, {"through": above})], viewer=SYSTEM)
    assert stands(customer) == ("indirect", above.pk)
    (made,) = create_customers([NewCustomer("江城电器", values={"through": above})], viewer=SYSTEM)
    assert stands(made) == ("indirect", above.pk)


def test_by_hand_an_indirect_customer_says_through_whom(cast: Cast) -> None:
    shipped_policy("quadrant")
    customer = cast.customer_of("specialist")
    for act in (
        lambda: change_customer(customer, viewer=SYSTEM, values={"reach": "indirect"}),
        lambda: create_customer(viewer=SYSTEM, name="江城电器", reach="indirect"),
    ):
        with pytest.raises(Invalid) as refused:
            act()
        assert "through" in refused.value.fields
    # One that was brought in without its link can be changed in everything else.
    Customer.objects.filter(pk=customer.pk).update(reach="indirect")
    change_customer(customer, viewer=SYSTEM, values={"city": "南京"})
    assert stands(customer) == ("indirect", None)


def test_a_company_with_direct_customers_only_makes_nobody_indirect(cast: Cast) -> None:
    policy_with(DIRECT_ONLY)
    customer, above = cast.customer_of("specialist"), cast.customer_of("colleague")
    for act in (
        lambda: change_customer(customer, viewer=SYSTEM, values={"reach": "indirect", "through": above}),
        lambda: change_customer(customer, viewer=SYSTEM, values={"through": above}),
        lambda: create_customer(viewer=SYSTEM, name="江城电器", through=above),
        lambda: create_customers([NewCustomer("江城电器", values={"through": above})], viewer=SYSTEM),
        lambda: update_customers([CustomerChange(customer.pk, {"reach": "indirect"})], viewer=SYSTEM),
    ):
        with pytest.raises(Invalid) as refused:
            act()
        assert any("reach" in name for name in refused.value.fields)
    assert stands(customer) == ("direct", None) and not Customer.objects.filter(name="江城电器").exists()
    Customer.objects.filter(pk=customer.pk).update(reach="indirect", through=above)
    change_customer(customer, viewer=SYSTEM, values={"city": "南京"})
    assert stands(customer) == ("indirect", above.pk), "those there are stay until they are changed"
    change_customer(customer, viewer=SYSTEM, values={"reach": "direct"})
    assert stands(customer) == ("direct", None)


def test_the_form_asks_only_where_the_policy_keeps_them(cast: Cast, client_as: Callable[..., Any]) -> None:
    policy_with(DIRECT_ONLY)
    browser = client_as(cast.specialist)
    for url in (reverse("customer-new"), reverse("customer-edit", args=[cast.customer_of("specialist").pk])):
        assert 'name="reach"' not in browser.get(url).content.decode()
    form = {"name": "江城电器", "kind": "company", "lifecycle": "new", "reach": "indirect"}
    assert browser.post(reverse("customer-new"), form).status_code == 302
    assert stands(Customer.objects.get(name="江城电器")) == ("direct", None)


def test_the_form_offers_both_where_it_does(cast: Cast, client_as: Callable[..., Any]) -> None:
    shipped_policy("quadrant")
    assert 'name="reach"' in client_as(cast.specialist).get(reverse("customer-new")).content.decode()
