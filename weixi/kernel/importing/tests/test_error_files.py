from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from weixi.kernel.importing.cells import CellError
from weixi.kernel.importing.neutral import guarded, neutral, restored
from weixi.kernel.importing.reading import REASONS_HEADERS, SourceRow, Table, open_table
from weixi.kernel.importing.report import open_error_file
from weixi.kernel.importing.tests.making import PEOPLE, text_file, xlsx

FORMULAS = ["=cmd|'/c calc'!A0", "+1+1", "-2+3", "@SUM(1)", "\t=1", "＝1", "'=1", "''=1", "'quoted'", "-5", "=", "'"]


def written(table: Table, folder: Path, rows: list[SourceRow], reasons: list[str]) -> Path:
    with open_error_file(folder, "errors", table) as errors:
        for row in rows:
            errors.add(row, reasons)
    assert errors.count == len(rows)
    return errors.path


@pytest.mark.parametrize(
    ("codec", "mark"), [("utf-8", b""), ("utf-8", b"\xef\xbb\xbf"), ("utf-16-le", b"\xff\xfe"), ("gb18030", b"")]
)
def test_csv_comes_back_in_its_encoding_and_is_read_as_the_original(tmp_path: Path, codec: str, mark: bytes) -> None:
    source = open_table(text_file(tmp_path, mark + PEOPLE.replace(",", ";").encode(codec)))
    path = written(source, tmp_path, list(source.rows()), ["号码不对。", "名称重复。"])
    again = open_table(path)
    assert again.encoding == source.encoding and again.delimiter == ";"
    assert again.header == source.header
    assert [row.cells for row in again.rows()] == [row.cells for row in source.rows()]
    text = path.read_bytes()[len(mark) :].decode(codec)
    assert text.splitlines()[0].endswith(REASONS_HEADERS[0])
    assert "号码不对。 名称重复。" in text


def test_formula_like_cells_are_neutral_in_the_file_and_unchanged_behind_it(tmp_path: Path) -> None:
    import csv

    source = open_table(text_file(tmp_path, PEOPLE))
    rows = [SourceRow(2, 2, ("1", text, "x")) for text in FORMULAS]
    path = written(source, tmp_path, rows, ["=HYPERLINK()"])
    with path.open(newline="", encoding="utf-8") as stream:
        for cells in csv.reader(stream):
            assert not any(cell and cell[0] in "=+-@\t\r\0＝" for cell in cells)
    assert [row.cells[1] for row in open_table(path).rows()] == FORMULAS


def test_xlsx_keeps_types_and_texts(tmp_path: Path) -> None:
    def fill(book: Any, sheet: Any) -> None:
        sheet.write_row(0, 0, ["编号", "日期", "时刻", "值", "错", "文"])
        sheet.write(1, 0, 17850)
        sheet.write_datetime(1, 1, datetime(2024, 3, 1), book.add_format({"num_format": "yyyy-mm-dd"}))
        sheet.write_datetime(1, 2, datetime(2024, 3, 1, 8, 5), book.add_format({"num_format": "yyyy-mm-dd hh:mm"}))
        sheet.write(1, 3, 1.5)
        sheet.write_formula(1, 4, "=NA()", None, "#N/A")
        sheet.write_string(1, 5, "=1+1")

    source = open_table(xlsx(tmp_path, fill))
    more = [SourceRow(3, None, (None, None, None, None, None, text)) for text in FORMULAS]
    path = written(source, tmp_path, [*source.rows(), *more], ["x"])
    rows = [row.cells for row in open_table(path).rows()]
    assert rows[0] == (17850, date(2024, 3, 1), datetime(2024, 3, 1, 8, 5), 1.5, "#N/A", "=1+1")
    assert [row[5] for row in rows[1:]] == FORMULAS
    assert next(source.rows()).cells[4] == CellError("#N/A")


def test_a_row_that_is_too_long_loses_no_cell(tmp_path: Path) -> None:
    source = open_table(text_file(tmp_path, "甲,乙\n" + "1,2\n" * 9 + "1,2,3,4\n"))
    bad = [row for row in source.rows() if row.fault is not None]
    assert bad[0].cells == ("1", "2", "3", "4")
    path = written(source, tmp_path, bad, ["太长"])
    assert path.read_text(encoding="utf-8").splitlines()[1] == "1,2,太长,3,4"


def test_two_row_header_survives_as_one(tmp_path: Path) -> None:
    page = (
        "<table><tr><td rowspan=2>名称</td><td colspan=2>联系方式</td></tr><tr><td>手机</td><td>座机</td></tr>"
        "<tr><td>甲</td><td>1</td><td>2</td></tr></table>"
    )
    source = open_table(text_file(tmp_path, page, name="f.xls"))
    path = written(source, tmp_path, list(source.rows()), ["x"])
    assert path.suffix == ".csv"
    assert open_table(path).header == source.header


def test_the_reasons_need_their_own_name(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="column of data"):
        open_error_file(tmp_path, "x", open_table(text_file(tmp_path, PEOPLE)), reasons_header="备注")


@settings(max_examples=200, deadline=None)
@given(st.text(alphabet="'=+-@\t＝a中 ", max_size=6))
def test_neutral_is_reversible(text: str) -> None:
    assert restored(neutral(text)) == text
    assert restored(guarded(text)) == text
    assert not neutral(text) or neutral(text)[0] not in "=+-@\t＝"
