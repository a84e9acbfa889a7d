from __future__ import annotations

from datetime import date, datetime

import pytest

from weixi.customers.models import Customer
from weixi.interactions.facts import FACTS, last_contact_days
from weixi.interactions.models import Interaction


@pytest.fixture
def world(cast, moved_clock):
    moved_clock("2026-11-24T10:00+08:00")
    return cast


def talk(customer, at, **more):
    moment = datetime.fromisoformat(at)
    return Interaction.objects.create(customer=customer, kind="call", occurred_at=moment, recorded_at=moment, **more)


def test_contacts_as_of_a_date(world):
    customer, silent = world.customer_of("specialist"), world.customer_of("sales")
    talk(customer, "2026-08-24T23:59+08:00")
    talk(customer, "2026-08-25T00:00+08:00")
    talk(customer, "2026-11-20T16:30+00:00")  # 21 November at the company
    talk(customer, "2026-11-23T09:00+08:00", withdrawn_at=datetime.fromisoformat("2026-11-23T10:00+08:00"))
    day, ids = date(2026, 11, 24), [customer.pk, silent.pk]
    known = {fact.code: fact.compute(ids, day) for fact in FACTS}
    assert known == {
        "last_contact_days": {customer.pk: 3},
        "contacts_3m": {customer.pk: 2, silent.pk: 0},
        "contacts_12m": {customer.pk: 3, silent.pk: 0},
    }
    assert last_contact_days(ids, date(2026, 11, 20)) == {customer.pk: 87}


def test_all_a_list_and_a_range_agree(world):
    talk(world.customer_of("specialist"), "2026-11-20T09:00+08:00")
    every = list(Customer.objects.values_list("pk", flat=True))
    for fact in FACTS:
        whole = fact.compute(None, date(2026, 11, 24))
        assert fact.compute(every, date(2026, 11, 24)) == whole
        assert fact.compute(range(min(every), max(every) + 1), date(2026, 11, 24)) == whole
