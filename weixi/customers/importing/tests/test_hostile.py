"""Chinese reality, one file each: what people's machines make of a table, and what comes in (04-quality, point 7)."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter

from weixi.commerce.models import Order, OrderLine
from weixi.customers.importing.commands import Refused
from weixi.customers.importing.tests.helpers import counts, reasons, take
from weixi.customers.models import Contact, Customer
from weixi.kernel.errors import Invalid
from weixi.organisation.scope import system_viewer

pytestmark = pytest.mark.django_db
SYSTEM = system_viewer("cli")
HEAD = "客户编号,客户名称,电话,合作日期\n"


def text_file(folder: Path, text: str, encoding: str = "utf-8", name: str = "file.csv") -> Path:
    path = folder / name
    path.write_bytes(text.encode(encoding))
    return path


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "gbk", "utf-16", "utf-16-le", "utf-16-be"])
def test_encodings(tmp_path, encoding) -> None:
    # A rare character of a name stands outside the old GB2312 plane.
    rare = "𠮷" if encoding != "gbk" else "镕"
    outcome = take(
        "customers",
        text_file(tmp_path, f"{HEAD}1,朱{rare}基机械有限公司,021-12345678,2024年3月1日\n2,乙公司,,\n", encoding),
    )
    assert counts(outcome) == (2, 0, 0, 0, 0)
    assert Customer.objects.get(number="1").name == f"朱{rare}基机械有限公司"


def test_widths_and_spaces(tmp_path) -> None:
    text = "客户编号，客户名称，电话，合作日期\nＫ－１，　甲（集团） 有限公司　，（０２１）１２３４５６７８，２０２４年３月１日\nK-1,甲(集团) 有限公司,021-12345678,2024-03-01\n"
    outcome = take("customers", text_file(tmp_path, text.replace("，", ",")))
    assert counts(outcome) == (1, 0, 1, 0, 0), reasons(outcome) if outcome["error_file"] else outcome
    made = Customer.objects.get()
    assert (made.number, made.phone, made.cooperation_since) == ("K-1", "02112345678", "2024-03-01")


@pytest.mark.parametrize("phone", ["1.38E+10", "1.38e10", "1.3800138E+10"])
def test_a_phone_that_lost_its_digits_is_refused(tmp_path, phone) -> None:
    outcome = take("customers", text_file(tmp_path, f"客户名称,手机\n甲公司,{phone}\n乙公司,13800138000\n"))
    assert counts(outcome) == (1, 0, 0, 1, 0)
    assert "手机" in reasons(outcome)[0]


def test_an_identity_number_that_lost_digits_is_refused_not_rounded(tmp_path) -> None:
    path = tmp_path / "ids.xlsx"
    book = xlsxwriter.Workbook(str(path))
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, ["客户编号", "客户名称", "统一社会信用代码"])
    sheet.write_row(1, 0, ["1", "甲公司"])
    sheet.write_number(1, 2, 913100006316963823)
    sheet.write_row(2, 0, ["2", "乙公司", "91310000631696382C"])
    sheet.write_number(3, 0, 123456789012345678)
    sheet.write_string(3, 1, "丙公司")
    book.close()
    outcome = take("customers", path)
    assert (outcome["created"], outcome["rejected"]) == (1, 2)
    assert Customer.objects.get().unified_code == "91310000631696382C"
    # The error file is a workbook as well, with every digit there was.
    assert outcome["error_file"].endswith(".xlsx")


@pytest.mark.parametrize(
    ("written", "stored"),
    [("2024年3月1日", "2024-03-01"), ("20240301", "2024-03-01"), ("2024/3/1", "2024-03-01"), ("2024.03.01", "2024-03-01"),
     ("2024-3-1 00:00:00", "2024-03-01"), ("2024年3月1日 星期五", "2024-03-01"), ("25-03-2016", "2016-03-25")],
)  # fmt: skip
def test_dates_that_leave_no_doubt(tmp_path, written, stored) -> None:
    take("customers", text_file(tmp_path, f"客户名称,合作日期\n甲公司,{written}\n"))
    assert Customer.objects.get().cooperation_since == stored


@pytest.mark.parametrize("written", ["01-03-2016", "3/1/16", "45352"])
def test_dates_that_may_be_two_are_asked(tmp_path, written) -> None:
    with pytest.raises(Refused) as asked:
        take("customers", text_file(tmp_path, f"客户名称,合作日期\n甲公司,{written}\n"))
    assert "合作日期" in str(asked.value) and not Customer.objects.exists()


@pytest.mark.parametrize(("answer", "stored"), [("serial1900", "2024-03-01"), ("serial1904", "2028-03-02")])
def test_day_numbers_of_both_epochs(tmp_path, answer, stored) -> None:
    said = {"columns": {}, "answers": {"合作日期": answer}}
    take("customers", text_file(tmp_path, "客户名称,合作日期\n甲公司,45352\n"), mapping=said)
    assert Customer.objects.get().cooperation_since == stored


@pytest.mark.parametrize("epoch", ["1900", "1904"])
def test_a_workbook_says_its_epoch_itself(tmp_path, epoch) -> None:
    path = tmp_path / "dates.xlsx"
    book = xlsxwriter.Workbook(str(path), {"date_1904": epoch == "1904"})
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, ["客户名称", "合作日期"])
    sheet.write_string(1, 0, "甲公司")
    sheet.write_datetime(1, 1, date(2024, 3, 1), book.add_format({"num_format": "yyyy-mm-dd"}))
    book.close()
    take("customers", path)
    assert Customer.objects.get().cooperation_since == "2024-03-01"


def test_titles_two_header_rows_merged_cells_totals_and_hidden_sheets(tmp_path) -> None:
    path = tmp_path / "book.xlsx"
    book = openpyxl.Workbook()
    hidden = book.active
    hidden.title = "旧数据"
    hidden.append(["客户名称"])
    hidden.append(["隐藏的公司"])
    hidden.sheet_state = "hidden"
    sheet = book.create_sheet("台账")
    for row in (
        ["2024年联系人台账", None, None, None], ["客户名称", "联系方式", None, "姓名"], [None, "手机", "邮箱", None],
        ["甲公司", "13800138000", "a@example.com", "张三"], [None, "13800138001", None, "李四"], ["小计", 2, None, None],
        ["乙公司", "13800138002", None, "王五"], ["合计", 3, None, None],
    ):  # fmt: skip
        sheet.append(row)
    for area in ("A1:D1", "A2:A3", "B2:C2", "D2:D3", "A4:A5"):
        sheet.merge_cells(area)
    book.save(path)
    outcome = take("contacts", path, create_customers=True)
    assert counts(outcome) == (3, 0, 0, 0, 2)
    assert [(c.customer.name, c.name) for c in Contact.objects.order_by("id")] == [
        ("甲公司", "张三"), ("甲公司", "李四"), ("乙公司", "王五"),
    ]  # fmt: skip


def test_html_saved_as_xls(tmp_path) -> None:
    text = (
        '<html><head><meta charset="gb2312"></head><body><table><tr><td colspan=3>客户列表</td></tr><tr><td rowspan=2>客户名称</td>'
        "<td colspan=2>联系方式</td></tr><tr><td>手机</td><td>邮箱</td></tr><tr><td>甲公司</td><td>13800138000</td>"
        "<td>a@example.com</td></tr><tr><td>合计：</td><td>1</td><td></td></tr></table></body></html>"
    )
    outcome = take("customers", text_file(tmp_path, text, "gb18030", "客户.xls"))
    assert counts(outcome) == (1, 0, 0, 0, 1)
    assert Customer.objects.get().email == "a@example.com"


def test_errors_and_formulas_of_a_workbook(tmp_path) -> None:
    path = tmp_path / "formulas.xlsx"
    book = xlsxwriter.Workbook(str(path))
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, ["客户名称", "城市", "简称"])
    sheet.write_formula(1, 0, '="甲"&"公司"', None, "甲公司")
    sheet.write_string(1, 1, "上海")
    sheet.write_string(2, 0, "乙公司")
    sheet.write_formula(2, 1, "=NA()", None, "#N/A")
    sheet.write_string(3, 0, "丙公司")
    sheet.write_string(3, 1, "#N/A")
    book.close()
    outcome = take("customers", path)
    assert (outcome["created"], outcome["rejected"]) == (1, 2)
    # What the formula had come to, not the formula.
    assert Customer.objects.get().name == "甲公司"


def test_cr_alone_ends_a_line(tmp_path) -> None:
    outcome = take("customers", text_file(tmp_path, f"{HEAD}1,甲公司,,\n2,乙公司,,\n".replace("\n", "\r")))
    assert counts(outcome) == (2, 0, 0, 0, 0)


@pytest.mark.parametrize("mark", ["\x85", "\u2028"])
def test_other_line_marks_stay_inside_their_cell(tmp_path, mark) -> None:
    outcome = take(
        "customers", text_file(tmp_path, f"客户编号,客户名称,城市\n1,甲公司{mark}分部,上海\n2,乙公司,北京\n")
    )
    assert counts(outcome) == (2, 0, 0, 0, 0)
    assert sorted(Customer.objects.values_list("city", flat=True)) == ["上海", "北京"]


@pytest.mark.parametrize("mark", ["\x0b", "\x0c", "\x07"])
def test_control_characters_cost_their_row_and_no_other(tmp_path, mark) -> None:
    outcome = take("customers", text_file(tmp_path, f"客户编号,客户名称\n1,甲公司{mark}分部\n2,乙公司\n"))
    assert counts(outcome) == (1, 0, 0, 1, 0)


def test_equal_rows_of_a_log_are_purchases(tmp_path) -> None:
    row = "2024-01-02,甲公司,10\n"
    outcome = take("orders", text_file(tmp_path, f"日期,客户名称,金额\n{row}{row}{row}"), create_customers=True)
    assert counts(outcome) == (3, 0, 0, 0, 0) and Order.objects.count() == 3
    assert counts(take("orders", tmp_path / "file.csv", create_customers=True)) == (0, 0, 3, 0, 0)


def test_equal_lines_of_one_order_count_but_not_one_line_twice(tmp_path) -> None:
    row = "A,2024-01-02,甲公司,10\n"
    take("orders", text_file(tmp_path, f"订单编号,日期,客户名称,金额\n{row}{row}"), create_customers=True)
    assert (Order.objects.count(), OrderLine.objects.count()) == (1, 2)
    row = "B,1,2024-01-02,甲公司,10\n"
    outcome = take("orders", text_file(tmp_path, f"订单编号,行号,日期,客户名称,金额\n{row}{row}", name="b.csv"))
    assert counts(outcome) == (1, 0, 0, 1, 0)
    assert OrderLine.objects.filter(order__number="B").count() == 1


def test_a_refused_row_loses_no_cell_and_can_be_corrected(tmp_path) -> None:
    text = '客户名称,邮箱,没有的列,合作日期,备注\n甲公司,坏地址,"a,b",2024-03-01,"=1+1"\n乙公司,b@example.com,c,2024-03-01,x\n'
    outcome = take("customers", text_file(tmp_path, text, "gb18030"))
    assert counts(outcome) == (1, 0, 0, 1, 0)
    errors = Path(outcome["error_file"])
    lines = errors.read_bytes().decode("gb18030").splitlines()
    assert lines[0].startswith("客户名称,邮箱,没有的列,合作日期,备注,") and lines[0].count(",") == 5
    fixed = tmp_path / "fixed.csv"
    fixed.write_bytes(errors.read_bytes().replace("坏地址".encode("gb18030"), b"a@example.com"))
    again = take("customers", fixed)
    assert counts(again) == (1, 0, 0, 0, 0)
    made = Customer.objects.get(name="甲公司")
    # What looks like a formula came out harmless and came back as it was.
    assert (made.email, made.remark) == ("a@example.com", "=1+1")
    assert [each["header"] for each in again["columns"]] == ["客户名称", "邮箱", "没有的列", "合作日期", "备注"]


def test_a_workbooks_error_file_is_a_workbook_and_comes_back(tmp_path) -> None:
    path = tmp_path / "客户.xlsx"
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(["客户编号", "客户名称", "邮箱", "合作日期"])
    sheet.append(["007", "甲公司", "坏地址", date(2024, 3, 1)])
    book.save(path)
    outcome = take("customers", path)
    errors = openpyxl.load_workbook(outcome["error_file"])
    errors.active["C2"] = "a@example.com"
    errors.save(tmp_path / "fixed.xlsx")
    assert counts(take("customers", tmp_path / "fixed.xlsx")) == (1, 0, 0, 0, 0)
    made = Customer.objects.get()
    assert (made.number, made.cooperation_since) == ("007", "2024-03-01")


def test_columns_kept_apart_by_blanks_and_without_names(tmp_path) -> None:
    lines = [
        " 00004 19970101  2   29.33",
        " 00004 19970118  2   29.73",
        " 00021 19970101  1   14.96",
        " 00021 19970101  1   14.96",
    ]
    path = text_file(tmp_path, "\r\n".join(lines) + "\r\n", name="master.txt")
    with pytest.raises(Invalid, match="列名"):
        take("orders", path, create_customers=True)
    places = {"1": "customer_number", "2": "placed_at", "3": "quantity", "4": "amount"}
    assert counts(take("orders", path, mapping=places, create_customers=True)) == (4, 0, 0, 0, 0)
    assert sum(order.amount for order in Order.objects.all()) == Decimal("88.98")
    assert set(Customer.objects.values_list("number", flat=True)) == {"00004", "00021"}
    assert counts(take("orders", path, mapping=places, create_customers=True)) == (0, 0, 4, 0, 0)
    wrong = text_file(tmp_path, "\r\n".join([*lines, " 00021 19971301  1   14.96"]), name="wrong.txt")
    outcome = take("orders", wrong, mapping=places, create_customers=True)
    assert counts(outcome) == (0, 0, 4, 1, 0)
    mended = text_file(
        tmp_path, Path(outcome["error_file"]).read_text("utf-8").replace("19971301", "19971201"), name="m.csv"
    )
    assert counts(take("orders", mended, mapping=places, create_customers=True)) == (1, 0, 0, 0, 0)


def test_a_list_of_names_with_blanks_is_one_column(tmp_path) -> None:
    path = text_file(tmp_path, "name\n" + "".join(f"Acme Company {place}\n" for place in range(30)))
    assert counts(take("customers", path)) == (30, 0, 0, 0, 0)


def test_a_table_without_column_names_says_so_and_is_read_when_told(tmp_path) -> None:
    path = text_file(tmp_path, "上海甲公司,021-55556666\n北京乙公司,010-55556666\n")
    with pytest.raises(Invalid, match="--header-row"):
        take("customers", path)
    assert counts(take("customers", path, header_row=0, mapping={"1": "name", "2": "phone"})) == (2, 0, 0, 0, 0)


def test_a_text_of_another_encoding_is_read_when_it_is_named(tmp_path) -> None:
    path = text_file(tmp_path, "客戶名稱,電話\n臺灣積體電路製造股份有限公司,\n鴻海精密工業,\n", "big5")
    with pytest.raises(Invalid, match="编码"):
        take("customers", path)
    assert counts(take("customers", path, encoding="big5")) == (2, 0, 0, 0, 0)
    assert Customer.objects.filter(name="鴻海精密工業").exists()


def test_a_column_of_companies_without_a_known_name_is_not_taken_for_the_parents(tmp_path) -> None:
    path = text_file(tmp_path, "客户名称,曾用抬头\n" + "".join(f"甲{n}有限公司,乙{n}有限公司\n" for n in "一二三四"))
    outcome = take("customers", path)
    assert counts(outcome) == (4, 0, 0, 0, 0) and outcome["columns"][1]["field"] is None
