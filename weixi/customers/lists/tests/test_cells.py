from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from weixi.customers.lists.columns import readable_columns
from weixi.customers.lists.editing import editable
from weixi.customers.services import assign_customers, change_customer, change_lifecycle, tag_customer
from weixi.kernel.events.models import Event
from weixi.organisation.roles.services import change_role
from weixi.organisation.scope import system_viewer
from weixi.policy.services import install_shipped_policy
from weixi.testing.cast import Cast

Desk = Callable[[Any], Client]
SYSTEM = system_viewer("test")
HTMX = {"HX-Request": "true"}


@pytest.fixture
def world(cast: Cast) -> Cast:
    install_shipped_policy(preset="quadrant", viewer=SYSTEM)
    return cast


def form_of(client: Client, address: str) -> dict[str, str]:
    """What the form of a cell sends along unseen."""
    page = client.get(address).content.decode()
    from html import unescape

    return {
        name: unescape(value)
        for name, value in re.findall(r'<input type="hidden" name="(version|seen)" value="([^"]*)"', page)
    }


def test_a_cell_is_saved_and_put_back(world: Cast, client_as: Desk) -> None:
    customer, client = world.customer_of("specialist"), client_as(world.supervisor)
    cases = {"city": "苏州", "lifecycle": "loyal", "owner": str(world.colleague.pk), "tags": "重点，扩产"}
    for code, value in cases.items():
        address = reverse("customers-cell", args=[customer.pk, code])
        answer = client.post(address, {**form_of(client, address), code: value}, headers=HTMX)
        assert answer.status_code == 200, code
        undo = re.search(r'"undo": "([^"]+)"', answer["HX-Trigger"])
        customer.refresh_from_db()
        now = {
            "city": customer.city, "lifecycle": customer.lifecycle, "owner": str(customer.owner_id),
            "tags": "，".join(sorted(customer.tagged.values_list("tag__name", flat=True), reverse=True)),
        }  # fmt: skip
        assert now[code] == value
        assert undo and client.post(undo[1]).status_code == 302
    customer.refresh_from_db()
    assert (customer.city, customer.lifecycle, customer.owner) == ("", "prospect", world.specialist)
    assert not customer.tagged.exists()


def test_what_somebody_else_changed_meanwhile_is_shown(world: Cast, client_as: Desk) -> None:
    customer, client = world.customer_of("specialist"), client_as(world.supervisor)
    change_customer(customer, viewer=SYSTEM, values={"city": "上海"})
    tag_customer(customer, ["旧"], viewer=SYSTEM)
    addresses = {
        code: reverse("customers-cell", args=[customer.pk, code]) for code in ("city", "lifecycle", "owner", "tags")
    }
    opened = {code: form_of(client, address) for code, address in addresses.items()}
    other = world.viewer("specialist")
    change_customer(customer, viewer=other, values={"city": "无锡"})
    change_lifecycle(customer, "lost", viewer=other)
    tag_customer(customer, ["别人的"], viewer=other)
    assign_customers([customer.pk], world.colleague, viewer=world.viewer("supervisor"))
    mine = {"city": "南通", "lifecycle": "loyal", "owner": str(world.supervisor.pk), "tags": "我的"}
    for code, address in addresses.items():
        before = Event.objects.count()
        answer = client.post(address, {**opened[code], code: mine[code]}, headers=HTMX)
        page = answer.content.decode()
        assert answer.status_code == 422 and "wx-rival" in page and Event.objects.count() == before, code
        hidden = dict(re.findall(r'<input type="hidden" name="(version|seen)" value="([^"]*)"', page))
        from html import unescape

        kept = {name: unescape(value) for name, value in hidden.items()}
        # Mine after all: the form goes on from the newer state.
        assert client.post(address, {**kept, code: mine[code]}, headers=HTMX).status_code == 200, code
    customer.refresh_from_db()
    assert (customer.city, customer.lifecycle, customer.owner) == ("南通", "loyal", world.supervisor)


def test_only_what_one_may_write_is_edited(world: Cast, client_as: Desk) -> None:
    customer, client = world.customer_of("specialist"), client_as(world.specialist)
    columns = list(readable_columns(world.viewer("specialist")).values())
    mine = editable(world.viewer("specialist"), columns)
    assert {"city", "industry", "lifecycle", "tags"} <= mine
    assert not mine & {"owner", "grade", "amount", "due", "contact", "number", "created", "order", "fact_arpu"}
    for code in ("owner", "grade", "amount", "name__x", "nothing"):
        address = f"/customers/{customer.pk}/cell/{code}/"
        for answer in (client.get(address), client.post(address, {code: "1"})):
            assert answer.status_code == 404, code
    change_role("specialist", {"field:city": "masked"}, viewer=SYSTEM)
    assert client.get(reverse("customers-cell", args=[customer.pk, "city"])).status_code == 404
    foreign = world.customer_of("outsider")
    assert client.get(reverse("customers-cell", args=[foreign.pk, "industry"])).status_code == 404
    page = client.get(reverse("customers")).content.decode()
    assert 'data-cell="industry"' in page and 'data-cell="city"' not in page and 'data-cell="owner"' not in page


def test_a_cell_that_is_left_reads_as_before(world: Cast, client_as: Desk) -> None:
    customer, client = world.customer_of("specialist"), client_as(world.specialist)
    change_customer(customer, viewer=SYSTEM, values={"city": "<苏州>"})
    address = reverse("customers-cell", args=[customer.pk, "city"])
    assert client.get(address, {"show": "1"}).content.decode() == "&lt;苏州&gt;"
    answer = client.post(address, {**form_of(client, address), "city": "长" * 61}, headers=HTMX)
    assert answer.status_code == 422 and "wx-errmsg" in answer.content.decode()
