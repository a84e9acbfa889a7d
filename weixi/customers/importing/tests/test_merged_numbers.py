"""Rows that name a customer by the number it had before it was made one with another."""

from __future__ import annotations

import pytest

from weixi.commerce.models import Order
from weixi.customers.importing.tests.helpers import counts, reasons, take, write_csv
from weixi.customers.merging.services import merge_customers
from weixi.customers.models import Contact, Customer
from weixi.customers.services import archive_customer, create_customer

pytestmark = pytest.mark.django_db


@pytest.fixture
def winner(cast):
    viewer, owner = cast.viewer("admin"), cast.person("specialist")
    old = create_customer(viewer=viewer, name="甲公司", number="OLD-1", owner=owner)
    new = create_customer(viewer=viewer, name="甲集团", number="NEW-1", owner=owner)
    merge_customers(old, new, viewer=viewer)
    return new


def test_the_row_counts_for_the_one_it_became(tmp_path, cast, winner) -> None:
    path = write_csv(tmp_path, "客户编号,客户名称,城市\nOLD-1,甲公司,苏州\n")
    made = take("customers", path, cast.viewer("specialist"))
    assert counts(made) == (0, 1, 0, 0, 0)
    assert made["warnings"][0][0] == 2 and "NEW-1" in made["warnings"][0][1]
    winner.refresh_from_db()
    # The part's name is not the whole's.
    assert (winner.city, winner.name) == ("苏州", "甲集团")
    assert counts(take("customers", path, cast.viewer("specialist"))) == (0, 0, 1, 0, 0)
    assert not Customer.objects.filter(name="甲公司", archived_at=None).exists()


def test_contacts_and_orders_follow_too(tmp_path, cast, winner) -> None:
    people = write_csv(tmp_path, "客户编号,联系人\nOLD-1,张三\n", "people.csv")
    made = take("contacts", people, cast.viewer("specialist"))
    assert counts(made) == (1, 0, 0, 0, 0) and "NEW-1" in made["warnings"][0][1]
    assert Contact.objects.get().customer_id == winner.pk
    orders = write_csv(tmp_path, "订单编号,客户编号,下单日期,金额\nO-1,OLD-1,2024-01-31,5\n", "orders.csv")
    assert counts(take("orders", orders, cast.viewer("admin"))) == (1, 0, 0, 0, 0)
    assert Order.objects.get().customer_id == winner.pk


def test_a_hidden_or_put_away_one_is_not_followed(tmp_path, cast, winner) -> None:
    path = write_csv(tmp_path, "客户编号,客户名称,城市\nOLD-1,甲公司,苏州\n")
    Customer.objects.filter(pk=winner.pk).update(owner=cast.person("outsider"))
    told = reasons(take("customers", path, cast.viewer("specialist")))
    assert "NEW-1" not in told[0]
    Customer.objects.filter(pk=winner.pk).update(owner=cast.person("specialist"))
    archive_customer(winner, viewer=cast.viewer("admin"), reason="停业")
    assert counts(take("customers", path, cast.viewer("specialist"))) == (0, 0, 0, 1, 0)
