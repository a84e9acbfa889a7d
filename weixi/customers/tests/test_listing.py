from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.utils.datastructures import MultiValueDict

from weixi.customers.models import Customer
from weixi.customers.queries.listing import (
    ORDERS,
    Ask,
    Asker,
    count_customers,
    list_customers,
    matching_ids,
    matching_rows,
    read_conditions,
    read_sort,
)
from weixi.customers.services import archive_customer, create_customer, tag_customer
from weixi.organisation.scope import Viewer, system_viewer
from weixi.testing.cast import Cast
from weixi.testing.kept import kept

GRADES = {"core": "核心", "important": "重要", "normal": "普通"}
NOW = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)


def ask(viewer: Viewer, sort: str = "name", text: str = "", **given: list[str]) -> Ask:
    found = read_sort(sort)
    assert found is not None
    conditions = read_conditions(Asker(viewer, GRADES), MultiValueDict(given))
    return Ask(found, conditions, text, grades=tuple(GRADES))


def names(viewer: Viewer, wanted: Ask) -> list[str]:
    return [row.name for row in list_customers(viewer, wanted).rows]


@pytest.fixture
def many(cast: Cast) -> list[Customer]:
    """23 customers of three owners; equal and empty values in every column that sorts."""
    return kept("customers of a list", lambda: _many(cast))


def _many(cast: Cast) -> list[Customer]:
    owners = [cast.specialist, cast.colleague, cast.outsider]
    made = []
    for number in range(23):
        customer = create_customer(
            viewer=system_viewer("test"), name=f"列{'甲乙丙丁'[number % 4]}{number:02d}", owner=owners[number % 3],
            co_owner=cast.specialist if number == 5 else None,
        )  # fmt: skip
        Customer.objects.filter(pk=customer.pk).update(
            grade=["core", "important", "normal", "", "vip"][number % 5],
            annual_amount=["0", "100.10", "1286400.00"][number % 3],
            last_contact_at=None if number % 4 == 0 else NOW - timedelta(days=number % 6, microseconds=number % 2),
            next_due_at=None if number % 3 == 0 else NOW + timedelta(hours=number % 5),
            completeness=number % 4 * 25,
        )
        made.append(customer)
    return made


@pytest.mark.parametrize("who", ["specialist", "supervisor", "service_manager", "director"])
@pytest.mark.parametrize("sort", [sign + code for code in ORDERS for sign in ("", "-")])
def test_pages_by_mark_give_every_customer_once_forwards_and_backwards(
    cast: Cast, many: list[Customer], who: str, sort: str
) -> None:
    viewer = cast.viewer(who)
    wanted = ask(viewer, sort)
    whole = [row.pk for row in list_customers(viewer, wanted, size=1000).rows]
    seen = set(Customer.objects.filter(viewer.owned()).values_list("pk", flat=True))
    assert (len(whole), set(whole)) == (len(seen), seen)
    pages = [list_customers(viewer, wanted, size=4)]
    while pages[-1].after:
        pages.append(list_customers(viewer, wanted, after=pages[-1].after, size=4))
    assert [row.pk for page in pages for row in page.rows] == whole
    back = [pages[-1]]
    while back[-1].before:
        back.append(list_customers(viewer, wanted, before=back[-1].before, size=4))
    assert [row.pk for page in reversed(back) for row in page.rows] == whole


def test_orders_are_what_they_say(cast: Cast, many: list[Customer]) -> None:
    viewer = cast.viewer("director")
    rows = list_customers(viewer, ask(viewer, "grade"), size=1000).rows
    ranks = [["core", "important", "normal", "", "vip"].index(row.grade) for row in rows]
    assert ranks == sorted(ranks)
    rows = list_customers(viewer, ask(viewer, "-amount"), size=1000).rows
    assert [row.annual_amount for row in rows] == sorted((row.annual_amount for row in rows), reverse=True)
    for sort in ("due", "-due"):
        rows = list_customers(viewer, ask(viewer, sort), size=1000).rows
        known = [row.next_due_at for row in rows if row.next_due_at]
        assert known == sorted(known, reverse=sort == "-due")
        assert [row.next_due_at for row in rows[len(known) :]] == [None] * (len(rows) - len(known))


def test_a_person_sees_his_own_and_those_he_is_second_owner_of(cast: Cast, many: list[Customer]) -> None:
    viewer = cast.viewer("specialist")
    rows = list_customers(viewer, ask(viewer), size=1000).rows
    assert {row.owner for row in rows} == {cast.specialist, cast.outsider}
    assert [row.pk for row in rows if row.owner == cast.outsider] == [many[5].pk]
    assert count_customers(viewer, ask(viewer)).number == len(rows)


def test_filters_narrow_and_say_so(cast: Cast, many: list[Customer]) -> None:
    viewer = cast.viewer("director")
    for given, test in (
        ({"grade": ["core", "none"]}, lambda row: row.grade in ("core", "")),
        ({"owner": [str(cast.specialist.pk)]}, lambda row: row.owner == cast.specialist),
        ({"amount_from": ["100.1"], "amount_to": ["1,000"]}, lambda row: 100 < row.annual_amount < 1000),
        ({"complete_below": ["50"]}, lambda row: row.completeness < 50),
        ({"due": ["none"]}, lambda row: row.next_due_at is None),
    ):
        wanted = ask(viewer, "-amount", **given)
        rows = list_customers(viewer, wanted, size=1000).rows
        expected = {row.pk for row in Customer.objects.all() if test(row)}
        assert {row.pk for row in rows} == expected, given
        assert count_customers(viewer, wanted).number == len(expected)
        assert len(wanted.conditions.items) == len(given)
    chip = ask(viewer, grade=["core", "none"]).conditions.items[0]
    assert "核心" in chip.words


def test_tags_regions_and_put_away(cast: Cast) -> None:
    viewer = cast.viewer("service_manager")
    mine = cast.customer_of("specialist")
    tag_customer(mine, ["重点", "扩产"], viewer=viewer)
    Customer.objects.filter(pk=mine.pk).update(region="华东")
    assert names(viewer, ask(viewer, tag=["重点", "扩产"])) == [mine.name]
    assert names(viewer, ask(viewer, tag=["重点", "没有"])) == []
    assert names(viewer, ask(viewer, region=["华东", "华中"])) == [mine.name]
    archive_customer(mine, viewer=viewer, reason="停业")
    assert mine.name not in names(viewer, ask(viewer))
    away = ask(viewer)
    away = Ask(away.sort, away.conditions, archived=True)
    assert names(viewer, away) == [mine.name]


@pytest.mark.parametrize("text", ["启明", "qiming", "shqm", "C-001", "SHANGHAI"])
def test_a_text_finds_by_part_sound_initials_and_number(cast: Cast, text: str) -> None:
    viewer = cast.viewer("service_manager")
    assert names(viewer, ask(viewer, text=text)) == ["上海启明科技有限公司"]
    assert names(cast.viewer("outsider"), ask(cast.viewer("outsider"), text=text)) == []


HOSTILE = [
    {"nonsense": ["1"]},
    {"owner": ["999999999999999999999", "x"]},
    {"amount_from": ["1e400"]},
    {"amount_from": ["NaN"]},
    {"amount_to": ["十万"]},
    {"quiet": ["-1"]},
    {"quiet": ["999999999"]},
    {"grade": ["core' OR 1=1 --"]},
    {"complete_below": ["１０１"]},
    {"due": ["\x00"], "lifecycle": ["\ud800"]},
]


@pytest.mark.parametrize("given", HOSTILE)
def test_what_the_list_does_not_know_is_left_out(cast: Cast, given: dict[str, list[str]]) -> None:
    viewer = cast.viewer("director")
    wanted = ask(viewer, **given)
    assert wanted.conditions.items == ()
    assert len(list_customers(viewer, wanted).rows) == len(cast.customers)


MARKS = [
    "x",
    "%%%",
    "W10",
    "WzAsIngiLDFd",
    "A" * 3000,
    "eyJhIjoxfQ",
    "WzAsICJcdWQ4MDAiLCAxXQ",
    "Wzk5LDEsMV0",
    "W1tdLFtdLFtdXQ",
]


@pytest.mark.parametrize("mark", MARKS)
@pytest.mark.parametrize("sort", ["name", "-amount", "due", "grade", "complete", "contact"])
def test_a_mark_of_somewhere_else_is_no_fault(cast: Cast, mark: str, sort: str) -> None:
    viewer = cast.viewer("director")
    assert list_customers(viewer, ask(viewer, sort), after=mark, before=mark).rows is not None


def test_hostile_texts_find_nothing_and_break_nothing(cast: Cast) -> None:
    viewer = cast.viewer("director")
    for text in ['"', "'", "* OR *", "a" * 5000, "𠮷", "<script>", "NEAR(", "\\", "%_", "()", "-"]:
        assert names(viewer, ask(viewer, text=text)) == []


def test_counting_stops(cast: Cast, many: list[Customer]) -> None:
    for who in ("director", "service_manager"):
        count = count_customers(cast.viewer(who), ask(cast.viewer(who)), stop=10)
        assert (count.number, count.more) == (10, True)


def test_the_page_asks_as_often_for_three_rows_as_for_one(cast: Cast, assert_queries_same: Callable[..., int]) -> None:
    viewer = cast.viewer("supervisor")
    numbers = iter(range(100))

    def add() -> Any:
        return create_customer(viewer=viewer, name=f"甲{next(numbers)}", owner=cast.colleague)

    assert_queries_same(lambda: [row.owner for row in list_customers(viewer, ask(viewer)).rows], add)


def test_all_that_match_come_in_the_lists_order(cast: Cast, many: list[Customer]) -> None:
    viewer = cast.viewer("service_manager")
    wanted = ask(viewer, "-amount")
    assert matching_ids(viewer, wanted, limit=7) == [row.pk for row in list_customers(viewer, wanted, size=7).rows]


@pytest.mark.parametrize("who", ["specialist", "supervisor", "service_manager"])
@pytest.mark.parametrize("sort", ["name", "-amount", "due", "-contact"])
def test_a_text_that_very_many_match_is_checked_along_the_order_with_the_same_answer(
    cast: Cast, many: list[Customer], who: str, sort: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    viewer = cast.viewer(who)
    wanted = ask(viewer, sort, text="列甲")
    fetched = matching_ids(viewer, wanted, limit=50)
    assert len(fetched) > 1
    monkeypatch.setattr("weixi.customers.queries.matching.MANY", 0)
    assert matching_ids(viewer, wanted, limit=50) == fetched
    assert count_customers(viewer, wanted).number == matching_rows(viewer, wanted)[0].count() == len(fetched)
    first = list_customers(viewer, wanted, size=1)
    second = list_customers(viewer, wanted, size=1, after=first.after)
    assert [row.pk for row in (*first.rows, *second.rows)] == fetched[:2]
