"""Several questions in one statement: the same values as one by one."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone

from weixi.commerce.models import Order
from weixi.commerce.tests.helpers import buy
from weixi.customers.models import Contact, Customer, CustomField
from weixi.customers.services import add_contact
from weixi.kernel.together import ByKeys, Together
from weixi.organisation.scope import system_viewer
from weixi.testing.cast import Cast


def test_values_of_every_kind_come_as_the_orm_gives_them(cast: Cast, django_assert_num_queries: Any) -> None:
    customer = cast.customers["specialist"]
    add_contact(customer, viewer=system_viewer("test"), name='陈"立"群', key_person=True)
    CustomField.objects.create(
        code="area", title="面积", allowed=["大", "小"], created_at=timezone.now(), changed_at=timezone.now()
    )
    buy(customer, "2026-03-02", "12345678.91", number="SO-2")
    buy(customer, "2026-03-03", "0.10", number="SO-1")
    orders = Order.objects.order_by("number").values_list(
        "number", "amount", "placed_at", "placed_on", "customer__name"
    )
    asked = Together()
    found = [
        asked.rows(orders),
        asked.rows(Order.objects.none().values_list("pk")),
        asked.rows(orders.filter(number="there is none")),
        asked.objects(Contact.objects.all()),
        asked.objects(CustomField.objects.all()),
        asked.rows(Customer.objects.values_list("created_at", "archived_at", "annual_amount")),
    ]
    with django_assert_num_queries(1):
        one, none, empty, people, fields, customers = [each.found for each in found]
    assert one == list(orders) and len(one) == 2 and isinstance(one[0][1], Decimal)
    assert none == [] and empty == []
    assert vars(people[0]).keys() == vars(Contact.objects.get()).keys()
    assert [people[0].name, people[0].key_person, people[0].removed_at] == ['陈"立"群', True, None]
    assert fields[0].allowed == ["大", "小"]
    assert customers == list(Customer.objects.values_list("created_at", "archived_at", "annual_amount"))


@pytest.mark.django_db
def test_what_is_asked_later_goes_into_a_next_statement(django_assert_num_queries: Any) -> None:
    asked = Together()
    first = asked.rows(Customer.objects.values_list("pk"))
    assert first.found == []
    second = asked.rows(Customer.objects.values_list("pk"))
    with django_assert_num_queries(1):
        assert second.found == [] and first.found == []


def test_words_for_keys_can_be_asked_alone(cast: Cast) -> None:
    customer = cast.customers["specialist"]
    names = ByKeys(
        lambda keys: Customer.objects.filter(pk__in=list(keys)).values_list("pk", "name"),
        lambda rows: {str(pk): name for pk, name in rows},
    )
    assert names([str(customer.pk)]) == {str(customer.pk): customer.name}
