"""What lists filter by and add up is what the facts of the same name say."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from weixi.commerce.models import Order, OrderLine, Product
from weixi.customers.filtering.catalogue import list_filters
from weixi.customers.lists.columns import chosen, plain_values
from weixi.customers.models import Customer
from weixi.customers.queries.listing import Asker
from weixi.customers.services import create_customer
from weixi.interactions.models import Interaction
from weixi.kernel.masking import STARS
from weixi.kernel.slices import registry
from weixi.organisation.scope import system_viewer
from weixi.testing.cast import Cast

NOW = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
TODAY = date(2026, 3, 2)
SYSTEM = system_viewer("test")
# Filter -> how many parts of one its values have.
ASKED = (
    "annual_margin", "margin_pct", "amount_growth_pct", "arpu", "average_order", "category_count", "orders_6m",
    "orders_12m", "recency_days", "largest_purchase", "contacts_12m", "last_contact_days",
)  # fmt: skip


@pytest.fixture
def world(cast: Cast, moved_clock: Callable[[Any], None]) -> Cast:
    moved_clock(NOW)
    dice = random.Random(7)
    products = [
        Product.objects.create(code=f"P{n}", name=f"P{n}", category=["主机", "耗材", ""][n % 3]) for n in range(6)
    ]
    for number in range(24):
        customer = create_customer(viewer=SYSTEM, name=f"户{number}", owner=cast.specialist)
        for place in range(dice.choice([0, 1, 3, 6])):
            day = TODAY - timedelta(days=dice.randrange(0, 800))
            amount = Decimal(dice.randrange(-20_000, 200_001)) / 100
            order = Order.objects.create(
                number=f"O{number}-{place}", customer=customer, placed_at=NOW, placed_on=day, created_at=NOW,
                amount=amount, cost=None if dice.random() < 0.3 else amount / 2 + dice.randrange(0, 99) / Decimal(100),
            )  # fmt: skip
            OrderLine.objects.create(order=order, position=1, product=dice.choice([None, *products]), amount=amount)
            Interaction.objects.create(
                customer=customer, kind="call", recorded_at=NOW, withdrawn_at=NOW if dice.random() < 0.2 else None,
                occurred_at=NOW - timedelta(days=dice.randrange(0, 500), hours=dice.randrange(0, 24)),
            )  # fmt: skip
        last = Interaction.objects.filter(customer=customer, withdrawn_at=None).order_by("-occurred_at").first()
        Customer.objects.filter(pk=customer.pk).update(last_contact_at=last.occurred_at if last else None)
    return cast


@pytest.mark.parametrize("code", ASKED)
def test_a_filter_by_a_fact_finds_whom_the_fact_names(world: Cast, code: str) -> None:
    ids = list(Customer.objects.values_list("pk", flat=True))
    facts = registry.facts[code].compute(ids, TODAY)
    assert len(set(facts.values())) > 3 or code in ("category_count", "orders_6m")
    known = list_filters(Asker(world.viewer("director"), {}))[code]
    limits = sorted(set(facts.values()))[::3] or [0]
    for limit in limits:
        given: Any = Decimal(limit) if known.ops[0].takes != ("days",) else int(limit)
        for op in known.ops:
            if op.code not in ("ge", "le"):
                continue
            found = set(Customer.objects.filter(op.where(given)).values_list("pk", flat=True))
            expected = {pk for pk, value in facts.items() if (value >= limit if op.code == "ge" else value <= limit)}
            assert found == expected, (code, op.code, limit)
    for op in known.ops:
        if op.code in ("known", "unknown"):
            found = set(Customer.objects.filter(op.where()).values_list("pk", flat=True))
            assert found == ({*facts} if op.code == "known" else {*ids} - {*facts})


def test_sums_are_those_of_the_facts(world: Cast) -> None:
    ids = list(Customer.objects.values_list("pk", flat=True))
    for code, times in (("annual_margin", 100), ("orders_12m", 1)):
        facts = registry.facts[code].compute(ids, TODAY)
        rows = Customer.objects.annotate(found=registry.sums[code].value()).values_list("pk", "found")
        assert {pk: value for pk, value in rows if value is not None} == {
            pk: int(value * times) for pk, value in facts.items()
        }


def test_a_fact_of_a_masked_field_stands_masked(world: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every fact about money hangs on the one field that says it."""
    assert {fact.code for fact in registry.facts.values() if fact.field == "annual_amount"} == {
        "annual_amount", "annual_margin", "margin_pct", "amount_growth_pct", "arpu", "average_order",
        "largest_purchase",
    }  # fmt: skip
    viewer = world.viewer("specialist")
    monkeypatch.setattr("weixi.customers.lists.columns.viewer_access", lambda _viewer: _Nothing())
    ids = list(Customer.objects.filter(owner=world.specialist).values_list("pk", flat=True))
    columns = chosen(viewer, [["fact_arpu", "w-120"]])
    texts = {values.get("fact_arpu", "") for values in plain_values(viewer, columns, ids).values()}
    assert texts == {STARS}


class _Nothing:
    """Sees that there are fields, and none of their values."""

    def sees(self, _key: str) -> bool:
        return True

    def reads(self, _key: str) -> bool:
        return False
