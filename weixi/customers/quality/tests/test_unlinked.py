"""Indirect customers without a link stand on the board, with the way to work on them."""

from __future__ import annotations

import pytest
from django.db import connection
from django.urls import reverse

from weixi.customers import upstream
from weixi.customers.importing.tests.helpers import take, write_csv
from weixi.customers.models import Customer
from weixi.customers.quality.board import board
from weixi.customers.services import change_customer
from weixi.organisation.scope import system_viewer
from weixi.testing.policies import shipped_policy

pytestmark = pytest.mark.django_db
SYSTEM = system_viewer("test")


def test_an_import_of_indirect_ones_is_flagged_until_they_are_linked(tmp_path, cast, client_as) -> None:
    shipped_policy("quadrant")
    path = write_csv(tmp_path, "客户名称,直接/间接\n甲公司,间接\n乙公司,直接\n丙公司,间接")
    take("customers", path, cast.viewer("admin"))
    client = client_as(cast.admin)
    number = next(each for each in board(cast.viewer("admin")).numbers if "间接" in str(each.label))
    assert (number.value, number.good) == (2, False)
    behind = client.get(number.url, follow=True).content.decode()
    assert "甲公司" in behind and "丙公司" in behind and "乙公司" not in behind
    first = client.get(number.work, follow=True)
    assert first.status_code == 200 and "没有关联上级客户" in first.content.decode()
    parent = Customer.objects.get(name="乙公司")
    for name in ("甲公司", "丙公司"):
        change_customer(Customer.objects.get(name=name), viewer=SYSTEM, values={"through": parent}, whole=False)
    assert upstream.count_unlinked(SYSTEM) == 0
    number = next(each for each in board(SYSTEM).numbers if "间接" in str(each.label))
    assert number.good and client.get(number.work).status_code == 302


def test_counted_within_the_scope(tmp_path, cast) -> None:
    take("customers", write_csv(tmp_path, "客户名称,直接/间接\n甲公司,间接"), cast.viewer("specialist"))
    seen = {name: upstream.count_unlinked(cast.viewer(name)) for name in ("specialist", "supervisor", "outsider")}
    assert seen == {"specialist": 1, "supervisor": 1, "outsider": 0}


@pytest.mark.skipif(connection.vendor != "sqlite", reason="a small table is read as a whole on PostgreSQL")
def test_the_index_of_the_few_is_used(db) -> None:
    assert "customer_indirect" in upstream.unlinked().order_by().explain()


def test_the_page_of_a_linked_one_says_nothing(cast, client_as) -> None:
    shipped_policy("quadrant")
    client = client_as(cast.admin)
    page = client.get(reverse("customer", args=[cast.customer_of("specialist").pk])).content.decode()
    assert "没有关联上级客户" not in page
