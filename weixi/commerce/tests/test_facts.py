from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from weixi.commerce import facts
from weixi.commerce.dates import months_before
from weixi.commerce.figures import roll_figures
from weixi.commerce.services import LineValues, OrderValues, create_product, place_order, place_orders
from weixi.commerce.tests.helpers import buy
from weixi.customers.models import Customer
from weixi.organisation.scope import system_viewer

SYSTEM = system_viewer("test")
SHANGHAI = ZoneInfo("Asia/Shanghai")
END = date(2026, 2, 28)


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        ("2026-03-31", 1, "2026-02-28"),
        ("2024-03-31", 1, "2024-02-29"),
        ("2026-02-28", 12, "2025-02-28"),
        ("2024-02-29", 12, "2023-02-28"),
        ("2026-01-15", 6, "2025-07-15"),
        ("2026-01-15", 13, "2024-12-15"),
    ],
)
def test_months_before_stays_on_the_calendar(day, months, expected):
    assert months_before(date.fromisoformat(day), months).isoformat() == expected


@given(st.dates(date(1900, 1, 1), date(2100, 1, 1)), st.integers(0, 400))
def test_months_before_never_skips_a_month(day, months):
    earlier = months_before(day, months)
    assert (day.year - earlier.year) * 12 + day.month - earlier.month == months
    assert earlier.day <= day.day


@pytest.fixture
def world(cast, moved_clock):
    moved_clock("2026-11-24T10:00+08:00")
    buyer = cast.customer_of("account_manager")
    buy(buyer, "2025-02-28", "1000")  # the day the window begins after
    buy(buyer, "2025-03-01", "0.10", cost="0.04")
    buy(buyer, "2025-09-01", "0.20", cost="0.05")
    buy(buyer, "2026-02-28", "0.40")
    buy(buyer, "2026-02-27", "-0.10", cost="-0.04")
    buy(buyer, "2026-03-01", "5000")
    return buyer, cast.customer_of("sales")


def test_facts_as_of_a_date(world):
    buyer, idle = world
    ids = [buyer.pk, idle.pk]
    assert facts.annual_amount(ids, END) == {buyer.pk: Decimal("0.60"), idle.pk: Decimal("0.00")}
    assert facts.annual_margin(ids, END) == {buyer.pk: Decimal("0.15")}
    assert facts.orders_12m(ids, END) == {buyer.pk: 3, idle.pk: 0}
    assert facts.orders_6m(ids, END) == {buyer.pk: 2, idle.pk: 0}
    assert facts.last_order_on(ids, END) == {buyer.pk: END}
    assert facts.recency_days(ids, date(2026, 2, 27)) == {buyer.pk: 179}
    assert facts.largest_purchase(ids, END) == {buyer.pk: Decimal("1000.00")}
    assert facts.arpu(ids, END) == {buyer.pk: Decimal("0.05"), idle.pk: Decimal("0.00")}
    assert facts.margin_pct(ids, END) == {buyer.pk: Decimal("75.00")}
    assert facts.amount_growth_pct(ids, END) == {buyer.pk: Decimal("-99.94")}
    assert facts.amount_growth_pct(ids, date(2027, 2, 28)) == {buyer.pk: Decimal("833233.33")}
    assert facts.average_order(ids, END) == {buyer.pk: Decimal("0.23")}


def test_all_a_list_and_a_range_of_customers_agree(world):
    every = list(Customer.objects.values_list("pk", flat=True))
    span = range(min(every), max(every) + 1)
    for fact in facts.FACTS:
        whole = fact.compute(None, END)
        assert fact.compute(every, END) == whole
        assert {pk: value for pk, value in fact.compute(span, END).items() if pk in set(every)} == whole
        assert not fact.compute([], END)


def test_the_date_is_the_companys(cast, moved_clock):
    moved_clock("2026-11-24T10:00+08:00")
    customer = cast.customer_of("sales")
    place_order(
        customer,
        viewer=SYSTEM,
        number="LATE",
        placed_at=datetime.fromisoformat("2026-01-31T16:30+00:00"),
        lines=[LineValues(amount=Decimal(7))],
    )
    assert facts.annual_amount([customer.pk], date(2026, 1, 31))[customer.pk] == 0
    assert facts.annual_amount([customer.pk], date(2026, 2, 1))[customer.pk] == 7


def test_breadth_counts_categories_of_what_was_bought(cast, moved_clock):
    moved_clock("2026-11-24T10:00+08:00")
    customer = cast.customer_of("sales")
    made = [
        create_product(viewer=SYSTEM, code="a", category="电气"),
        create_product(viewer=SYSTEM, code="b", category="电气"),
        create_product(viewer=SYSTEM, code="c"),
        create_product(viewer=SYSTEM, code="d", category="泵"),
    ]
    lines = [LineValues(product_id=p.pk, amount=Decimal(1)) for p in made[:3]]
    lines.append(LineValues(product_id=made[3].pk, amount=Decimal(-1)))
    values = OrderValues("K", customer.pk, datetime(2026, 1, 1, tzinfo=SHANGHAI), lines)
    place_orders([values], viewer=SYSTEM)
    assert facts.category_count([customer.pk], END) == {customer.pk: 1}
    assert facts.category_count([cast.customer_of("specialist").pk], END) == {}


def test_kept_figures_roll_with_the_days(cast, moved_clock):
    moved_clock("2026-01-10T10:00+08:00")
    customer = cast.customer_of("sales")
    buy(customer, "2025-01-11", "30")
    buy(customer, "2025-12-01", "12.50")
    customer.refresh_from_db()
    assert (customer.annual_amount, customer.last_order_on) == (Decimal("42.50"), date(2025, 12, 1))
    assert roll_figures() >= 0
    assert roll_figures() == 0
    moved_clock("2026-01-11T10:00+08:00")
    assert roll_figures() == 1
    customer.refresh_from_db()
    assert customer.annual_amount == Decimal("12.50")
    moved_clock("2027-03-11T10:00+08:00")
    roll_figures()
    customer.refresh_from_db()
    assert (customer.annual_amount, customer.last_order_on) == (Decimal(0), date(2025, 12, 1))


def test_a_fact_needs_one_query_whatever_the_number(world, django_assert_num_queries):
    ids = [customer.pk for customer in world]
    for wanted in (ids[:1], ids):
        with django_assert_num_queries(1):
            facts.annual_amount(wanted, END)
