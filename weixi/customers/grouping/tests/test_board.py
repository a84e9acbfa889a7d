from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from weixi.customers.grouping import board as boards
from weixi.customers.models import Customer
from weixi.customers.services import create_customer
from weixi.organisation.roles.services import change_role
from weixi.organisation.scope import system_viewer
from weixi.policy.services import install_shipped_policy
from weixi.testing.cast import Cast

Desk = Callable[[Any], Client]
SYSTEM = system_viewer("test")


@pytest.fixture
def world(cast: Cast) -> Cast:
    install_shipped_policy(preset="quadrant", viewer=SYSTEM)
    for number in range(9):
        made = create_customer(viewer=SYSTEM, name=f"户{number:02d}", owner=cast.specialist)
        Customer.objects.filter(pk=made.pk).update(
            lifecycle=["new", "loyal"][number % 2], grade=["core", ""][number % 2], annual_amount="100.10"
        )
    return cast


def lanes(page: str) -> dict[str, list[str]]:
    """{column: names of its cards}."""
    parts = re.split(r'data-lane="([a-z]*)"', page)
    return {
        code: re.findall(r'data-open href="[^"]*" title="([^"]*)"', text)
        for code, text in zip(parts[1::2], parts[2::2], strict=True)
    }


def test_the_board_shows_the_scope_in_columns(world: Cast, client_as: Desk) -> None:
    page = client_as(world.specialist).get(reverse("customers"), {"group": "board.lifecycle"}).content.decode()
    found = lanes(page)
    assert list(found) == ["prospect", "new", "established", "loyal", "lost"]
    assert found["new"] == ["户00", "户02", "户04", "户06", "户08"] and found["lost"] == []
    assert found["prospect"] == [world.customer_of("specialist").name]
    assert "¥500.50" in page
    assert (
        lanes(client_as(world.outsider).get(reverse("customers"), {"group": "board.lifecycle"}).content.decode())["new"]
        == []
    )
    by_grade = client_as(world.specialist).get(reverse("customers"), {"group": "board.grade"}).content.decode()
    assert set(lanes(by_grade)) == {"core", "important", "normal", ""}


def test_more_cards_follow_by_their_mark(world: Cast, client_as: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(boards, "CARDS", 2)
    client = client_as(world.specialist)
    page = client.get(reverse("customers"), {"group": "board.lifecycle", "sort": "-name"}).content.decode()
    names = lanes(page)["new"]
    assert names == ["户08", "户06"]
    while more := re.search(r'hx-get="([^"]*lane=new[^"]*)"', page):
        page = client.get(more[1].replace("&amp;", "&")).content.decode()
        names += re.findall(r'data-open href="[^"]*" title="([^"]*)"', page)
    assert names == ["户08", "户06", "户04", "户02", "户00"]
    address = reverse("customers-board-more")
    assert client.get(address, {"group": "board.lifecycle", "lane": "nothing"}).status_code == 404


def test_a_dropped_card_changes_the_stage_and_can_be_taken_back(world: Cast, client_as: Desk) -> None:
    client, customer = client_as(world.specialist), world.customer_of("specialist")
    address = reverse("customers-bulk", args=["lifecycle"])
    answer = client.post(address, {"pick": customer.pk, "lifecycle": "loyal"}, headers={"HX-Request": "true"})
    assert answer.status_code == 204 and "wx:customers" in answer["HX-Trigger"]
    customer.refresh_from_db()
    assert customer.lifecycle == "loyal"
    undo = re.search(r'"undo": "([^"]+)"', answer["HX-Trigger"])
    assert undo and client.post(undo[1]).status_code == 302
    customer.refresh_from_db()
    assert customer.lifecycle == "prospect"


def test_cards_move_only_for_who_may(world: Cast, client_as: Desk) -> None:
    page = client_as(world.specialist).get(reverse("customers"), {"group": "board.lifecycle"}).content.decode()
    assert 'draggable="true"' in page and "data-move=" in page
    change_role("specialist", {"right:customers.edit": "no"}, viewer=SYSTEM)
    page = client_as(world.specialist).get(reverse("customers"), {"group": "board.lifecycle"}).content.decode()
    assert "data-card=" in page and "draggable" not in page and "data-move=" not in page


def test_the_board_asks_as_often_for_three_cards_as_for_one(
    world: Cast, client_as: Desk, assert_queries_same: Callable[..., int]
) -> None:
    client, numbers = client_as(world.supervisor), iter(range(100))

    def add() -> Any:
        made = create_customer(viewer=SYSTEM, name=f"甲{next(numbers)}", owner=world.colleague)
        Customer.objects.filter(pk=made.pk).update(lifecycle="new", grade="core")

    for by in ("lifecycle", "grade"):
        assert_queries_same(lambda by=by: client.get(f"{reverse('customers')}?group=board.{by}"), add)
