from __future__ import annotations

from pathlib import Path

import pytest

from weixi.kernel.importing.errors import FileRefused
from weixi.kernel.importing.limits import Limits
from weixi.kernel.importing.reading import open_table
from weixi.kernel.importing.tests.making import cells_of, text_file

PAGE = """<html><head><meta charset="{charset}"><style>td {{ x: y }}</style></head><body>
<table><tr><td>菜单</td></tr></table>
<table border=1><tr><td colspan=5>客户列表</td></tr>
<tr><td rowspan=2>客户编号</td><td rowspan=2>客户名称</td><td colspan=2>联系方式</td><td rowspan=2>备注</td></tr>
<tr><td>手机</td><td>座机</td></tr>
<tr><td>01</td><td>甲&amp;乙公司</td><td x:num="13800138000">1.38E+10</td><td>010-1234<script>alert(1)</script>5678</td>
<td>一<br>二</td></tr>
<tr><td>02<td>丙公司<td>13800138001<td><td>&#x597d;</tr>
</table></body></html>"""


@pytest.mark.parametrize("charset", ["utf-8", "gb18030"])
def test_bookkeeping_export_saved_as_xls(tmp_path: Path, charset: str) -> None:
    table = open_table(text_file(tmp_path, PAGE.format(charset=charset), charset, name="客户.xls"))
    assert (table.kind, table.sheet) == ("html", "table 2")
    assert table.header == ("客户编号", "客户名称", "联系方式 / 手机", "联系方式 / 座机", "备注")
    assert [row.cells for row in table.rows()] == [
        ("01", "甲&乙公司", "13800138000", "010-12345678", "一\n二"),
        ("02", "丙公司", "13800138001", None, "好"),
    ]


def test_merged_cells_in_the_body_are_filled_down(tmp_path: Path) -> None:
    page = "<table><tr><th>甲</th><th>乙</th></tr><tr><td rowspan=2>一</td><td>1</td></tr><tr><td>2</td></tr></table>"
    assert cells_of(text_file(tmp_path, page)) == [("一", "1"), ("一", "2")]


def test_a_page_without_a_table_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FileRefused) as refused:
        open_table(text_file(tmp_path, "<html><body><p>你好</p></body></html>"))
    assert refused.value.code == "file.no_table"


def test_what_never_ends_does_not_stop_the_reader(tmp_path: Path) -> None:
    # Closing the parser over these took minutes.
    page = "<table><tr><td>甲</td></tr><tr><td>1 < 2 <3</td></tr></table>"
    for tail in ("<!--" * 60_000, "</" * 100_000, "<" * 200_000, "<td a=" + "'" * 100_001):
        assert cells_of(text_file(tmp_path, page + tail)) == [("1 < 2 <3",)]
    assert cells_of(text_file(tmp_path, "<table><tr><td>甲<tr><td>a &amp b")) == [("a & b",)]


def test_absurd_spans_and_nesting_are_refused(tmp_path: Path) -> None:
    with pytest.raises(FileRefused):
        open_table(text_file(tmp_path, "<table><tr><td colspan=60000>a</td></tr></table>"))
    with pytest.raises(FileRefused):
        open_table(text_file(tmp_path, "<table><tr><td>" * 60))
    page = "<table><tr><td rowspan=99999999999999>a<td>b</tr>" + "<tr><td>c</tr>" * 9
    with pytest.raises(FileRefused):
        list(open_table(text_file(tmp_path, page), limits=Limits(rows=5)).rows())
