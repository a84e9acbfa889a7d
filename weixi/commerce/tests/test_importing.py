from __future__ import annotations

import os
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from weixi.commerce import facts
from weixi.commerce.models import Order, OrderLine, Product
from weixi.customers.importing import cutting
from weixi.customers.importing.commands import Refused
from weixi.customers.importing.models import ImportRun
from weixi.customers.importing.tests.helpers import counts, reasons, take, write_csv
from weixi.customers.importing.tests.test_runs import KEYED
from weixi.customers.models import Customer
from weixi.kernel.errors import Forbidden
from weixi.kernel.events.models import Event

pytestmark = pytest.mark.django_db
SHARED = Path(os.environ.get("WEIXI_SHARED", Path(__file__).parents[4] / "shared"))
RETAIL = SHARED / "data" / "online_retail" / "online_retail_2010-12.csv"
HEAD = "订单号,订单日期,客户编号,产品编号,数量,单价,成本单价"


def lines(path_folder: Path, *rows: str, name: str = "orders.csv", head: str = HEAD) -> Path:
    return write_csv(path_folder, "\n".join((head, *rows)), name)


def test_rows_of_one_number_form_one_order_and_equal_lines_count(tmp_path, cast) -> None:
    path = lines(
        tmp_path,
        "A1,2025-03-01 10:00,C-001,P1,2,10.05,6", "A1,2025-03-01 10:00,C-001,P1,2,10.05,6",
        "A2,2025-03-02,C-001,P2,1,0,", "CA1,2025-03-05,C-001,P1,-1,10.05,6", "A1,,,P2,1,1,",
    )  # fmt: skip
    assert counts(take("orders", path)) == (5, 0, 0, 0, 0)
    order = Order.objects.get(number="A1")
    assert (order.amount, order.cost, order.lines.count()) == (Decimal("41.20"), Decimal("24.00"), 3)
    assert list(order.lines.values_list("position", flat=True)) == [1, 2, 3]
    assert Order.objects.get(number="CA1").amount == Decimal("-10.05")
    assert Order.objects.get(number="A2").amount == 0
    assert Product.objects.count() == 2
    assert Event.objects.filter(type="order.returned").count() == 1
    before = Event.objects.exclude(type="import.finished").count()
    assert counts(take("orders", path)) == (0, 0, 5, 0, 0)
    assert Event.objects.exclude(type="import.finished").count() == before


def test_a_grown_file_adds_lines(tmp_path, cast) -> None:
    take("orders", lines(tmp_path, "A1,2025-03-01,C-001,P1,2,10,"))
    grown = lines(tmp_path, "A1,2025-03-01,C-001,P1,2,10,", "A1,2025-03-01,C-001,P2,1,5,", name="grown.csv")
    assert counts(take("orders", grown)) == (0, 1, 1, 0, 0)
    order = Order.objects.get()
    assert (order.amount, order.lines.count()) == (25, 2)
    assert OrderLine.objects.get(position=2).product.code == "P2"
    changed = lines(tmp_path, "A1,2025-03-01,C-001,P1,3,10,", name="changed.csv")
    assert counts(take("orders", changed)) == (0, 1, 0, 0, 0)
    order.refresh_from_db()
    assert (order.amount, order.lines.count()) == (35, 2)


def test_an_order_without_line_numbers_is_taken_whole(tmp_path, cast) -> None:
    path = lines(tmp_path, "A1,2025-03-01,C-001,P1,2,10,", "A1,2025-03-01,C-001,P2,x,5,", "A2,2025-03-01,C-001,P1,1,1,")
    outcome = take("orders", path)
    assert counts(outcome) == (1, 0, 0, 2, 0)
    fixed = tmp_path / "fixed.csv"
    text = (tmp_path / outcome["error_file"]).read_text(encoding="utf-8")
    fixed.write_text(text.replace(",x,", ",1,"), encoding="utf-8")
    assert counts(take("orders", fixed)) == (2, 0, 0, 0, 0)
    assert Order.objects.get(number="A1").amount == 25


def test_line_numbers_let_a_bad_line_stay_out_alone(tmp_path, cast) -> None:
    head = "订单号,订单日期,客户编号,明细行号,金额"
    path = lines(tmp_path, "A1,2025-03-01,C-001,1,10", "A1,2025-03-01,C-001,2,x", "A1,2025-03-01,C-001,1,7", head=head)
    outcome = take("orders", path)
    assert counts(outcome) == (1, 0, 0, 2, 0)
    assert Order.objects.get().amount == 10


def test_unknown_and_foreign_customers(tmp_path, cast) -> None:
    path = lines(tmp_path, "A1,2025-03-01,新-1,P1,2,10,", "A2,2025-03-01,,P1,2,10,", "A3,2025-03-01,C-003,P1,1,1,")
    viewer = cast.viewer("account_manager")
    with pytest.raises(Forbidden):
        take("orders", path, viewer)  # may enter orders, may not import
    supervisor = cast.viewer("supervisor")
    outcome = take("orders", path, supervisor)
    assert counts(outcome) == (0, 0, 0, 3, 0)
    made = take("orders", path, supervisor, create_customers=True)
    assert counts(made) == (1, 0, 0, 2, 0)
    assert "C-003" in reasons(made)[1] and "华信" not in reasons(made)[1]
    customer = Customer.objects.get(number="新-1")
    assert (customer.name, customer.owner) == ("新-1", cast.supervisor)


def test_contradictions_of_an_order(tmp_path, cast) -> None:
    path = lines(
        tmp_path, "A1,2025-03-01,C-001,P1,1,1,", "A1,2025-03-01,C-002,P1,1,1,", "A2,2999-01-01,C-001,P1,1,1,",
        "A3,,C-001,P1,1,1,", ",2025-03-01,C-001,P1,1,1,", "A4,2025-03-01,C-001,P1,1,,",
    )  # fmt: skip
    assert counts(take("orders", path)) == (0, 0, 0, 6, 0)
    take("orders", lines(tmp_path, "A9,2025-03-01,C-001,P1,1,1,", name="a.csv"))
    other = take("orders", lines(tmp_path, "A9,2025-03-01,C-002,P1,1,1,", name="b.csv"))
    assert counts(other) == (0, 0, 0, 1, 0)


def test_a_log_without_order_numbers_keeps_equal_purchases_apart(tmp_path, cast) -> None:
    path = write_csv(tmp_path, "交易日期,会员号,消费金额\n2025-03-01,C-001,10\n2025-03-01,C-001,10\n2025-03-02,C-002,5")
    assert counts(take("orders", path, mapping={"消费金额": "amount"})) == (3, 0, 0, 0, 0)
    assert counts(take("orders", path, mapping={"消费金额": "amount"})) == (0, 0, 3, 0, 0)
    assert Order.objects.count() == 3


def test_rows_of_an_order_need_not_stand_together(tmp_path, cast, monkeypatch) -> None:
    monkeypatch.setattr(cutting, "PORTION", 2)
    rows = [f"B{n % 4},2025-03-01,C-001,P{n},1,{n + 1}," for n in range(20)]
    assert counts(take("orders", lines(tmp_path, *rows))) == (20, 0, 0, 0, 0)
    assert sorted(Order.objects.values_list("number", "amount")) == [("B0", 45), ("B1", 50), ("B2", 55), ("B3", 60)]
    assert ImportRun.objects.get().redecided == []


def test_orders_killed_and_resumed(tmp_path, for_every_statement, monkeypatch) -> None:
    monkeypatch.setattr(cutting, "PORTION", 2)
    rows = [f"B{n % 3},2025-03-0{n % 3 + 1},新{n % 3},P{n},1,{n + 1}," for n in range(6)]
    path = lines(tmp_path, *rows)

    def run() -> None:
        if not ImportRun.objects.filter(state="done").exists():
            take("orders", path, create_customers=True)

    points = for_every_statement(run, stride=29, columns=("folder", "plan"), without=KEYED)
    assert points > 50


@pytest.mark.shared_data
@pytest.mark.skipif(not RETAIL.exists(), reason="the real data is not here")
def test_net_of_real_invoices_equals_pandas() -> None:
    import pandas

    frame = pandas.read_csv(RETAIL, dtype=str, encoding="utf-8").dropna(subset=["CustomerID"])
    cents = [
        int((Decimal(q) * Decimal(p) * 100).to_integral_value(rounding="ROUND_HALF_UP"))
        for q, p in zip(frame.Quantity, frame.UnitPrice, strict=True)
    ]
    frame = frame.assign(number=frame.CustomerID.str.replace(".0", "", regex=False), cents=cents)
    wanted = {number: Decimal(int(total)).scaleb(-2) for number, total in frame.groupby("number").cents.sum().items()}
    outcome = take("orders", RETAIL, create_customers=True)
    assert counts(outcome) == (26_850, 0, 0, 15_631, 0)
    numbers = dict(Customer.objects.values_list("pk", "number"))
    found = {numbers[pk]: amount for pk, amount in facts.annual_amount(None, date(2011, 1, 1)).items()}
    assert found == wanted
    assert (len(found), sum(net < 0 for net in found.values())) == (948, 67)


def test_what_never_became_a_purchase_is_left_out_and_said(tmp_path, cast) -> None:
    head = "opportunity_id,account,product,deal_stage,close_date,close_value"
    rows = ("O1,新客户甲,GTX,Won,2025-03-01,100", "O2,新客户乙,GTX,Lost,2025-03-02,0", "O3,新客户丙,GTX,Engaging,,",
            "O4,新客户甲,GTX,,2025-03-03,50")  # fmt: skip
    path = lines(tmp_path, *rows, head=head)
    outcome = take("orders", path, create_customers=True)
    assert counts(outcome) == (2, 0, 0, 0, 2)
    assert [row for row, text in outcome["warnings"] if "Lost" in text or "Engaging" in text] == [3, 4]
    assert sorted(Order.objects.values_list("number", "amount")) == [("O1", 100), ("O4", 50)]
    assert not Customer.objects.filter(name__in=["新客户乙", "新客户丙"]).exists()
    assert counts(take("orders", path, create_customers=True)) == (0, 0, 2, 0, 2)
    fallen = lines(tmp_path, rows[0].replace("Won", "Lost"), head=head, name="fallen.csv")
    outcome = take("orders", fallen, create_customers=True)
    assert counts(outcome) == (0, 0, 0, 1, 0)
    assert "O1" in reasons(outcome)[0] and "Lost" in reasons(outcome)[0]
    assert Order.objects.get(number="O1").amount == 100


def test_cancelled_orders_of_a_shop_are_no_turnover(tmp_path, cast) -> None:
    head = "订单编号,下单时间,客户编号,商品名称,数量,实付款,订单状态"
    path = lines(
        tmp_path,
        "D1,2025-03-01,C-001,泵,1,10,交易成功",
        "D1,,,阀,1,5,",
        "D2,2025-03-01,C-001,泵,1,99,交易关闭",
        "D2,,,阀,1,7,",
        head=head,
    )
    assert counts(take("orders", path)) == (2, 0, 0, 0, 2)
    assert [order.amount for order in Order.objects.all()] == [15]


def test_an_amount_of_another_currency_is_not_taken_for_ours(tmp_path, cast) -> None:
    head = "订单号,订单日期,客户编号,金额,币种"
    path = lines(tmp_path, "A1,2025-03-01,C-001,10,CNY", "A2,2025-03-01,C-001,5,USD", "A3,2025-03-01,C-001,7,人民币",
                 "A4,2025-03-01,C-001,3,", "A5,2025-03-01,C-001,3,港币", head=head)  # fmt: skip
    outcome = take("orders", path)
    assert counts(outcome) == (3, 0, 0, 2, 0)
    assert all("CNY" in text for text in reasons(outcome)) and "USD" in reasons(outcome)[0]
    assert sum(order.amount for order in Order.objects.all()) == 20


def test_decimal_commas_throughout_are_read_and_told_others_are_asked_about(tmp_path, cast) -> None:
    text = """
        Invoice;Customer ID;InvoiceDate;Quantity;Price
        1;17850;2010-12-01;2;0,42
        2;17850;2010-12-02;1;12,5
        3;17850;2010-12-03;3;7
        """
    done = take("orders", write_csv(tmp_path, text), create_customers=True)
    assert [(row, "0,42" in said, "Price" in said) for row, said in done["warnings"]] == [(2, True, True)]
    assert sorted(Order.objects.values_list("amount", flat=True)) == [Decimal("0.84"), Decimal("12.5"), 21]
    with pytest.raises(Refused, match=r"Price.*7,5"):
        take("orders", write_csv(tmp_path, text.replace("0,42", "1,234").replace("12,5", "7,5")), create_customers=True)
