"""Tags of the policy's taxonomy: offered on the page, one level at a time, beside free ones (A-8)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from weixi.customers.models import Customer, Tag
from weixi.customers.services import tag_customer
from weixi.customers.services.bulk import CustomerChange, update_customers
from weixi.customers.taxonomy import listed_groups
from weixi.kernel.events.models import Event
from weixi.testing.cast import Cast
from weixi.testing.policies import shipped_policy

HIGH, MID, OFTEN = "价值等级：高", "价值等级：中", "活跃状态：高频"
Desk = Callable[[Any], Client]


@pytest.fixture
def customer(cast: Cast) -> Customer:
    shipped_policy("quadrant")
    return cast.customer_of("specialist")


def tags(customer: Customer) -> set[str]:
    return set(customer.tagged.values_list("tag__name", flat=True))


def last_change(customer: Customer) -> Any:
    return Event.objects.filter(customer_id=customer.pk, type="customer.changed").latest("seq").data["changes"]["tags"]


def test_the_taxonomy_is_the_policys(customer: Customer) -> None:
    names = {group.title: [tag.name for tag in group.tags] for group in listed_groups()}
    assert names["价值等级"] == [HIGH, MID, "价值等级：低"]
    assert names["需求标签"] == ["关注性价比", "重视技术支持", "有扩产计划"]


def test_a_level_takes_the_place_of_the_one_there_was(cast: Cast, customer: Customer) -> None:
    viewer = cast.viewer("specialist")
    tag_customer(customer, ["关注性价比", HIGH, OFTEN], viewer=viewer)
    tag_customer(customer, [MID, "需求类型：产品", "需求类型：服务"], viewer=viewer)
    kept = {"关注性价比", MID, OFTEN, "需求类型：产品", "需求类型：服务"}
    assert tags(customer) == kept == set(last_change(customer)[1])
    assert dict(Tag.objects.values_list("name", "group")).items() >= {MID: "value", OFTEN: "activity"}.items()
    update_customers([CustomerChange(customer.pk, tags=(HIGH,))], viewer=viewer)
    assert tags(customer) == kept - {MID} | {HIGH} == set(last_change(customer)[1])


def test_the_page_offers_them_and_a_second_click_takes_one_off(cast: Cast, customer: Customer, client_as: Desk) -> None:
    browser, url = client_as(cast.specialist), reverse("customer-tag", args=[customer.pk])
    page = browser.get(customer.get_absolute_url()).content.decode()
    assert f'name="listed" value="{HIGH}" aria-pressed="false"' in page
    answer = browser.post(url, {"tag": "", "listed": HIGH}, HTTP_HX_REQUEST="true").content.decode()
    assert f'name="remove" value="{HIGH}" aria-pressed="true"' in answer and tags(customer) == {HIGH}
    browser.post(url, {"tag": "", "remove": HIGH}, HTTP_HX_REQUEST="true")
    assert tags(customer) == set()
