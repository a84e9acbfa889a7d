"""The page of a customer with everything on it: how often it asks the database, whoever looks and whatever tab."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from weixi.customers.models import Customer
from weixi.organisation.scope import system_viewer
from weixi.testing.cast import Cast
from weixi.web.customer.page import tab_panels

SYSTEM = system_viewer("test")
# Session, person, policy, menu: what every page asks; the customer, his log, his duties and their people; what hangs
# on him, in one; the tab's own.
MOST = 15


WHO = ["specialist", "supervisor", "service_manager", "director", "data_steward", "admin", "executive"]


@pytest.mark.parametrize("who", WHO)
def test_every_tab_asks_fifteen_times_at_most(
    who: str, customer: Customer, cast: Cast, client_as: Callable[[Any], Client]
) -> None:
    client = client_as(cast.person(who))
    tabs = ["timeline", "archive", "duties", "history", *(panel.code for panel in tab_panels())]
    client.get(f"/customers/{customer.pk}/")
    asked = {}
    for tab in tabs:
        with CaptureQueriesContext(connection) as found:
            page = client.get(f"/customers/{customer.pk}/?tab={tab}")
        assert page.status_code == 200
        asked[tab] = len([each for each in found if "SAVEPOINT" not in each["sql"]])
    assert {tab: number for tab, number in asked.items() if number > MOST} == {}


def test_what_is_asked_together_stands_on_the_page(
    customer: Customer, cast: Cast, client_as: Callable[[Any], Client]
) -> None:
    client = client_as(cast.person("director"))
    page = client.get(f"/customers/{customer.pk}/").content.decode()
    for text in ("陈立群", "节能", "备件", "乙", "谈了价格", "报价", "价值下滑", "SO-0"):
        assert text in page
    archive = client.get(f"/customers/{customer.pk}/?tab=archive").content.decode()
    for text in ("自有字段customer", "乙", "自有字段contact", "甲", "主机", "¥1,000.00"):
        assert text in archive
    files = client.get(f"/customers/{customer.pk}/?tab=files").content.decode()
    for text in ("联系人 陈立群", "合同"):
        assert text in files
