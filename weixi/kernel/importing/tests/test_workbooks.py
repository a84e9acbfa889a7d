from __future__ import annotations

from datetime import date, datetime, time
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import xlwt

from weixi.kernel.importing.cells import NOT_CALCULATED, CellError
from weixi.kernel.importing.errors import FileRefused
from weixi.kernel.importing.reading import ReadChoices, open_table
from weixi.kernel.importing.tests.making import cells_of, simple_xlsx, skipped_of, xlsx


@pytest.mark.parametrize("epoch_1904", [False, True])
def test_numbers_dates_and_both_epochs(tmp_path: Path, epoch_1904: bool) -> None:
    def fill(book: Any, sheet: Any) -> None:
        sheet.write_row(0, 0, ["编号", "日期", "时间", "比率", "是"])
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        moment = book.add_format({"num_format": "yyyy-mm-dd hh:mm"})
        sheet.write_number(1, 0, 17850.0)
        sheet.write_datetime(1, 1, datetime(2024, 3, 1), day)
        sheet.write_datetime(1, 2, datetime(2024, 3, 1, 8, 5), moment)
        sheet.write_number(1, 3, 1.5)
        sheet.write_boolean(1, 4, True)

    path = xlsx(tmp_path, fill, {"date_1904": epoch_1904})
    assert cells_of(path) == [(17850, date(2024, 3, 1), datetime(2024, 3, 1, 8, 5), 1.5, True)]


@pytest.mark.parametrize("epoch_1904", [False, True])
def test_old_xls_with_both_epochs_errors_and_merged_cells(tmp_path: Path, epoch_1904: bool) -> None:
    book = xlwt.Workbook()
    book.dates_1904 = epoch_1904
    sheet = book.add_sheet("客户")
    for column, name in enumerate(("编号", "日期", "名称")):
        sheet.write(0, column, name)
    sheet.write(1, 0, 17850.0)
    sheet.write(1, 1, date(2024, 3, 1), xlwt.easyxf(num_format_str="yyyy-mm-dd"))
    sheet.row(1).set_cell_error(2, 0x2A)
    sheet.write(2, 0, 2)
    sheet.write_merge(2, 3, 2, 2, "甲公司")
    sheet.write(3, 0, 3)
    path = tmp_path / "f.xls"
    book.save(str(path))
    table = open_table(path)
    assert table.kind == "xls"
    assert [row.cells for row in table.rows()] == [
        (17850, date(2024, 3, 1), CellError("#N/A")),
        (2, None, "甲公司"),
        (3, None, "甲公司"),
    ]


def test_an_xlsx_called_xls_and_an_xls_called_csv_are_read_by_content(tmp_path: Path) -> None:
    path = simple_xlsx(tmp_path, ("名称", "电话"), ("甲", "1"))
    renamed = path.rename(tmp_path / "f.xls")
    assert open_table(renamed).kind == "xlsx"
    book = xlwt.Workbook()
    book.add_sheet("a").write(0, 0, "名称")
    book.save(str(tmp_path / "g.csv"))
    assert open_table(tmp_path / "g.csv").kind == "xls"


def test_formulas_give_their_cached_value_and_say_when_there_is_none(tmp_path: Path) -> None:
    def fill(_book: Any, sheet: Any) -> None:
        sheet.write_row(0, 0, ["甲", "乙", "丙"])
        sheet.write_formula(1, 0, "=1+1", None, 2)
        sheet.write_formula(1, 1, "=1/0", None, "#DIV/0!")
        sheet.write_formula(1, 2, '="x"&"y"', None, "xy")

    assert cells_of(xlsx(tmp_path, fill)) == [(2, CellError("#DIV/0!"), "xy")]
    book = openpyxl.Workbook()
    book.active.append(["甲", "乙"])
    book.active.append(["=1+1", "#N/A"])
    book.save(tmp_path / "g.xlsx")
    assert cells_of(tmp_path / "g.xlsx") == [(CellError(NOT_CALCULATED), CellError("#N/A"))]


def test_title_rows_two_row_header_merged_cells_and_totals(tmp_path: Path) -> None:
    def fill(_book: Any, sheet: Any) -> None:
        sheet.merge_range(0, 0, 0, 4, "客户一览表")
        sheet.write(1, 0, "制表日期:2024-03-01")
        sheet.merge_range(2, 0, 3, 0, "客户名称")
        sheet.merge_range(2, 1, 2, 3, "联系方式")
        sheet.write_row(3, 1, ["手机", "座机", "邮箱"])
        sheet.merge_range(2, 4, 3, 4, "金额")
        sheet.write_row(4, 0, ["甲公司", "13800138000", "010-12345678", "a@b.cn", 5])
        sheet.write_row(5, 0, ["小计", "", "", "", 5])
        sheet.write_row(7, 0, ["道达尔 Total", "13800138001", "", "c@d.cn", 7])
        sheet.write_row(8, 0, ["合 计:", "", "", "", 12])
        sheet.write(9, 0, "制表人:张三")

    table = open_table(xlsx(tmp_path, fill))
    assert table.header == ("客户名称", "联系方式 / 手机", "联系方式 / 座机", "联系方式 / 邮箱", "金额")
    assert table.header_parts[1] == ("联系方式", "手机")
    assert (table.title_rows, table.header_rows, table.header_sure) == ((1, 2), (3, 4), True)
    assert table.titles[0] == "客户一览表"
    kept = [row for row in table.rows() if row.skipped is None]
    assert [(row.number, row.cells[0]) for row in kept] == [(5, "甲公司"), (8, "道达尔 Total")]
    assert skipped_of(table) == [(6, "total"), (7, "blank"), (9, "total"), (10, "footer")]


def test_names_of_the_upper_row_count_though_the_lower_has_more_that_are_known(tmp_path: Path) -> None:
    known = {"单位名称", "行业", "联系人", "电话", "备注", "跟进人"}.__contains__

    def fill(_book: Any, sheet: Any) -> None:
        sheet.merge_range(0, 0, 0, 6, "客户台账")
        sheet.merge_range(1, 0, 2, 0, "序号")
        sheet.merge_range(1, 1, 1, 2, "客户信息")
        sheet.merge_range(1, 3, 1, 4, "联系方式")
        sheet.merge_range(1, 5, 2, 5, "跟进人")
        sheet.merge_range(1, 6, 2, 6, "备注")
        sheet.write_row(2, 1, ["单位名称", "行业", "联系人", "电话"])
        sheet.write_row(3, 0, [1, "甲公司", "食品", "张三", "13800138000", "李四", "早上联系"])

    table = open_table(xlsx(tmp_path, fill), known=known)
    assert table.header == (
        "序号", "客户信息 / 单位名称", "客户信息 / 行业", "联系方式 / 联系人", "联系方式 / 电话", "跟进人", "备注",
    )  # fmt: skip
    assert (table.title_rows, table.header_rows, table.header_sure) == ((1,), (2, 3), True)
    path = tmp_path / "g.csv"
    path.write_text(
        "序号,客户信息,,联系方式,,跟进人,备注\n,单位名称,行业,联系人,电话,,\n1,甲公司,食品,张三,13800138000,李四,\n",
        encoding="utf-8",
    )
    assert open_table(path, known=known).header == table.header


def test_a_title_over_the_names_is_no_upper_row(tmp_path: Path) -> None:
    path = tmp_path / "f.csv"
    path.write_text("客户一览,,制表人\n客户名称,电话,备注\n甲公司,13800138000,x\n", encoding="utf-8")
    table = open_table(path, known={"客户名称", "电话", "备注"}.__contains__)
    assert (table.header, table.title_rows) == (("客户名称", "电话", "备注"), (1,))

    def fill(_book: Any, sheet: Any) -> None:
        sheet.merge_range(0, 0, 0, 3, "客户一览")
        sheet.write_row(1, 1, ["客户名称", "电话", "备注"])
        sheet.write_row(2, 0, [1, "甲公司", "13800138000", "x"])

    table = open_table(xlsx(tmp_path, fill), known={"客户名称", "电话", "备注"}.__contains__)
    assert (table.header, table.title_rows) == (("", "客户名称", "电话", "备注"), (1,))


def test_two_row_header_without_merges_as_saved_to_csv(tmp_path: Path) -> None:
    path = tmp_path / "f.csv"
    path.write_text(
        "客户编号,客户名称,联系方式,,备注\n,,手机,座机,\n01,甲公司,13800138000,010-12345678,x\n02,乙公司,13800138001,,\n",
        encoding="utf-8",
    )
    table = open_table(path)
    assert table.header == ("客户编号", "客户名称", "联系方式 / 手机", "联系方式 / 座机", "备注")
    assert len(list(table.rows())) == 2


def test_a_sparse_first_record_is_not_a_second_header_row(tmp_path: Path) -> None:
    path = tmp_path / "f.csv"
    path.write_text("名称,,备注\n,甲,\n乙,丙,丁\n", encoding="utf-8")
    assert open_table(path).header_rows == (1,)
    path.write_text("名称,城市,备注\n甲公司,,好\n乙公司,上海,\n", encoding="utf-8")
    assert len(list(open_table(path).rows())) == 2


def test_repeated_page_headers_are_skipped(tmp_path: Path) -> None:
    table = open_table(simple_xlsx(tmp_path, ("名称", "金额"), ("甲", 1), ("名称", "金额"), ("乙", 2)))
    assert skipped_of(table) == [(3, "repeated_header")]


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (("合计", None, 12), "total"),
        (("总计:", "", "12.5"), "total"),
        (("Grand Total", None, "1,200.00"), "total"),
        (("Subtotal", None, 3), "total"),
        (("华东 汇总", None, 3), "total"),
        (("第 1 页 共 3 页", None, None), "footer"),
        (("合计", "10家", "84.1"), "total"),
        (("合计", "共 3 户", 12), "total"),
        (("共 2 条记录", None, None), "footer"),
        (("总共查询到 1,204 条数据。", None, None), "footer"),
        (("合计：12 户", None, None), "footer"),
        (("—— 以下空白 ——", None, None), "footer"),
        (("共12家连锁", "上海市黄浦区", None), None),
        (("合计", "10家超市", 12), None),
        (("Total", "道达尔(中国)投资有限公司", 3), None),
        (("合计科技有限公司", None, 12), None),
        (("甲公司", None, None), None),
        ((1, 2, 3), None),
    ],
)
def test_which_rows_are_totals(tmp_path: Path, row: tuple[Any, ...], reason: str | None) -> None:
    table = open_table(simple_xlsx(tmp_path, ("客户", "全称", "金额"), ("a", "b", 1), row, ("z", "y", 1)))
    assert dict(skipped_of(table)).get(3) == reason


def test_hidden_sheets_are_skipped_unless_chosen(tmp_path: Path) -> None:
    def fill(book: Any, sheet: Any) -> None:
        sheet.write_row(0, 0, ["旧名称", "x"])
        sheet.hide()
        shown = book.add_worksheet("现在")
        shown.write_row(0, 0, ["名称", "电话"])
        shown.write_row(1, 0, ["甲", "1"])
        shown.activate()

    path = xlsx(tmp_path, fill)
    table = open_table(path)
    assert table.sheet == "现在"
    assert [(sheet.name, sheet.hidden) for sheet in table.sheets] == [("客户", True), ("现在", False)]
    assert open_table(path, ReadChoices(sheet="客户")).header[0] == "旧名称"
    with pytest.raises(FileRefused) as refused:
        open_table(path, ReadChoices(sheet="没有"))
    assert refused.value.code == "file.sheet_missing" and "现在" in str(refused.value)


def test_table_that_begins_in_column_c_and_row_3(tmp_path: Path) -> None:
    def fill(_book: Any, sheet: Any) -> None:
        sheet.write_row(2, 2, ["名称", "电话"])
        sheet.write_row(3, 2, ["甲", "1"])

    table = open_table(xlsx(tmp_path, fill))
    assert table.header == ("", "", "名称", "电话")
    assert [row.cells for row in table.rows()] == [(None, None, "甲", "1")]
    assert next(table.rows()).number == 4


def test_time_cells_and_error_positions_survive_an_offset(tmp_path: Path) -> None:
    def fill(book: Any, sheet: Any) -> None:
        sheet.write_row(1, 1, ["名称", "时刻", "值"])
        sheet.write(2, 1, "甲")
        sheet.write_datetime(2, 2, time(8, 5), book.add_format({"num_format": "hh:mm"}))
        sheet.write_formula(2, 3, "=NA()", None, "#N/A")

    assert cells_of(xlsx(tmp_path, fill)) == [(None, "甲", time(8, 5), CellError("#N/A"))]
