"""The number of people opens those who are counted."""

from __future__ import annotations

import re

import pytest
from django.urls import reverse

from weixi.customers.services import add_contact, create_customer, remove_contact
from weixi.organisation.roles.services import change_role
from weixi.organisation.scope import system_viewer
from weixi.privacy.queries import held_persons as queries
from weixi.privacy.services.headcount import count_today

pytestmark = pytest.mark.django_db
SYSTEM = system_viewer("test")


@pytest.fixture
def people(cast):
    customer = cast.customer_of("specialist")
    for number in range(3):
        add_contact(customer, viewer=SYSTEM, name=f"欧阳若{number}")
    gone = add_contact(customer, viewer=SYSTEM, name="司徒已走")
    remove_contact(gone, viewer=SYSTEM)
    create_customer(viewer=SYSTEM, name="端木一人", kind="person", owner=cast.specialist)
    return cast


def test_the_number_opens_those_who_are_counted(people, client_as, monkeypatch):
    monkeypatch.setattr(queries, "PER_PAGE", 2)
    counted = count_today()
    client = client_as(people.data_steward)
    assert reverse("privacy-people") in client.get(reverse("privacy")).content.decode()
    found = queries.held_persons(people.viewer("data_steward"), "", None)
    assert (found.contacts, found.customers) == (counted.contacts, counted.customers)
    shown = "".join(client.get(reverse("privacy-people"), {"page": n}).content.decode() for n in (1, 2, 3))
    assert {*re.findall("欧阳若.", shown)} == {"欧阳若0", "欧阳若1", "欧阳若2"} and "司徒已走" not in shown
    assert "端木一人" in client.get(reverse("privacy-people"), {"kind": "customer"}).content.decode()
    assert client_as(people.specialist).get(reverse("privacy-people")).status_code == 403


def test_a_masked_name_stays_masked(people, client_as):
    change_role("data_steward", {"field:contact_name": "masked"}, viewer=SYSTEM)
    shown = client_as(people.data_steward).get(reverse("privacy-people")).content.decode()
    assert "欧**" in shown and "欧阳若" not in shown
