"""Net amounts of real invoices, against an independent computation."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from weixi.commerce import facts
from weixi.commerce.services import LineValues, OrderValues, place_orders
from weixi.customers.models import Customer
from weixi.kernel import clock
from weixi.organisation.scope import system_viewer

RETAIL = Path(__file__).resolve().parents[4] / "shared" / "data" / "online_retail" / "online_retail_2010-12.csv"
pytestmark = [pytest.mark.shared_data, pytest.mark.skipif(not RETAIL.exists(), reason="the real data is not here")]


def load_retail(path: Path) -> dict[str, Decimal]:
    """Make customers and orders of the file; returns the net per customer number as pandas sums it, in
    cents of each line."""
    import pandas

    frame = pandas.read_csv(path, dtype=str, encoding="utf-8").dropna(subset=["CustomerID"])
    frame["number"] = frame.CustomerID.str.replace(".0", "", regex=False)
    frame["cents"] = [
        int((Decimal(q) * Decimal(p) * 100).to_integral_value(rounding="ROUND_HALF_UP"))
        for q, p in zip(frame.Quantity, frame.UnitPrice, strict=True)
    ]
    now = clock.now()
    Customer.objects.bulk_create(
        Customer(number=n, name=n, name_key=n, pinyin=n, created_at=now, changed_at=now)
        for n in sorted(set(frame.number))
    )
    ids = dict(Customer.objects.values_list("number", "pk"))
    orders = []
    for invoice, rows in frame.groupby("InvoiceNo", sort=False):
        first = rows.iloc[0]
        placed = pandas.Timestamp(first.InvoiceDate).to_pydatetime().replace(tzinfo=ZoneInfo("Asia/Shanghai"))
        lines = [
            LineValues(quantity=Decimal(q), unit_price=Decimal(p))
            for q, p in zip(rows.Quantity, rows.UnitPrice, strict=True)
        ]
        orders.append(OrderValues(str(invoice), ids[first.number], placed, lines))
    place_orders(orders, viewer=system_viewer("test"))
    return {number: Decimal(int(cents)).scaleb(-2) for number, cents in frame.groupby("number").cents.sum().items()}


def test_net_of_returns_equals_pandas(db):
    expected = load_retail(RETAIL)
    numbers = dict(Customer.objects.values_list("pk", "number"))
    found = {numbers[pk]: amount for pk, amount in facts.annual_amount(None, date(2011, 1, 1)).items()}
    assert found == expected
    assert (len(expected), sum(net < 0 for net in expected.values())) == (948, 67)
