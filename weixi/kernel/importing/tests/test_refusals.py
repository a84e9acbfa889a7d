"""Files that must be refused: with a code, a sentence, a way out, and without unpacking what would hurt."""

from __future__ import annotations

import io
import struct
import tracemalloc
import zipfile
from pathlib import Path
from typing import Any

import pytest
import xlwt

from weixi.kernel.importing.errors import FileRefused
from weixi.kernel.importing.reading import open_table
from weixi.kernel.importing.tests.making import simple_xlsx, text_file, with_parts, xlsx

SHEET = "xl/worksheets/sheet1.xml"
HEAD = b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'

# In parts: no tracked file holds the address of a file.
LOCAL_FILE = b"file:" + b"//" + b"/etc/passwd"


def code_of(path: Path) -> str:
    with pytest.raises(FileRefused) as refused:
        list(open_table(path).rows())
    assert str(refused.value.message) and str(refused.value.way_out)
    return refused.value.code.removeprefix("file.")


def package(tmp_path: Path) -> Path:
    return simple_xlsx(tmp_path, ("名称", "电话"), ("甲", "1"))


@pytest.mark.parametrize(
    "content",
    [
        b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj",
        b"\x89PNG\r\n\x1a\n\0\0",
        b"Rar!\x1a\x07\0",
        b"SQLite format 3\0",
        b"MZ\x90\0\x03\0",
        b'{"a": 1}',
        b'[\n {\n  "name": "x",\n  "columns": ["a"]}]',
        b'[["a", "b"]]',
        b"[]",
        b"<?xml version='1.0'?><?mso-application progid='Excel.Sheet'?><Workbook/>",
        b"MIME-Version: 1.0\nContent-Type: multipart/related\n",
        bytes(range(1, 32)) * 40 + b"\xff\xfe\x80",
    ],
)
def test_other_kinds_under_a_table_name(tmp_path: Path, content: bytes) -> None:
    assert code_of(text_file(tmp_path, content, name="f.xlsx")) == "wrong_type"


@pytest.mark.parametrize("content", [b"", b"   \r\n", b"\0\0\0"])
def test_empty_files(tmp_path: Path, content: bytes) -> None:
    assert code_of(text_file(tmp_path, content)) == "empty"


def test_plain_zip_word_document_and_binary_workbook(tmp_path: Path) -> None:
    for name in ("a.txt", "word/document.xml", "xl/workbook.bin"):
        path = tmp_path / "f.xlsx"
        with zipfile.ZipFile(path, "w") as bundle:
            bundle.writestr(name, "x")
        assert code_of(path) == "wrong_type"


def test_zip_bomb_of_a_gigabyte_costs_no_memory(tmp_path: Path) -> None:
    path = package(tmp_path)
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as bundle, bundle.open("xl/sharedStrings2.xml", "w") as part:
        block = b"<si><t>aaaaaaaaaaaaaaaaaaaaaaaa</t></si>" * 30_000
        for _turn in range(1024 * 1024 * 1024 // len(block)):
            part.write(block)
    assert path.stat().st_size < 12 * 1024 * 1024
    tracemalloc.start()
    assert code_of(path) == "bomb"
    _now, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 8 * 1024 * 1024


def test_a_directory_that_lies_about_sizes_is_refused(tmp_path: Path) -> None:
    path = package(tmp_path)
    big = HEAD + b"<sheetData>" + b" " * 4_000_000 + b"</sheetData></worksheet>"
    with_parts(path, {SHEET: big})
    raw = bytearray(path.read_bytes())
    true = struct.pack("<I", len(big))
    at = raw.find(true)
    while at >= 0:
        raw[at : at + 4] = struct.pack("<I", 500)
        at = raw.find(true, at + 4)
    path.write_bytes(bytes(raw))
    assert code_of(path) == "broken"


def test_too_many_parts(tmp_path: Path) -> None:
    path = tmp_path / "f.xlsx"
    with zipfile.ZipFile(path, "w") as bundle:
        for number in range(5_001):
            bundle.writestr(f"xl/{number}.xml", "")
    assert code_of(path) == "bomb"


def test_a_dimension_tag_alone_is_harmless(tmp_path: Path) -> None:
    content = HEAD + (
        b'<dimension ref="A1:XFD1048576"/><sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>n</t></is></c>'
        b'<c r="B1" t="inlineStr"><is><t>m</t></is></c></row><row r="2"><c r="A2"><v>1</v></c></row></sheetData></worksheet>'
    )
    table = open_table(with_parts(package(tmp_path), {SHEET: content}))
    assert [row.cells for row in table.rows()] == [(1, None)]


@pytest.mark.parametrize(
    "cell",
    [
        b'<c r="XFD1048576"><v>1</v></c>',
        b"<c  s='1'\n r = 'XFD1048576'><v>1</v></c>",
        b'<x:c xmlns:x="http://schemas.openxmlformats.org/spreadsheetml/2006/main" r="XFD1048576"><v>1</v></x:c>',
        b'<c r="xfd1048576"/>',
    ],
)
def test_a_cell_in_the_last_corner_is_refused_before_anything_is_allocated(tmp_path: Path, cell: bytes) -> None:
    content = HEAD + b'<sheetData><row r="1"><c r="A1"><v>1</v></c>' + cell + b"</row></sheetData></worksheet>"
    assert code_of(with_parts(package(tmp_path), {SHEET: content})) == "sheet_too_large"


def test_a_place_that_cannot_be_read_is_broken(tmp_path: Path) -> None:
    content = HEAD + b'<sheetData><row r="1"><c r="&#65;1"><v>1</v></c></row></sheetData></worksheet>'
    assert code_of(with_parts(package(tmp_path), {SHEET: content})) == "broken"


@pytest.mark.parametrize(
    "prolog",
    [
        b'<!DOCTYPE x [<!ENTITY a SYSTEM "' + LOCAL_FILE + b'">]>',
        b'<!DOCTYPE x [<!ENTITY % p SYSTEM "http://127.0.0.1/x.dtd"> %p;]>',
        b'<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;&a;">]>',
        b"<!--" + b"x" * 1_048_560 + b"--><!DOCTYPE x>",
    ],
)
@pytest.mark.parametrize("part", [SHEET, "xl/sharedStrings.xml", "xl/workbook.xml", "docProps/core.xml"])
def test_xml_entities(tmp_path: Path, prolog: bytes, part: str) -> None:
    path = package(tmp_path)
    content = zipfile.ZipFile(path).read(part)
    head, mark, rest = content.partition(b"?>")
    assert code_of(with_parts(path, {part: head + mark + prolog + rest})) == "xml_entities"


def test_wide_xml_cannot_hide_a_declaration(tmp_path: Path) -> None:
    path = package(tmp_path)
    wide = '<?xml version="1.0" encoding="UTF-16"?><!DOCTYPE x><worksheet/>'.encode("utf-16")
    assert code_of(with_parts(path, {SHEET: wide})) == "broken"


def test_macros(tmp_path: Path) -> None:
    path = package(tmp_path)
    assert code_of(with_parts(path, {"xl/vbaProject.bin": b"x"})) == "macros"
    path = package(tmp_path)
    types = zipfile.ZipFile(path).read("[Content_Types].xml").replace(b"sheet.main", b"sheet.macroEnabled.main")
    assert code_of(with_parts(path, {"[Content_Types].xml": types})) == "macros"


def test_external_links_and_dde(tmp_path: Path) -> None:
    path = package(tmp_path)
    assert code_of(with_parts(path, {"xl/externalLinks/externalLink1.xml": b"<x><ddeLink/></x>"})) == "external_links"
    path = package(tmp_path)
    link = b'<Relationships><Relationship Id="r" Type="http://x/image" Target="http://h/" TargetMode="External"/></Relationships>'
    assert code_of(with_parts(path, {"xl/worksheets/_rels/sheet1.xml.rels": link})) == "external_links"


@pytest.mark.parametrize(
    "relation",
    [
        b"<Relationship Id='r' Type='a/image' Target='http://h/' TargetMode='External'/>",
        b'<Relationship Id="r" Type="a/image" Target="http://h/hyperlink" TargetMode="External"/>',
        b'<Relationship Id="r" Type="a/image" Target="http://h/" TargetMode="&#69;xternal"/>',
        b'<p:Relationship xmlns:p="x" Id="r" Type="a/image" Target="http://h/" TargetMode="External"/>',
    ],
)
def test_links_to_elsewhere_however_they_are_written(tmp_path: Path, relation: bytes) -> None:
    parts = {"xl/worksheets/_rels/sheet1.xml.rels": b"<Relationships>" + relation + b"</Relationships>"}
    assert code_of(with_parts(package(tmp_path), parts)) == "external_links"


def test_lists_of_parts_that_are_torn(tmp_path: Path) -> None:
    parts = {"xl/worksheets/_rels/sheet1.xml.rels": b"<Relationships><Relationship Id="}
    assert code_of(with_parts(package(tmp_path), parts)) == "broken"


def test_hyperlinks_are_no_external_links(tmp_path: Path) -> None:
    def fill(_book: Any, sheet: Any) -> None:
        sheet.write_row(0, 0, ["名称", "网址"])
        sheet.write(1, 0, "甲")
        sheet.write_url(1, 1, "https://example.com/")

    assert [row.cells for row in open_table(xlsx(tmp_path, fill)).rows()] == [("甲", "https://example.com/")]


def test_a_million_merged_cells_and_styles(tmp_path: Path) -> None:
    merges = b'<mergeCell ref="A2:A3"/>' * 200_000
    content = HEAD + b"<sheetData/><mergeCells>" + merges + b"</mergeCells></worksheet>"
    assert code_of(with_parts(package(tmp_path), {SHEET: content})) == "broken"
    styles = b"<styleSheet><cellXfs>" + b'<xf numFmtId="0" fontId="0"/>' * 1_000_000 + b"</cellXfs></styleSheet>"
    assert code_of(with_parts(package(tmp_path), {"xl/styles.xml": styles})) == "bomb"


@pytest.mark.parametrize("share", [0.2, 0.5, 0.9])
def test_truncated_workbooks(tmp_path: Path, share: float) -> None:
    path = package(tmp_path)
    content = path.read_bytes()
    path.write_bytes(content[: int(len(content) * share)])
    assert code_of(path) == "broken"


def test_damage_of_any_byte_is_refused_or_harmless(tmp_path: Path) -> None:
    path = package(tmp_path)
    content = path.read_bytes()
    for place in range(0, len(content), 97):
        path.write_bytes(content[:place] + bytes([content[place] ^ 0x55]) + content[place + 1 :])
        try:
            list(open_table(path).rows())
        except FileRefused as refused:
            assert refused.code.startswith("file.")


def test_part_in_an_encoding_nobody_knows(tmp_path: Path) -> None:
    path = package(tmp_path)
    book = zipfile.ZipFile(path).read("xl/workbook.xml").replace(b"UTF-8", b"UTX-8")
    assert code_of(with_parts(path, {"xl/workbook.xml": book})) == "broken"


def test_sheet_with_broken_xml(tmp_path: Path) -> None:
    path = with_parts(package(tmp_path), {SHEET: HEAD + b'<sheetData><row r="1"><c r="A1"><v>1</v></row>'})
    assert code_of(path) in ("broken", "no_rows")


def encrypted_compound() -> bytes:
    """A compound file whose directory names the stream of an encrypted package."""

    def entry(name: str, kind: int, start: int, size: int) -> bytes:
        raw = name.encode("utf-16-le") + b"\0\0"
        return (raw.ljust(64, b"\0") + struct.pack("<HB", len(raw), kind)).ljust(116, b"\0") + struct.pack(
            "<III", start, size, 0
        )

    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 16 + struct.pack("<HHHHH", 62, 3, 0xFFFE, 9, 6)
    head = head.ljust(44, b"\0") + struct.pack("<IIIIIIIII", 1, 1, 0, 4096, 0xFFFFFFFE, 0, 0xFFFFFFFE, 0, 0)
    fat = struct.pack("<II", 0xFFFFFFFD, 0xFFFFFFFE).ljust(512, b"\xff")
    directory = entry("Root Entry", 5, 0xFFFFFFFE, 0) + entry("EncryptedPackage", 2, 0xFFFFFFFE, 0)
    return head.ljust(512, b"\xff") + fat + directory.ljust(512, b"\0")


def test_password(tmp_path: Path) -> None:
    assert code_of(text_file(tmp_path, encrypted_compound(), name="f.xlsx")) == "password"


def old_workbook() -> bytes:
    book = xlwt.Workbook()
    book.add_sheet("a").write(0, 0, "名称")
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def test_old_workbook_that_is_encrypted_reaches_too_far_or_is_cut(tmp_path: Path) -> None:
    content = old_workbook()
    # The CODEPAGE record of the globals becomes FILEPASS.
    at = content.find(b"\x42\x00\x02\x00\xb0\x04")
    assert at > 0
    path = text_file(tmp_path, content[:at] + b"\x2f\x00" + content[at + 2 :], name="f.xls")
    assert code_of(path) == "password"
    label = content.find(b"\xfd\x00\x0a\x00\x00\x00\x00\x00")
    assert label > 0
    far = content[: label + 4] + b"\xff\xff\xff\xff" + content[label + 8 :]
    assert code_of(text_file(tmp_path, far, name="f.xls")) == "sheet_too_large"
    # DIMENSIONS: the reader reserves memory for whatever this record claims.
    dimensions = content.find(b"\x00\x02\x0e\x00")
    assert dimensions > 0
    wide = content[: dimensions + 8] + b"\xff\xff\xff\x7f" + content[dimensions + 12 :]
    assert code_of(text_file(tmp_path, wide, name="f.xls")) == "broken"
    assert code_of(text_file(tmp_path, content[:700], name="f.xls")) in ("broken", "wrong_type")
    assert code_of(text_file(tmp_path, content[:8] + b"\0" * 600, name="f.xls")) == "broken"


def test_sentences_can_be_translated(tmp_path: Path) -> None:
    with pytest.raises(FileRefused) as refused:
        open_table(text_file(tmp_path, b"", name="f.csv"))
    assert refused.value.message.render(lambda text: "文件是空的。") == "文件是空的。"
    assert "empty" in str(refused.value)
