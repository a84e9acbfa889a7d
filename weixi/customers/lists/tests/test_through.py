from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from django.http import QueryDict
from django.test import Client
from django.urls import reverse

from weixi.customers.list_frame import read_ask
from weixi.customers.lists.through import standing_of, step
from weixi.customers.models import Customer
from weixi.customers.queries.listing import ORDERS, list_customers
from weixi.customers.services import archive_customer, create_customer
from weixi.organisation.scope import Viewer, system_viewer
from weixi.policy.services import install_shipped_policy
from weixi.testing.cast import Cast

Desk = Callable[[Any], Client]
SYSTEM = system_viewer("test")


@pytest.fixture
def world(cast: Cast) -> Cast:
    install_shipped_policy(preset="quadrant", viewer=SYSTEM)
    now = datetime.now(UTC)
    for number in range(7):
        made = create_customer(
            viewer=SYSTEM, name=f"户{number:02d}", owner=[cast.specialist, cast.colleague][number % 2]
        )
        Customer.objects.filter(pk=made.pk).update(
            grade=["core", "normal", ""][number % 3], annual_amount=number % 3 * 10, completeness=number % 4,
            last_contact_at=None if number % 3 == 0 else now - timedelta(days=number),
            next_due_at=None if number % 2 else now + timedelta(days=number),
        )  # fmt: skip
    return cast


def place_of(url: str) -> tuple[int, QueryDict]:
    parts = urlsplit(url)
    return int(parts.path.rstrip("/").rpartition("/")[2]), QueryDict(parts.query)


def walk(viewer: Viewer, text: str, *, backwards: bool = False) -> list[int]:
    """Everybody in turn, from the first to the last, or back again from there."""
    found, url = [], step(viewer, text)
    if backwards:
        while "?list=" in (further := step(viewer, text, at=place_of(url)[1]["at"])):
            url = further
    while "?list=" in url:
        pk, given = place_of(url)
        found.append(pk)
        url = step(viewer, text, at=str(given["at"]), backwards=backwards)
    return found


@pytest.mark.parametrize("sort", [sign + code for code in ORDERS for sign in ("", "-")])
def test_one_by_one_is_the_order_of_the_list(world: Cast, sort: str) -> None:
    viewer = world.viewer("supervisor")
    text = f"sort={sort}"
    ask, _grades = read_ask(viewer, QueryDict(text))
    ids = [row.pk for row in list_customers(viewer, ask, size=100).rows]
    assert len(ids) > 8
    assert walk(viewer, text) == ids
    assert walk(viewer, text, backwards=True) == ids[::-1]
    for place, pk in enumerate(ids):
        _pk, given = place_of(step(viewer, text, begin=pk))
        standing = standing_of(viewer, Customer.objects.get(pk=pk), given)
        assert standing is not None
        assert (standing.position, standing.count.number, standing.inside) == (place + 1, len(ids), True)
        assert bool(standing.previous_href) == (place > 0) and bool(standing.next_href) == (place < len(ids) - 1)


def test_who_is_worked_on_and_leaves_the_list_does_not_break_the_row(world: Cast) -> None:
    viewer = world.viewer("supervisor")
    text = urlencode({"where": "completeness:lt:3", "sort": "complete"})
    ask, _grades = read_ask(viewer, QueryDict(text))
    ids = [row.pk for row in list_customers(viewer, ask, size=100).rows]
    seen, url = [], step(viewer, text)
    while "?list=" in url:
        pk, given = place_of(url)
        seen.append(pk)
        # Completed: it is no longer in the list, and would stand last if it were.
        Customer.objects.filter(pk=pk).update(completeness=90)
        standing = standing_of(viewer, Customer.objects.get(pk=pk), given)
        assert standing is not None and not standing.inside
        assert standing.before.number == 0 and standing.left == len(ids) - len(seen)
        url = step(viewer, text, at=str(given["at"]))
    assert seen == ids
    assert url == f"{reverse('customers')}?{text}"


def test_the_page_shows_the_bar_and_keeps_the_list(world: Cast, client_as: Desk) -> None:
    client = client_as(world.supervisor)
    answer = client.get(reverse("customers-through"), {"list": "sort=name&lifecycle=prospect"})
    assert answer.status_code == 302
    page = client.get(answer["Location"]).content.decode()
    assert 'id="wx-through"' in page and 'data-way="next"' in page and 'data-way="previous"' not in page
    assert f"{reverse('customers')}?sort=name&amp;lifecycle=prospect" in page
    customer = world.customer_of("specialist")
    for wrong in ("where=nothing:in:x", "where=bank_account:filled", "view=999999", "where=((("):
        given = {"list": wrong, "at": "x"}
        assert 'id="wx-through"' not in client.get(customer.get_absolute_url(), given).content.decode()
        assert client.get(reverse("customers-through"), given).status_code in (400, 403, 404)
    assert 'id="wx-through"' in client.get(customer.get_absolute_url(), {"list": "", "at": "zzz"}).content.decode()


def test_the_scope_holds_on_the_way(world: Cast, client_as: Desk) -> None:
    foreign = world.customer_of("outsider")
    client = client_as(world.specialist)
    assert client.get(reverse("customers-through"), {"list": "", "from": foreign.pk}).status_code == 404
    own = set(Customer.objects.filter(world.viewer("specialist").owned()).values_list("pk", flat=True))
    assert set(walk(world.viewer("specialist"), "")) == own
    archive_customer(world.customer_of("specialist"), viewer=SYSTEM, reason="停产")
    assert world.customer_of("specialist").pk not in walk(world.viewer("specialist"), "")


def test_the_bar_costs_the_same_for_three_rows_as_for_one(
    world: Cast, client_as: Desk, assert_queries_same: Callable[..., int]
) -> None:
    viewer, customer, numbers = world.viewer("supervisor"), world.customer_of("specialist"), iter(range(100))
    given = QueryDict(urlencode({"list": "sort=-grade", "at": parse_qs(step(viewer, "sort=-grade"))["at"][0]}))

    def add() -> Any:
        return create_customer(viewer=SYSTEM, name=f"甲{next(numbers)}", owner=world.colleague)

    assert_queries_same(lambda: standing_of(viewer, customer, given), add)
    client = client_as(world.supervisor)
    look = reverse("customer-look", args=[customer.pk])
    assert assert_queries_same(lambda: client.get(look), add) <= 16
