"""The palette: everything one may see under one text, what one opened and pinned, nothing of others'."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from itertools import count
from typing import Any

import pytest
from django.test import Client
from django.utils import translation

from weixi.commerce.hits import order_hits
from weixi.commerce.models import Order
from weixi.commerce.services.assets import install_asset
from weixi.commerce.services.contracts import sign_contract
from weixi.customers.access import viewer_access
from weixi.customers.attachments.hits import file_hits
from weixi.customers.attachments.services import attach, remove
from weixi.customers.hits import tag_hits
from weixi.customers.merging.services import merge_customers
from weixi.customers.models import Attachment, Customer
from weixi.customers.services.contacts import add_contact
from weixi.customers.services.customers import archive_customer, create_customer
from weixi.customers.services.owners import assign_customers
from weixi.customers.services.tags import tag_customer
from weixi.kernel import clock
from weixi.kernel.errors import Invalid, NotFound
from weixi.organisation.scope import system_viewer
from weixi.testing.cast import Cast
from weixi.testing.policies import shipped_policy
from weixi.web.models import Shortcut
from weixi.web.palette.commands import command_hits
from weixi.web.palette.groups import groups_of
from weixi.web.palette.shortcuts import (
    MOST_PINNED,
    OPENED_KEPT,
    Item,
    pin,
    read_item,
    remember_opened,
    shortcuts_of,
    unpin,
)

PLACED = datetime(2026, 3, 2, tzinfo=UTC)
Ask = Callable[..., dict[str, list[str]]]


def order(customer: Customer, number: str) -> Order:
    return Order.objects.create(
        number=number, customer=customer, placed_at=PLACED, placed_on=date(2026, 3, 2), amount=5, created_at=PLACED
    )


def shown(cast: Cast, who: str, text: str = "") -> dict[str, list[str]]:
    """Titles by group, as this person gets them."""
    return {group.code: [line.hit.title for line in group.lines] for group in groups_of(cast.viewer(who), text, 8)}


@pytest.fixture
def filled(cast: Cast) -> Cast:
    """钱's customer with a person, an order and two tags; 周's has an order and a free tag of the same beginnings."""
    mine, foreign = cast.customers["specialist"], cast.customers["outsider"]
    add_contact(mine, viewer=system_viewer("test"), name="周启航", phone="13912345678")
    order(mine, "SO2603-0042")
    order(foreign, "SO2603-0043")
    for customer, number in ((mine, "HT-2026-118"), (foreign, "HT-2026-119")):
        sign_contract(
            customer, viewer=system_viewer("test"), number=number, title="年度框架", signed_on=date(2026, 3, 2)
        )
    for customer, number in ((mine, "XK-2207-A1"), (foreign, "XK-2207-B2")):
        install_asset(customer, viewer=system_viewer("test"), name="螺杆压缩机", serial=number)
        attach(customer, f"年检报告 {number}.txt", [b"x"], viewer=system_viewer("test"))
    tag_customer(mine, ["价值型服务"], viewer=system_viewer("test"), group="need")
    tag_customer(mine, ["价值观相近"], viewer=system_viewer("test"))
    tag_customer(foreign, ["价值存疑"], viewer=system_viewer("test"))
    return cast


@pytest.mark.parametrize(
    ("text", "group", "title"),
    [
        ("启明", "customers", "上海启明科技有限公司"),
        ("qmkj", "customers", "上海启明科技有限公司"),
        ("C-001", "customers", "上海启明科技有限公司"),
        ("周启", "contacts", "周启航"),
        ("zqh", "contacts", "周启航"),
        ("5678", "contacts", "周启航"),
        ("SO2603", "orders", "SO2603-0042"),
        ("so2603-0042", "orders", "SO2603-0042"),
        ("ht-2026", "contracts", "HT-2026-118"),
        ("xk-2207", "assets", "XK-2207-A1"),
        ("年检", "files", "年检报告 XK-2207-A1.txt"),
        ("A1 年检报告", "files", "年检报告 XK-2207-A1.txt"),
        ("价值型", "tags", "价值型服务"),
        ("记录", "commands", "记录沟通"),
        ("jlgt", "commands", "记录沟通"),
        ("record", "commands", "记录沟通"),
        ("拜访", "commands", "记录沟通"),
        ("dr", "commands", "导入"),
        ("import", "commands", "导入"),
        ("xjkh", "commands", "新客户"),
        ("new customer", "commands", "新客户"),
        ("grading", "commands", "分级"),
        ("fenji", "commands", "分级"),
    ],
)
def test_one_box_finds(text: str, group: str, title: str, filled: Cast) -> None:
    assert title in shown(filled, "specialist", text)[group]


def test_english_finds_the_same_pages(filled: Cast) -> None:
    with translation.override("en"):
        found = shown(filled, "specialist", "jilu")["commands"]
    assert found == ["Record contact"]


def test_only_what_is_in_scope_is_found(filled: Cast) -> None:
    assert shown(filled, "specialist", "SO2603") == {"orders": ["SO2603-0042"]}
    assert shown(filled, "outsider", "SO2603") == {"orders": ["SO2603-0043"]}
    assert shown(filled, "director", "SO2603") == {"orders": ["SO2603-0042", "SO2603-0043"]}
    assert shown(filled, "outsider", "HT-2026") == {"contracts": ["HT-2026-119"]}
    assert shown(filled, "outsider", "XK-2207") == {"assets": ["XK-2207-B2"], "files": ["年检报告 XK-2207-B2.txt"]}
    assert "customers" not in shown(filled, "outsider", "启明")
    assert "contacts" not in shown(filled, "outsider", "5678")


def test_a_file_that_was_removed_is_found_no_more(filled: Cast) -> None:
    viewer = filled.viewer("specialist")
    remove(Attachment.objects.get(name__contains="A1"), viewer=viewer, reason="过期")
    assert list(file_hits(viewer, "年检", 8)) == []
    # Those of a customer that becomes part of another go with it.
    lost, kept = filled.customers["outsider"], filled.customers["specialist"]
    merge_customers(lost, kept, viewer=system_viewer("test"))
    assert [hit.title for hit in file_hits(viewer, "年检", 8)] == ["年检报告 XK-2207-B2.txt"]


def test_a_free_tag_is_told_only_to_those_who_see_a_customer_with_it(filled: Cast) -> None:
    assert shown(filled, "specialist", "价值")["tags"] == ["价值观相近", "价值型服务"]
    assert shown(filled, "outsider", "价值")["tags"] == ["价值存疑", "价值型服务"]


@pytest.mark.parametrize("text", ["SO", "abc", "42", "%", "_SO2", "\U0010ffff1"])
def test_a_short_or_odd_text_walks_through_no_orders(text: str, filled: Cast) -> None:
    assert list(order_hits(filled.viewer("director"), text, 8)) == []


@pytest.mark.parametrize("text", ["C-6", "c6b", "沟通记录录入", "gtjl"])
def test_clauses_of_the_policy_in_force_are_found(text: str, cast: Cast) -> None:
    assert "clauses" not in shown(cast, "specialist", text), "no policy is in force"
    shipped_policy("quadrant")
    assert "C-6b 待跟进事项" in shown(cast, "specialist", "c-6b")["clauses"]
    assert any(title.startswith("C-6") for title in shown(cast, "specialist", text)["clauses"])


def test_pages_one_may_not_open_are_not_offered(cast: Cast) -> None:
    assert shown(cast, "admin", "员工")["commands"] == ["新人员"]
    assert "commands" not in shown(cast, "specialist", "员工")
    assert all(hit.key != "page.people" for hit in command_hits(cast.viewer("specialist"), ""))


def test_more_hits_ask_no_more(
    filled: Cast, client_as: Callable[..., Client], assert_queries_same: Callable[..., int]
) -> None:
    """For hits of every kind at once: names, numbers and tags that begin alike, some of them pinned."""
    numbers = count(10)
    client, viewer, mine = client_as(filled.specialist), filled.viewer("specialist"), filled.customers["specialist"]

    def add() -> None:
        n = next(numbers)
        other = create_customer(viewer=viewer, number=f"A99{n}", name=f"A99{n}厂")
        contact = add_contact(other, viewer=system_viewer("test"), name=f"A99{n}人")
        placed = order(mine, f"A99{n}")
        tag_customer(mine, [f"A99{n}"], viewer=system_viewer("test"))
        for item in (f"customers:{other.pk}", f"contacts:{contact.pk}", f"orders:{placed.pk}"):
            pin(viewer, read_item(item))

    assert assert_queries_same(lambda: client.get("/search/palette/?q=A99"), add) <= 14
    page = client.get("/search/palette/?q=A99").content.decode()
    assert page.count('name="unpin"') == 9 and page.count('role="row"') == 12
    assert assert_queries_same(lambda: client.get("/search/palette/"), add) <= 14


# --- opened and pinned ------------------------------------------------------------------------------


def items(cast: Cast, *who: str) -> list[Item]:
    return [Item("customers", str(cast.customers[each].pk)) for each in who]


def test_opened_lately_the_last_first_and_pinned_apart(
    cast: Cast, moved_clock: Callable[[Any], None], client_as: Callable[..., Client]
) -> None:
    client = client_as(cast.director)
    for minute, who in enumerate(("specialist", "colleague", "outsider", "specialist")):
        moved_clock(PLACED + timedelta(minutes=10 * minute))
        assert client.post("/search/opened/", {"item": items(cast, who)[0].text}).status_code == 204
    first, second, third = items(cast, "specialist", "outsider", "colleague")
    assert shortcuts_of(cast.director) == ([], [first, second, third])
    assert client.post("/search/pin/", {"pin": second.text, "back": "/search/?q=x"})["Location"] == "/search/?q=x"
    assert client.post("/search/pin/", {"pin": second.text, "back": "//evil.example/"})["Location"] == "/search/"
    assert shortcuts_of(cast.director) == ([second], [first, third])
    assert list(shown(cast, "director"))[:2] == ["pinned", "opened"]
    client.post("/search/pin/", {"unpin": second.text})
    assert shortcuts_of(cast.director) == ([], [first, second, third])
    assert shortcuts_of(cast.supervisor) == ([], [])


def test_reading_writes_nothing_and_a_second_look_neither(cast: Cast, client_as: Callable[..., Client]) -> None:
    client = client_as(cast.director)
    (item,) = items(cast, "specialist")
    assert f'data-seen="{item.text}"' in client.get(f"/customers/{item.key}/").content.decode()
    client.get("/search/palette/?q=启明")
    assert not Shortcut.objects.exists()
    remember_opened(cast.viewer("director"), item)
    before = Shortcut.objects.get()
    remember_opened(cast.viewer("director"), item)
    assert Shortcut.objects.get().opened_at == before.opened_at


def test_only_the_last_dozen_is_kept_and_pins_are_not_counted(cast: Cast, moved_clock: Callable[[Any], None]) -> None:
    viewer = cast.viewer("director")
    codes = [hit.key for hit in command_hits(viewer, "")][: OPENED_KEPT + 1]
    pin(viewer, Item("commands", codes[0]))
    for minute, code in enumerate(codes):
        moved_clock(PLACED + timedelta(minutes=minute))
        remember_opened(viewer, Item("commands", code))
    (more,) = items(cast, "specialist")
    moved_clock(PLACED + timedelta(hours=1))
    remember_opened(viewer, more)
    pinned, opened = shortcuts_of(cast.director)
    assert [item.key for item in pinned] == [codes[0]]
    assert [item.key for item in opened] == [more.key, *reversed(codes[2:])]


def test_what_one_no_longer_sees_is_shown_no_more(cast: Cast) -> None:
    viewer, (mine,) = cast.viewer("specialist"), items(cast, "specialist")
    pin(viewer, mine)
    remember_opened(viewer, Item("commands", "page.today"))
    assert shown(cast, "specialist")["pinned"] == ["上海启明科技有限公司"]
    assign_customers([int(mine.key)], cast.outsider, viewer=system_viewer("test"))
    assert "pinned" not in shown(cast, "specialist")
    # He can still take it away, and gets it back with the customer.
    assign_customers([int(mine.key)], cast.specialist, viewer=system_viewer("test"))
    assert shown(cast, "specialist")["pinned"] == ["上海启明科技有限公司"]
    archive_customer(cast.customers["specialist"], viewer=system_viewer("test"), reason="停产")
    assert "pinned" not in shown(cast, "specialist")
    unpin(viewer, mine)
    assert not Shortcut.objects.filter(source="customers").exists()


@pytest.mark.parametrize(
    "item",
    ["customers:{foreign}", "customers:999999", "customers:x", "customers:", "nothing:1", "commands:page.people",
     "customers:1' OR 1=1", "", "tags:" + "9" * 40],
)  # fmt: skip
def test_what_one_does_not_see_cannot_be_kept(item: str, cast: Cast, client_as: Callable[..., Client]) -> None:
    text = item.format(foreign=cast.customers["outsider"].pk)
    client = client_as(cast.specialist)
    assert client.post("/search/pin/", {"pin": text}).status_code == 404
    assert client.post("/search/opened/", {"item": text}).status_code == 404
    assert not Shortcut.objects.exists()


def test_too_many_pins_are_refused_in_words(cast: Cast) -> None:
    viewer = cast.viewer("director")
    now = clock.now()
    Shortcut.objects.bulk_create(
        Shortcut(person=cast.director, source="customers", key=str(n), pinned_at=now)
        for n in range(900, 900 + MOST_PINNED)
    )
    with pytest.raises(Invalid, match="最多置顶"):
        pin(viewer, items(cast, "specialist")[0])


def test_nobody_but_a_person_keeps_shortcuts(cast: Cast) -> None:
    with pytest.raises(NotFound):
        pin(system_viewer("test"), items(cast, "specialist")[0])


def test_a_hostile_name_stays_text(cast: Cast, client_as: Callable[..., Client]) -> None:
    tag_customer(cast.customers["specialist"], ['<img src=x onerror="1">'], viewer=system_viewer("test"))
    page = client_as(cast.specialist).get("/search/palette/?q=<img").content.decode()
    assert "<img" not in page and "&lt;img src=x" in page
    assert [hit.title for hit in tag_hits(cast.viewer("specialist"), "<img", 8)] == ['<img src=x onerror="1">']


def test_a_masked_phone_is_not_found_by_its_digits(filled: Cast) -> None:
    assert not viewer_access(filled.viewer("executive")).reads("contact_mobile")
    assert "contacts" in shown(filled, "director", "5678") and "contacts" in shown(filled, "director", "139123456")
    for part in ("5678", "139123456", "周启 5678"):
        assert "contacts" not in shown(filled, "executive", part)
    # Numbers that are shown are found as before.
    assert shown(filled, "executive", "001")["customers"] == ["上海启明科技有限公司"]
