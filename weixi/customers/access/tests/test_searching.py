from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse

from weixi.customers.models import Contact, Customer
from weixi.customers.projections import index_customers
from weixi.customers.queries.matching import matching_customers
from weixi.customers.services import add_contact, change_customer
from weixi.organisation.models import User
from weixi.organisation.roles.services import change_role
from weixi.organisation.scope import system_viewer, viewer_of
from weixi.testing.policies import shipped_policy

pytestmark = pytest.mark.django_db
SYSTEM = system_viewer("test")
PHONE, MOBILE, OTHER = "051268004711", "13812345678", "13377778899"


@pytest.fixture
def company(cast: Any) -> Any:
    shipped_policy("spend")
    customer = cast.customer_of("specialist")
    change_customer(customer, viewer=SYSTEM, values={"phone": PHONE, "other_phone": OTHER})
    add_contact(customer, viewer=SYSTEM, name="陈立群", mobile=MOBILE)
    return cast


@pytest.mark.parametrize("text", [PHONE, MOBILE, MOBILE[:7], MOBILE[-4:], PHONE[-4:], OTHER[-4:], "启明 4711"])
def test_a_masked_phone_finds_nothing(company: Any, text: str):
    """A26: who sees 138****5678 learns nothing by asking for digits, in the list, its count, pickers and the palette."""
    pk = company.customer_of("specialist").pk
    assert matching_customers(company.viewer("specialist"), text, limit=10) == [pk]
    assert matching_customers(company.viewer("executive"), text, limit=10) == []


@pytest.mark.parametrize("text", ["启明", "C-001", "001", "qm", "陈立群"])
def test_what_is_shown_is_found(company: Any, text: str):
    pk = company.customer_of("specialist").pk
    assert pk in matching_customers(company.viewer("executive"), text, limit=10)


def test_a_masked_name_finds_nothing(company: Any):
    change_role("executive", {"field:contact_name": "masked"}, viewer=SYSTEM)
    executive = viewer_of(User.objects.get(pk=company.executive.pk))
    assert matching_customers(executive, "陈立群", limit=10) == []
    assert matching_customers(executive, "启明", limit=10) == [company.customer_of("specialist").pk]


@pytest.mark.parametrize("secret", ["13812345678", "13998761234"])
def test_answers_are_the_same_whatever_the_secret(company: Any, client_as: Any, secret: str):
    """A26: list, count, picker, palette and search answer a question of digits alike, whatever is stored."""
    Contact.objects.update(mobile=secret)
    change_customer(company.customer_of("specialist"), viewer=SYSTEM, values={"phone": secret})
    browser = client_as(company.executive)
    for name in ("customers", "customers-count", "customers-pick", "palette", "search"):
        page = browser.get(reverse(name), {"q": secret[-4:]}).content.decode()
        assert "启明" not in page, name
        assert secret not in page, name
    assert Customer.objects.filter(phone=secret).exists()


@pytest.mark.parametrize("number", ["C-0123", "C-9"])
def test_digits_within_a_number_do_not_let_a_telephone_through(company: Any, number: str):
    """A26: `123` stands within the number C-0123, but begins none of its words: only a telephone would match."""
    customer = company.customer_of("specialist")
    Customer.objects.filter(pk=customer.pk).update(number=number)
    found = []
    for phone in ("12367890123", "99967890999"):
        change_customer(customer, viewer=SYSTEM, values={"phone": phone})
        Contact.objects.update(mobile=phone)
        index_customers([customer.pk])
        found.append(
            [matching_customers(company.viewer("executive"), text, limit=10) for text in ("123", "0123", "12")]
        )
    assert found[0] == found[1]
