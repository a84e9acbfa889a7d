from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from weixi.commerce.models import Order, OrderLine, Product
from weixi.customers.filtering.catalogue import list_filters
from weixi.customers.filtering.meaning import conditions_of, with_filter
from weixi.customers.filtering.tests import oracle
from weixi.customers.filtering.text import from_text, to_text
from weixi.customers.filtering.tree import Group, Node, Test, all_of, any_of
from weixi.customers.models import Contact, Customer, CustomField, CustomValue, Registration
from weixi.customers.queries.listing import (
    ORDERS,
    Ask,
    Asker,
    Conditions,
    Sort,
    count_customers,
    list_customers,
    matching_ids,
)
from weixi.customers.services import create_customer, tag_customer
from weixi.duties.models import Duty
from weixi.interactions.models import Interaction
from weixi.kernel.errors import Forbidden, Invalid
from weixi.organisation.scope import Viewer, system_viewer
from weixi.testing.cast import Cast
from weixi.testing.kept import kept
from weixi.testing.policies import shipped_policy

GRADES = {"core": "核心", "important": "重要", "normal": "普通"}
NOW = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)


@pytest.fixture
def world(cast: Cast, moved_clock: Callable[[Any], None]) -> Cast:
    """Customers with something and nothing in every column, and things beside them."""
    moved_clock(NOW)
    return kept("customers to filter", lambda: _filled(cast))


def _filled(cast: Cast) -> Cast:
    system = system_viewer("test")
    area = CustomField.objects.create(code="area", title="面积", type="number", created_at=NOW, changed_at=NOW)
    colour = CustomField.objects.create(
        code="colour", title="颜色", type="choice", allowed=["红", "蓝"], created_at=NOW, changed_at=NOW
    )
    pump = Product.objects.create(code="P-1", name="空压机", category="主机")
    oil = Product.objects.create(code="P-2", name="机油", category="")
    for number in range(14):
        owner = [cast.specialist, cast.colleague, None][number % 3]
        customer = create_customer(viewer=system, name=f"户{number:02d}", owner=owner)
        Customer.objects.filter(pk=customer.pk).update(
            region=["华东", "华中", ""][number % 3], industry=["机械", "Food", "食品机械", ""][number % 4],
            source=["展会", ""][number % 2], lifecycle=["prospect", "new", "loyal"][number % 3],
            grade=["core", "important", ""][number % 3], annual_amount=["0", "100.10", "1286400.00"][number % 3],
            completeness=number % 5 * 25, co_owner=cast.specialist if number % 5 == 0 else None,
            last_contact_at=None if number % 4 == 0 else NOW - timedelta(days=number * 3, hours=number),
            next_due_at=None if number % 3 == 0 else NOW + timedelta(days=number - 7, minutes=1),
            created_at=NOW - timedelta(days=number * 20),
        )  # fmt: skip
        Registration.objects.filter(customer=customer).update(
            bank=["中国银行", ""][number % 2], service_channel=["phone", "", "wechat"][number % 3]
        )
        if number % 3:
            tag_customer(customer, ["重点", "扩产"][: number % 3], viewer=system)
        if number % 4:
            moments: dict[str, Any] = {"created_at": NOW, "changed_at": NOW}
            Contact.objects.create(
                customer=customer, name="甲", name_key="甲", key_person=number % 2 == 0, position="厂长" if number % 3 else "",
                birthday="" if number % 4 == 1 else "1980-05-20", removed_at=NOW if number == 7 else None, **moments,
            )  # fmt: skip
            Contact.objects.create(customer=customer, name="乙", name_key="乙", key_person=number % 5 == 0, **moments)
        if number % 3 == 1:
            CustomValue.objects.create(field=area, customer=customer, number=Decimal(number * 100))
            CustomValue.objects.create(field=colour, customer=customer, text=["红", "蓝"][number % 2])
        for age in range(number % 4):
            day = date(2026, 3, 2) - timedelta(days=age * 40 + number)
            order = Order.objects.create(
                number=f"O-{number}-{age}", customer=customer, placed_at=NOW, placed_on=day, created_at=NOW,
                amount=-5 if (number + age) % 4 == 0 else 50,
            )  # fmt: skip
            product = [pump, oil, None][(number + age) % 3]
            OrderLine.objects.create(order=order, position=1, product=product, amount=50 if age != 1 else -50)
            Interaction.objects.create(
                customer=customer, kind=["call", "visit"][age % 2], occurred_at=NOW - timedelta(days=age * 30 + number),
                recorded_at=NOW, withdrawn_at=NOW if number == 9 else None,
            )  # fmt: skip
        if number % 5 in (1, 2):
            Duty.objects.create(
                key=f"k{number}", clause="C-6", kind="deadline", title="回复", customer=customer, anchor="a", opens_at=NOW,
                due_at=None, state="paused" if number % 5 == 1 else "done",
            )  # fmt: skip
    return cast


TEXTS = st.sampled_from(["华东", "华中", "机械", "食品", "food", "重点", "扩产", "没有", "厂长", "展会", "中国"])
DAYS = st.integers(1, 200).map(str)
DATES = st.integers(-40, 300).map(lambda n: (date(2026, 3, 2) - timedelta(days=n)).isoformat())
NUMBERS = st.sampled_from(["0", "50", "75", "100", "100.10", "700", "1286400"])
PEOPLE = st.sampled_from(["me", "none", "999999"])


def _some(strategy: st.SearchStrategy[str]) -> st.SearchStrategy[tuple[str, ...]]:
    return st.lists(strategy, min_size=1, max_size=3).map(tuple)


def _values(field: str, takes: tuple[str, ...]) -> st.SearchStrategy[tuple[str, ...]]:
    choices = {
        "lifecycle": ["prospect", "new", "lost"], "grade": ["core", "important", "none"], "interaction": ["call", "visit"],
        "service_channel": ["phone", "wechat"], "x_colour": ["红", "蓝"],
    }  # fmt: skip
    listed = st.sampled_from(choices.get(field, ["today", "week", "month", "quarter", "year"]))
    what = st.sampled_from(["P-1", "机油", "主机", "没有"]) if field == "bought" else TEXTS
    what = st.sampled_from(["C-6", "C-7"]) if field == "duty" else what
    counted = field in ("orders_12m", "contacts_3m", "contacts_12m")
    small = st.sampled_from(["-1", "0", "1", "1.5", "2", "3", "4", "900000000000000"]) if counted else NUMBERS
    kinds: dict[str, st.SearchStrategy[tuple[str, ...]]] = {
        "texts": _some(TEXTS), "choices": _some(listed), "people": _some(PEOPLE), "text": what.map(lambda v: (v,)),
        "days": DAYS.map(lambda v: (v,)), "day": DATES.map(lambda v: (v,)), "choice": listed.map(lambda v: (v,)),
        "number": small.map(lambda v: (v,)), "amount": NUMBERS.map(lambda v: (v,)),
        "percent": st.sampled_from(["0", "25", "50", "100"]).map(lambda v: (v,)),
    }  # fmt: skip
    return st.tuples(*(kinds[kind] for kind in takes)).map(lambda parts: tuple(v for part in parts for v in part))


@st.composite
def one_test(draw: Any) -> Test:
    field = draw(st.sampled_from(sorted(oracle.ASKED)))
    known = list_filters(Asker(system_viewer("test"), GRADES))[field]
    ops = [op for op in known.ops if (field, op.code) != ("duty", "missed")]
    op = draw(st.sampled_from(ops))
    return Test(field, op.code, draw(_values(field, op.takes)), draw(st.booleans()))


@st.composite
def trees(draw: Any) -> Node:
    tree = st.recursive(
        one_test(),
        lambda items: st.builds(
            Group, st.sampled_from(["all", "any"]), st.lists(items, min_size=1, max_size=3).map(tuple), st.booleans()
        ),
        max_leaves=5,
    )
    return draw(tree)  # type: ignore[no-any-return]


def asked(viewer: Viewer, tree: Node, sort: str = "name") -> Ask:
    conditions = Conditions(conditions_of(Asker(viewer, GRADES), tree))
    return Ask(Sort(ORDERS[sort], descending=False), conditions, grades=tuple(GRADES))


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_random_filters_find_whom_a_slow_reading_finds(
    world: Cast, data: st.DataObject, monkeypatch: pytest.MonkeyPatch
) -> None:
    tree = data.draw(trees())
    director = world.viewer("director")
    assert director.user is not None
    everything = oracle.load(NOW, director.user.pk)
    expected = oracle.matching(everything, tree)
    sort = data.draw(st.sampled_from(sorted(ORDERS)))
    found = list_customers(director, asked(director, tree, sort), size=1000)
    assert {row.pk for row in found.rows} == expected, to_text(tree)
    assert count_customers(director, asked(director, tree)).number == len(expected)
    # A restricted role: the same, of his own customers only.
    supervisor = world.viewer("supervisor")
    assert supervisor.user is not None
    seen = set(Customer.objects.filter(supervisor.owned()).values_list("pk", flat=True))
    own = oracle.matching(oracle.load(NOW, supervisor.user.pk), tree) & seen
    whole = list_customers(supervisor, asked(supervisor, tree, sort), size=1000).rows
    assert {row.pk for row in whole} == own
    # Nothing looked up or gathered: every condition is asked on the walk, a page of three after another.
    with monkeypatch.context() as patch:
        patch.setattr("weixi.customers.queries.listing.pages.FEW", -1)
        patch.setattr("weixi.customers.queries.listing.pages.SOME", 0)
        patch.setattr("weixi.customers.queries.listing.pages.GATHERED", {})
        walked, after = [], "begin"
        while after:
            page = list_customers(supervisor, asked(supervisor, tree, sort), after=after, size=3)
            walked, after = [*walked, *page.rows], page.after
        assert walked == list(whole)
        assert count_customers(supervisor, asked(supervisor, tree, sort)).number == len(own)


def _plain_values(field: str, takes: tuple[str, ...]) -> tuple[str, ...]:
    choice = {"lifecycle": "new", "grade": "core", "interaction": "call", "service_channel": "phone", "x_colour": "红"}
    plain = {"texts": "华东", "choices": choice.get(field, ""), "choice": choice.get(field, "month"), "people": "me",
             "text": "机", "day": "2026-01-20", "days": "60", "number": "2", "amount": "100", "percent": "50"}  # fmt: skip
    return tuple(plain[kind] for kind in takes)


@pytest.mark.parametrize("field", sorted(oracle.ASKED))
def test_every_operator_is_true_or_false_for_everybody(world: Cast, field: str) -> None:
    viewer = world.viewer("director")
    everybody = set(Customer.objects.values_list("pk", flat=True))
    for op in list_filters(Asker(viewer, GRADES))[field].ops:
        values = _plain_values(field, op.takes)
        found = [
            {
                row.pk
                for row in list_customers(viewer, asked(viewer, Test(field, op.code, values, turned)), size=1000).rows
            }
            for turned in (False, True)
        ]
        assert found[0] | found[1] == everybody and not found[0] & found[1], op.code


def test_chips_read_as_sentences(cast: Cast) -> None:
    viewer = cast.viewer("director")
    text = f"region:in:华东,华中;!(annual_amount:ge:30000|tags:has_any:重点);owner:in:me,{cast.specialist.pk}"
    chips = conditions_of(Asker(viewer, GRADES), from_text(text))
    assert [str(chip.label) for chip in chips][:1] == ["地区"]
    assert "华东" in chips[0].words
    assert "¥30,000.00" in chips[1].words and "重点" in chips[1].words and chips[1].words.startswith("不是")
    assert cast.specialist.name in chips[2].words
    assert chips[2].owners == {viewer.user.pk, cast.specialist.pk}  # type: ignore[union-attr]


REFUSED = [
    "password:in:x", "owner__user__password:regex:.", "region:regex:x", "region:in", "annual_amount:ge:abc", "pk:in:1",
    "annual_amount:ge:1e400", "created_at:within:-1", "created_at:within:99999999", "grade:in:nothing", "owner:in:x",
    "created_at:from:2026-13-01", "region:has:a,b", "completeness:ge:101", "archived_at:empty", "version:ge:1",
    "region__regex:in:x", "duty:open:1", "interaction:kind:nothing,3", "interaction:kind:call", "x_nothing:empty",
    "_connector:in:or", "created_at:period:century",
]  # fmt: skip


@pytest.mark.parametrize("text", REFUSED)
def test_what_the_list_does_not_know_is_refused(cast: Cast, text: str) -> None:
    with pytest.raises(Invalid) as refusal:
        conditions_of(Asker(cast.viewer("director"), GRADES), from_text(text))
    assert str(refusal.value)


@pytest.mark.parametrize("op", ["has:138", "empty", "filled", "in:13800138000", "lacks:1"])
@pytest.mark.parametrize("wrapped", ["{}", "!({})", "(region:empty|(region:filled;{}))"])
def test_a_masked_field_is_no_oracle(cast: Cast, op: str, wrapped: str) -> None:
    """Refused whatever stands in it, and before any query looks at it (A26)."""
    shipped_policy("quadrant")
    viewer = cast.viewer("specialist")
    for key in ("bank_account", "contact_birthday"):
        text = wrapped.format(f"{key}:{op}")
        with CaptureQueriesContext(connection) as asked_for, pytest.raises(Forbidden):
            with_filter(Asker(viewer, GRADES), Conditions(), text)
        assert not [query for query in asked_for if "13800138000" in query["sql"]]


def test_few_are_found_through_an_index_of_their_own(world: Cast) -> None:
    viewer = world.viewer("director")
    few = [
        "region:in:华东", "annual_amount:ge:1000", "tags:has_any:重点", "bought:product:P-1,90", "duty:overdue",
        "x_area:ge:100", "(region:in:华东|tags:has_any:重点)", "(region:in:华东|(source:filled;city:in:苏州))", "created_at:within:30",
        "lifecycle:in:lost,new", "source:in:展会", "grade:in:core,none",
    ]  # fmt: skip
    for text in few:
        (condition,) = conditions_of(Asker(viewer, GRADES), all_of(any_of(from_text(text))))[:1]
        assert condition.lookups, text
        page = list_customers(viewer, Ask(Sort(ORDERS["name"], False), Conditions((condition,))), size=1000)
        assert page.exact == len(page.rows), text
    assert not conditions_of(Asker(viewer, GRADES), from_text("!region:in:华东"))[0].lookups


@pytest.mark.parametrize("who", ["supervisor", "service_manager"])
@pytest.mark.parametrize("text", ["x_area:ge:100", "x_colour:in:红;grade:in:important"])
def test_an_own_field_that_many_meet_is_gathered_for_the_walk_with_the_same_answer(
    world: Cast, who: str, text: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    viewer = world.viewer(who)

    def found() -> tuple[list[int], int]:
        wanted = Ask(Sort(ORDERS["amount"], True), with_filter(Asker(viewer, GRADES), Conditions(), text))
        return matching_ids(viewer, wanted, limit=1000), count_customers(viewer, wanted).number

    few = found()
    assert few[1] > 1
    monkeypatch.setattr("weixi.customers.queries.listing.pages.FEW", -1)
    gathered = found()
    monkeypatch.setattr("weixi.customers.queries.listing.pages.GATHERED", {})
    assert few == gathered == found()


def test_a_filter_asks_as_often_for_three_rows_as_for_one(cast: Cast, assert_queries_same: Callable[..., int]) -> None:
    viewer = cast.viewer("supervisor")
    numbers = iter(range(100))
    text = "(region:empty|tags:has_any:重点);!bought:any:90;interaction:quiet:1000|duty:none;owner:not_in:none"
    text = text.replace(";interaction:quiet:1000|duty:none", ";(interaction:quiet:1000|duty:none)")

    def ask() -> Any:
        conditions = with_filter(Asker(viewer, GRADES), Conditions(), text)
        return list_customers(viewer, Ask(Sort(ORDERS["name"], False), conditions)).rows

    def add() -> Any:
        return create_customer(viewer=viewer, name=f"甲{next(numbers)}", owner=cast.colleague)

    assert_queries_same(ask, add)
