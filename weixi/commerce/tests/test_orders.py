from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from weixi.commerce.models import Order
from weixi.commerce.services import (
    LineValues,
    OrderValues,
    cancel_order,
    change_order,
    create_product,
    place_order,
    place_orders,
    return_order,
)
from weixi.commerce.tests.helpers import buy
from weixi.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from weixi.kernel.events.models import Event
from weixi.organisation.scope import system_viewer

SYSTEM = system_viewer("test")


def order_events(customer):
    return list(
        Event.objects.filter(customer_id=customer.pk, type__startswith="order.")
        .order_by("seq")
        .values_list("type", "data")
    )


def test_first_purchase_is_marked_once(cast, moved_clock):
    moved_clock("2026-11-24T10:00+08:00")
    customer = cast.customer_of("account_manager")
    buy(customer, "2026-03-01", "100.10", number="A")
    buy(customer, "2026-01-01", "50", number="B")
    buy(customer, "2026-03-02", "-20.05", number="C")
    assert order_events(customer) == [
        ("order.placed", {"number": "A", "amount": "100.10", "first": True}),
        ("order.placed", {"number": "B", "amount": "50.00", "first": False}),
        ("order.returned", {"number": "C", "amount": "-20.05"}),
    ]


def test_a_return_before_any_purchase_does_not_use_up_the_first(cast, moved_clock):
    moved_clock("2026-11-24T10:00+08:00")
    customer = cast.customer_of("account_manager")
    buy(customer, "2026-03-01", "-5")
    buy(customer, "2026-03-02", "9", number="X")
    assert order_events(customer)[-1] == ("order.placed", {"number": "X", "amount": "9.00", "first": True})


def test_lines_sum_to_the_order(cast, moved_clock):
    moved_clock("2026-11-24T10:00+08:00")
    product = create_product(viewer=SYSTEM, code="P1", name="变频器", category="电气")
    order = place_order(
        cast.customer_of("account_manager"),
        viewer=cast.viewer("account_manager"),
        number="S-1",
        placed_at=datetime(2026, 11, 23, 17, 0, tzinfo=UTC),
        lines=[
            LineValues(quantity=Decimal("3"), unit_price=Decimal("0.335"), product_id=product.pk, cost=Decimal("0.5")),
            LineValues(amount=Decimal("10")),
        ],
    )
    assert (order.amount, order.cost, order.placed_on) == (Decimal("11.01"), Decimal("0.50"), date(2026, 11, 24))
    assert [line.position for line in order.lines.all()] == [1, 2]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"number": ""}, "number"),
        ({"number": "x" * 61}, "number"),
        ({"lines": []}, "lines"),
        ({"lines": [LineValues(position=1), LineValues(position=1)]}, "lines"),
        ({"lines": [LineValues(quantity=Decimal(10) ** 10, unit_price=Decimal(10) ** 10)]}, "lines"),
        ({"placed_at": datetime(2026, 12, 1, tzinfo=UTC)}, "placed_at"),
    ],
)
def test_bad_orders_are_refused_by_field(cast, moved_clock, changes, field):
    moved_clock("2026-11-24T10:00+08:00")
    values = {
        "number": "N-1",
        "placed_at": datetime(2026, 11, 1, tzinfo=UTC),
        "lines": [LineValues(amount=Decimal(1))],
        **changes,
    }
    with pytest.raises(Invalid) as refused:
        place_order(cast.customer_of("specialist"), viewer=SYSTEM, **values)
    assert list(refused.value.fields) == [field]
    assert not Order.objects.exists()


def test_scope_and_right_hold(cast, moved_clock):
    moved_clock("2026-11-24T10:00+08:00")
    foreign = cast.customer_of("sales")
    with pytest.raises(NotFound):
        buy(foreign, "2026-01-01", "1", viewer=cast.viewer("account_manager"))
    with pytest.raises(Forbidden):
        buy(cast.customer_of("specialist"), "2026-01-01", "1", viewer=cast.viewer("specialist"))
    with pytest.raises(NotFound):
        place_orders(
            [OrderValues("Z", foreign.pk, datetime(2026, 1, 1, tzinfo=UTC), [LineValues(amount=Decimal(1))])],
            viewer=cast.viewer("account_manager"),
        )
    assert not Order.objects.exists()


def test_cancelling_takes_back_what_is_left_and_only_once(cast, moved_clock):
    moved_clock("2026-11-24T10:00+08:00")
    customer = cast.customer_of("account_manager")
    order = buy(customer, "2026-10-01", "100", cost="60", number="A")
    part = return_order(order, viewer=SYSTEM, amount=Decimal("30.50"))
    rest = cancel_order(order, viewer=SYSTEM, reason="不要了")
    assert (part.amount, rest.amount, rest.number) == (Decimal("-30.50"), Decimal("-69.50"), "A-R2")
    with pytest.raises(Conflict):
        cancel_order(order, viewer=SYSTEM)
    with pytest.raises(Conflict):
        cancel_order(part, viewer=SYSTEM)
    with pytest.raises(Invalid):
        return_order(order, viewer=SYSTEM, amount=Decimal("0.01"))
    customer.refresh_from_db()
    assert customer.annual_amount == 0


def test_full_cancel_takes_the_cost_back_too(cast, moved_clock):
    moved_clock("2026-11-24T10:00+08:00")
    order = buy(cast.customer_of("account_manager"), "2026-10-01", "100", cost="60")
    assert cancel_order(order, viewer=SYSTEM).cost == Decimal("-60.00")


def test_change_replaces_lines_and_says_so_once(cast, moved_clock):
    moved_clock("2026-11-24T10:00+08:00")
    customer = cast.customer_of("account_manager")
    order = buy(customer, "2026-10-01", "100", number="A")
    changed = change_order(
        order, viewer=SYSTEM, lines=[LineValues(amount=Decimal("80")), LineValues(amount=Decimal("5"))]
    )
    again = change_order(
        changed, viewer=SYSTEM, lines=[LineValues(amount=Decimal("80")), LineValues(amount=Decimal("5"))]
    )
    assert (again.amount, again.lines.count()) == (Decimal("85.00"), 2)
    assert [kind for kind, _ in order_events(customer)] == ["order.placed", "order.changed"]
    customer.refresh_from_db()
    assert customer.annual_amount == Decimal("85")


def orders_for(customer, count, day=1):
    return [
        OrderValues(
            f"B-{n}", customer.pk, datetime(2026, 1, day, 1, n % 60, tzinfo=UTC), [LineValues(amount=Decimal("1.10"))]
        )
        for n in range(count)
    ]


def test_many_orders_make_one_first_whatever_the_chunks(cast, moved_clock):
    moved_clock("2026-11-24T10:00+08:00")
    customer = cast.customer_of("account_manager")
    assert place_orders(reversed(orders_for(customer, 7)), viewer=SYSTEM, chunk=3) == 7
    firsts = [data["number"] for kind, data in order_events(customer) if data["first"]]
    assert firsts == ["B-0"]
    customer.refresh_from_db()
    assert customer.annual_amount == Decimal("7.70")


def test_a_taken_number_leaves_its_chunk_unwritten(cast, moved_clock):
    moved_clock("2026-11-24T10:00+08:00")
    customer = cast.customer_of("account_manager")
    buy(customer, "2026-01-01", "1", number="B-1")
    with pytest.raises(Conflict):
        place_orders(orders_for(customer, 2), viewer=SYSTEM)
    assert list(Order.objects.values_list("number", flat=True)) == ["B-1"]


def test_bulk_needs_as_many_queries_for_three_orders_as_for_one(cast, moved_clock, django_assert_num_queries):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    moved_clock("2026-11-24T10:00+08:00")
    customer = cast.customer_of("account_manager")
    buy(customer, "2026-01-01", "1")
    made = orders_for(customer, 4)
    with CaptureQueriesContext(connection) as one:
        place_orders(made[:1], viewer=SYSTEM)
    with CaptureQueriesContext(connection) as three:
        place_orders(made[1:], viewer=SYSTEM)
    assert len(one) == len(three)
