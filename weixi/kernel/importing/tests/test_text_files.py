from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from weixi.kernel.importing.errors import FileRefused
from weixi.kernel.importing.limits import Limits
from weixi.kernel.importing.reading import ReadChoices, open_table
from weixi.kernel.importing.tests.making import PEOPLE, cells_of, text_file

EXPECTED = [("1", "甲公司", "13800138000"), ("2", "乙公司", "13800138001")]


@pytest.mark.parametrize(
    ("codec", "mark", "name"),
    [
        ("utf-8", b"", "utf-8"),
        ("utf-8", b"\xef\xbb\xbf", "utf-8-sig"),
        ("utf-16-le", b"\xff\xfe", "utf-16-le"),
        ("utf-16-be", b"\xfe\xff", "utf-16-be"),
        ("utf-16-le", b"", "utf-16-le"),
        ("utf-16-be", b"", "utf-16-be"),
        ("gb18030", b"", "gb18030"),
        ("gbk", b"", "gb18030"),
        ("gb18030", b"\x84\x31\x95\x33", "gb18030"),
    ],
)
def test_encoding_is_told_from_the_bytes(tmp_path: Path, codec: str, mark: bytes, name: str) -> None:
    path = text_file(tmp_path, mark + PEOPLE.encode(codec), name="any.dat")
    table = open_table(path)
    assert table.encoding is not None and table.encoding.name == name
    assert table.header == ("编号", "名称", "电话")
    assert [row.cells for row in table.rows()] == EXPECTED


def test_rare_han_of_gb18030_four_bytes(tmp_path: Path) -> None:
    assert cells_of(text_file(tmp_path, "姓名,单位\n𠮷田,株式会社公司\n", "gb18030")) == [("𠮷田", "株式会社公司")]


def test_western_text_is_not_read_as_chinese(tmp_path: Path) -> None:
    path = text_file(tmp_path, "name,city\nMüller,Zürich\nCafé André,Besançon\n", "cp1252")
    with pytest.raises(FileRefused) as refused:
        open_table(path)
    assert refused.value.code == "file.encoding_unknown"
    assert cells_of(path, ReadChoices(encoding="cp1252"))[0] == ("Müller", "Zürich")


def test_big5_is_not_read_as_gb18030(tmp_path: Path) -> None:
    path = text_file(tmp_path, "客戶名稱,電話\n臺灣積體電路製造股份有限公司,02-12345678\n鴻海精密工業,0912\n", "big5")
    with pytest.raises(FileRefused):
        open_table(path)
    assert open_table(path, ReadChoices(encoding="big5")).header[0] == "客戶名稱"


def test_damage_in_the_last_line_is_named_and_not_read_as_gb18030(tmp_path: Path) -> None:
    content = PEOPLE.encode() + "3,丙公司".encode() + b"\xe4\xb8,1\n"
    with pytest.raises(FileRefused) as refused:
        open_table(text_file(tmp_path, content))
    assert refused.value.code == "file.damaged_text"
    assert "4" in str(refused.value.place)


def test_file_cut_inside_a_character_is_damaged(tmp_path: Path) -> None:
    with pytest.raises(FileRefused) as refused:
        open_table(text_file(tmp_path, PEOPLE.encode() + "丁".encode()[:2]))
    assert refused.value.code == "file.damaged_text"


def test_nul_is_refused_with_its_line(tmp_path: Path) -> None:
    with pytest.raises(FileRefused) as refused:
        open_table(text_file(tmp_path, PEOPLE + "3,丙\0,1\n"))
    assert refused.value.code == "file.nul"
    # Far behind the first look as well.
    with pytest.raises(FileRefused) as refused:
        open_table(text_file(tmp_path, PEOPLE + "3,丙,1\n" * 20_000 + "4,\0,\n"))
    assert "20004" in str(refused.value.place)


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_line_ends(tmp_path: Path, end: str) -> None:
    assert cells_of(text_file(tmp_path, PEOPLE.replace("\n", end))) == EXPECTED


@pytest.mark.parametrize("mark", ["\x85", "\u2028", "\u2029", "\x0b", "\x0c", "\x1c"])
def test_other_separators_stay_inside_their_cell(tmp_path: Path, mark: str) -> None:
    path = text_file(tmp_path, f"名称,备注\n甲,a{mark}b\n乙,c\n")
    assert cells_of(path) == [("甲", f"a{mark}b"), ("乙", "c")]


def test_quotes_line_ends_and_separators_in_cells(tmp_path: Path) -> None:
    path = text_file(tmp_path, '名称,备注\r\n"甲,""乙""","一\r\n二"\r\n5" 管,x\r\n')
    table = open_table(path)
    rows = list(table.rows())
    assert [row.cells for row in rows] == [('甲,"乙"', "一\r\n二"), ('5" 管', "x")]
    assert [(row.number, row.line) for row in rows] == [(2, 2), (3, 4)]


def test_unclosed_quote_spoils_its_own_row_only(tmp_path: Path) -> None:
    path = text_file(tmp_path, 'a,b\n"1,2\n3,4\n5,6\n')
    rows = list(open_table(path).rows())
    assert [row.cells for row in rows] == [('"1', "2"), ("3", "4"), ("5", "6")]
    assert [row.fault is not None for row in rows] == [True, False, False]
    assert [row.line for row in rows] == [2, 3, 4]


def test_text_behind_a_closing_quote_is_a_fault_and_keeps_the_cells(tmp_path: Path) -> None:
    rows = list(open_table(text_file(tmp_path, 'a,b\n"x"y,2\n3,4\n')).rows())
    assert rows[0].cells == ('"x"y', "2") and rows[0].fault is not None
    assert rows[1].fault is None


@pytest.mark.parametrize("delimiter", [",", "\t", ";", "|"])
def test_delimiter_is_found(tmp_path: Path, delimiter: str) -> None:
    table = open_table(text_file(tmp_path, PEOPLE.replace(",", delimiter)))
    assert table.delimiter == delimiter
    assert table.kind == ("tsv" if delimiter == "\t" else "csv")
    assert [row.cells for row in table.rows()] == EXPECTED


def test_excel_separator_line_is_obeyed(tmp_path: Path) -> None:
    table = open_table(text_file(tmp_path, "sep=;\nname;note\nA,B;x\n"))
    assert table.header == ("name", "note")
    assert [row.cells for row in table.rows()] == [("A,B", "x")]


def test_row_too_long_and_too_short_are_faults_with_all_their_cells(tmp_path: Path) -> None:
    good = "x,y,z\n" * 10
    rows = list(open_table(text_file(tmp_path, f"a,b,c\n{good}1,2,3,4\n1,2\n1,2,3,\n")).rows())
    assert [row.cells for row in rows[10:]] == [("1", "2", "3", "4"), ("1", "2", None), ("1", "2", "3")]
    assert [row.fault is not None for row in rows[10:]] == [True, True, False]


def test_single_column_file(tmp_path: Path) -> None:
    assert cells_of(text_file(tmp_path, "客户名称\n甲公司\n乙公司\n")) == [("甲公司",), ("乙公司",)]


def test_caps_of_rows_columns_lines_and_cells(tmp_path: Path) -> None:
    few = Limits(rows=5, columns=4, cell_characters=10, line_characters=100)
    with pytest.raises(FileRefused) as refused:
        list(open_table(text_file(tmp_path, "a,b\n" + "1,2\n" * 6), limits=few).rows())
    assert refused.value.code == "file.too_many_rows"
    with pytest.raises(FileRefused) as refused:
        open_table(text_file(tmp_path, "a,b,c,d,e\n"), limits=few)
    assert refused.value.code == "file.too_many_columns"
    with pytest.raises(FileRefused) as refused:
        open_table(text_file(tmp_path, "a,b\n" + "x" * 200), limits=few)
    assert refused.value.code == "file.line_too_long"
    rows = list(open_table(text_file(tmp_path, f"a,b\n1,{'x' * 11}\n2,ok\n"), limits=few).rows())
    assert [row.fault is not None for row in rows] == [True, False]


def test_rows_can_be_read_twice(tmp_path: Path) -> None:
    table = open_table(text_file(tmp_path, PEOPLE))
    assert list(table.rows()) == list(table.rows())


CELL = st.text(st.characters(blacklist_characters="\0\ufeff", blacklist_categories=("Cs",)), max_size=8)


@settings(max_examples=60, deadline=None)
@given(rows=st.lists(st.tuples(CELL, CELL, CELL), min_size=1, max_size=6))
def test_whatever_csv_writes_is_read_back(
    tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[str, ...]]
) -> None:
    import csv

    path = tmp_path_factory.mktemp("csv") / "f.csv"
    with path.open("w", newline="", encoding="utf-8") as stream:
        csv.writer(stream, quoting=csv.QUOTE_ALL).writerows([("甲列", "乙列", "丙列"), *rows])
    table = open_table(path, ReadChoices(header_row=1, encoding="utf-8", delimiter=","))
    read = [tuple(cell or "" for cell in row.cells) for row in table._source()][1:]
    assert read == rows
