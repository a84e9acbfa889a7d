"""Exports that write the total of an order on each of its rows, or on the first: it is counted once."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from weixi.commerce.models import Order
from weixi.customers.importing.commands import Refused
from weixi.customers.importing.tests.helpers import counts, reasons, take, write_csv

pytestmark = pytest.mark.django_db


def amounts(folder: Path, *rows: str, create: bool = True) -> dict[str, list[Decimal]]:
    path = write_csv(folder, "\n".join(rows), "orders.csv")
    outcome = take("orders", path, create_customers=create)
    assert outcome["rejected"] == 0
    again = take("orders", path, create_customers=create)
    assert again["created"] == again["updated"] == 0
    return {order.number: [line.amount for line in order.lines.order_by("position")] for order in Order.objects.all()}


def test_the_total_beside_amounts_of_lines_is_not_the_amount(tmp_path, cast) -> None:
    found = amounts(
        tmp_path,
        "订单号,下单时间,买家昵称,商品名称,商品数量,商品单价,商品小计,订单实付金额",
        "E1,2024-03-01,张三,泵,1,60,60,100", "E1,2024-03-01,张三,阀,2,20,40,100", "E2,2024-03-01,李四,阀,2,20,40,38",
    )  # fmt: skip
    assert found == {"E1": [60, 40], "E2": [40]}


def test_a_total_on_the_first_row_only_is_not_added_to_the_other_lines(tmp_path, cast) -> None:
    found = amounts(
        tmp_path,
        "Name,Paid at,Financial Status,Total,Lineitem quantity,Lineitem name,Lineitem price,Billing Name",
        "#1,2024-03-01,paid,100,1,Pump,60,Zhang San", "#1,,,,2,Valve,20,", "#2,2024-03-02,paid,19,1,Valve,20,Li Si",
    )  # fmt: skip
    assert found == {"#1": [60, 40], "#2": [19]}, "of one line the total is what was paid for it"


def test_without_prices_the_total_counts_once(tmp_path, cast) -> None:
    found = amounts(
        tmp_path,
        "订单号,下单时间,客户名称,商品名称,数量,订单总额",
        "A1,2024-03-01,甲公司,泵,1,100", "A1,2024-03-01,甲公司,阀,2,100", "A2,2024-03-02,甲公司,阀,1,-30",
    )  # fmt: skip
    assert found == {"A1": [100, 0], "A2": [-30]}


def test_a_difference_between_the_total_and_the_lines_is_told_once(tmp_path, cast) -> None:
    head = "Order ID,Order Date,Customer Name,Product Name,Quantity,Unit Price,Order Total"
    rows = [f"{number},2024-03-01,甲公司,P{at},1,10,25" for number in ("A1", "A2") for at in (1, 2)]
    outcome = take("orders", write_csv(tmp_path, "\n".join((head, *rows))), create_customers=True)
    assert counts(outcome) == (4, 0, 0, 0, 0)
    assert [order.amount for order in Order.objects.all()] == [20, 20]
    told = [text for _row, text in outcome["warnings"] if "25" in text]
    assert len(told) == 1 and "20" in told[0]


def test_different_totals_of_one_order_are_refused(tmp_path, cast) -> None:
    head = "Order ID,Order Date,Customer Name,Product Name,Quantity,Unit Price,Order Total"
    path = write_csv(tmp_path, f"{head}\nA1,2024-03-01,甲公司,P,1,10,20\nA1,2024-03-01,甲公司,Q,1,10,25")
    outcome = take("orders", path, create_customers=True)
    assert counts(outcome) == (0, 0, 0, 2, 0)
    assert "20" in reasons(outcome)[0] and "25" in reasons(outcome)[0]


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        # Every line says the whole: its sum, or that less a discount.
        (["1,60,100", "2,20,100"], [60, 40]),
        (["1,60,95", "2,20,95"], [60, 40]),
        (["1,50,90", "1,50,90"], [50, 50]),
        (["-1,60,-100", "-2,20,-100"], [-60, -40]),
        # Each line its own: equal ones, with taxes on top, and one cut to the price of the other.
        (["1,50,50", "1,50,50"], [50, 50]),
        (["1,100,113", "1,100,113"], [113, 113]),
        (["2,50,99", "1,100,99"], [99, 99]),
        (["1,120,100", "1,100,100"], [100, 100]),
        (["1,60,60", "2,20,38"], [60, 38]),
    ],
)
def test_an_amount_that_can_only_be_the_whole_is_taken_for_it(tmp_path, cast, rows, expected) -> None:
    head = "订单号,订单日期,客户名称,产品名称,数量,单价,金额"
    lines = [f"A1,2024-03-01,甲公司,P{at},{row}" for at, row in enumerate(rows)]
    assert amounts(tmp_path, head, *lines) == {"A1": expected}


def test_a_discount_counts_where_the_lines_have_no_amount(tmp_path, cast) -> None:
    head = "OrderID,OrderDate,CustomerName,ProductID,UnitPrice,Quantity,Discount"
    assert amounts(tmp_path, head, "1,1996-07-04,甲公司,11,14,12,0", "1,1996-07-04,甲公司,42,9.8,10,0.15") == {
        "1": [168, Decimal("83.30")]
    }
    Order.objects.all().delete()
    head = "订单号,订单日期,客户名称,产品名称,数量,单价,折扣,金额"
    assert amounts(tmp_path, head, "A1,2024-03-01,甲公司,泵,1,100,0.9,88") == {"A1": [88]}, "the amount has it in it"


def test_a_discount_that_can_be_read_two_ways_asks(tmp_path, cast) -> None:
    path = write_csv(tmp_path, "订单号,订单日期,客户名称,产品名称,数量,单价,折扣\nA1,2024-03-01,甲公司,泵,1,100,0.9")
    with pytest.raises(Refused, match="折扣"):
        take("orders", path, create_customers=True)
    take("orders", path, create_customers=True, mapping={"answers": {"折扣": "paid"}})
    assert Order.objects.get().amount == 90
