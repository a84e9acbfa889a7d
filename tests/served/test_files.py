"""Files and texts brought in and given out by a served company (A18, A19, A22, A23)."""

from __future__ import annotations

import csv
import io
import re
import socket
import threading
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import openpyxl
import pytest
from django.urls import reverse

from tests.security.test_attacks_people import EVIL, Elements
from tests.served import measuring
from tests.served.house import House, together
from weixi.kernel.importing.tests import test_bombs as bombs
from weixi.kernel.importing.tests.making import simple_xlsx, with_parts

BYTES = "application/octet-stream"
# What opening may cost the server, beside what it has already.
MOST_SECONDS, MOST_BYTES = 5.0, 300 * 1024 * 1024

# --- A18 --------------------------------------------------------------------------------------------

RICH = [
    *EVIL, "**fett** _kursiv_ [x](javascript:wxevil())", "<svg><style><img src=x onerror=wxevil()></style></svg>",
    "<math><mtext><table><mglyph><style><!--</style><img title=\"--&gt;&lt;img src=1 onerror=wxevil()&gt;\">",
    "<noscript><p title=\"</noscript><img src=x onerror=wxevil()>\">", "<img srcset='x 1x, javascript:wxevil() 2x'>",
    "<p style=\"background:url(javascript:wxevil())\">", "<form><math><mtext></form><form><mglyph><style></math><img src onerror=wxevil()>",
    "<a href=\"jav&#x09;ascript:wxevil()\">x</a>", "&lt;wxevil&gt; &amp;lt;wxevil&amp;gt;", "<![CDATA[<wxevil>]]>", "<?xml-stylesheet href='x'?>",
    "![x](x \"onerror=wxevil()\")", "```html\n<wxevil>\n```", "<wxevil", "</wxevil>", "<!--><wxevil>-->", "\u2028<wxevil>",
]  # fmt: skip


def test_rich_text_comes_back_to_the_byte_and_is_text_on_every_page(house: House) -> None:
    """A18: nothing is rendered or rewritten, so what was saved twice is what was saved once."""
    wire, customer = house.wire("specialist"), own(house, 0)
    for text in RICH:
        given = wire.api("PATCH", f"/customers/{customer}", {"remark": text})[1]["remark"]
        again = wire.api("PATCH", f"/customers/{customer}", {"remark": given})[1]["remark"]
        assert given == again == wire.api("GET", f"/customers/{customer}")[1]["remark"]
        assert given == re.sub("[\u2028\u202e]", "", text).strip() or given == text.strip(), ascii(given)
    for text in RICH:
        said = {"customer_id": customer, "kind": "call", "content": text, "need": text}
        assert wire.api("POST", "/interactions", said)[0] == 201
    shown = 0
    page = reverse("customer", args=[customer])
    papers = [reverse("customer-paper", args=[customer, kind]) for kind in ("form", "record")]
    for path in [page, *(f"{page}?tab={tab}" for tab in ("archive", "history", "timeline", "duties")), *papers,
                 reverse("customer-edit", args=[customer]), reverse("interactions-incomplete")]:  # fmt: skip
        answer = house.visitor("specialist").get(path)
        assert answer.status == 200, path
        elements = Elements()
        elements.feed(answer.text)
        assert not elements.found, (path, elements.found[:3])
        shown += "wxevil" in answer.text
    assert shown > 4


def own(house: House, number: int) -> int:
    """A customer of the specialist that no other test speaks of."""
    return int(house.rows("SELECT id FROM customers_customer WHERE number = ?", f"OWN-{90 + number}")[0][0])


# --- A19 --------------------------------------------------------------------------------------------

CELLS = ("=cmd|'/c calc'!A0", "+1+1", "-2+3", "@SUM(1)", "\t=1+1", "\r=1+1", "＝1+1", "'=1", "''quoted'", "a\",=1+1\n\"=2",
         "=HYPERLINK(\"http://x\";\"y\")", "＋1", "－1", "＠x", "%00=1", "|calc", "=", "-", "'", "  =1")  # fmt: skip
STARTS = "=+-@\t\r\0＝＋－＠"


def export(house: House, kind: str, form: str) -> bytes:
    wire = house.wire("data_steward")
    status, run = wire.api("POST", "/exports", {"kind": kind, "format": form, "reason": "往返核对"})
    assert status == 201, run
    house.do_the_jobs()
    status, _headers, body = wire.ask("POST", f"/api/v1/exports/{run['id']}/file")
    assert status == 200, body
    return body


def bring(house: House, kind: str, name: str, content: bytes, columns: dict[str, str]) -> dict[str, Any]:
    """Import a file by the API as a person would by the pages; returns the finished run."""
    wire = house.wire("data_steward")
    where = f"/api/v1/imports?kind={kind}&name={quote(name)}"
    status, _headers, body = wire.ask("POST", where, content, Content_Type=BYTES)
    assert status == 201, body
    run = wire.api("GET", "/imports")[1]["items"][0]["id"]
    told = wire.api("GET", f"/imports/{run}")[1]
    chosen = {each["column"]: columns.get(each["column"]) for each in told["columns"]}
    assert wire.api("POST", f"/imports/{run}/match", {"columns": chosen})[0] == 200
    house.do_the_jobs()
    assert wire.api("POST", f"/imports/{run}/start")[0] in {200, 202}, wire.api("GET", f"/imports/{run}")
    house.do_the_jobs()
    return dict(wire.api("GET", f"/imports/{run}")[1])


@pytest.fixture(scope="module")
def formulas(house: House) -> dict[int, dict[str, str]]:
    """Customers whose name, city and trade look like formulas, as they were stored."""
    found = {}
    for number, text in enumerate(CELLS):
        values = {"name": f"{text}厂{number}", "city": text, "industry": text}
        status, made = house.wire("data_steward").api("POST", "/customers", values)
        assert status in {201, 400}, (text, made)
        if status == 201:
            found[made["id"]] = {name: made[name] for name in ("number", *values)}
    assert len(found) > 15
    return found


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_formulas_leave_neutral_and_come_back_as_they_were(
    house: House, formulas: dict[int, dict[str, str]], form: str
) -> None:
    """A19: no cell of a file given out is a formula, and the file brought back restores every value."""
    wire = house.wire("data_steward")
    given = export(house, "customers", form)
    rows = list(csv.reader(io.StringIO(given.decode("utf-8-sig"), newline=""))) if form == "csv" else _texts_only(given)
    listed = {row[0]: row for row in rows}
    for kept in formulas.values():
        assert kept["number"] in listed
    if form == "csv":
        assert not [cell for row in rows for cell in row if cell[:1] and cell[0] in STARTS]
    for pk in formulas:
        status, told = wire.api("PATCH", f"/customers/{pk}", {"name": f"变了{pk}", "city": "变了", "industry": "变了"})
        assert status == 200, told
    run = bring(
        house,
        "customers",
        f"客户.{form}",
        given,
        {"客户编号": "number", "客户名称": "name", "城市": "city", "行业": "industry"},
    )
    assert run["rejected"] == 0 and run["updated"] >= len(formulas), run
    for pk, kept in formulas.items():
        now = wire.api("GET", f"/customers/{pk}")[1]
        assert {name: now[name] for name in kept} == kept


def _texts_only(given: bytes) -> list[list[str]]:
    """The rows of a workbook; fails where one of its cells is a formula or it points anywhere else."""
    with zipfile.ZipFile(io.BytesIO(given)) as package:
        assert not [
            name for name in package.namelist() if re.search(r"external|vba|macro|connections|dde", name, re.IGNORECASE)
        ]
        for name in package.namelist():
            assert b'TargetMode="External"' not in package.read(name), name
            if name.startswith("xl/worksheets/sheet"):
                assert not re.search(rb"<f[ >/]", package.read(name)), name
    book = openpyxl.load_workbook(io.BytesIO(given))
    return [["" if cell is None else str(cell) for cell in row] for row in book.active.iter_rows(values_only=True)]


# --- A22, A23 ---------------------------------------------------------------------------------------


@pytest.fixture
def listener() -> Iterator[tuple[int, list[bytes]]]:
    """A port where whoever comes is written down."""
    hits: list[bytes] = []
    server = socket.create_server(("127.0.0.1", 0))

    def listen() -> None:
        while True:
            try:
                connection, _address = server.accept()
            except OSError:
                return
            hits.append(b"somebody came")
            connection.close()

    threading.Thread(target=listen, daemon=True).start()
    yield int(server.getsockname()[1]), hits
    server.close()


def workbook(folder: Path, **parts: bytes) -> Path:
    path = simple_xlsx(folder, ("客户名称", "城市"), ("外部实体有限公司", "无锡"))
    return with_parts(path, {name.replace("__", "/"): content for name, content in parts.items()})


def declared(folder: Path, declaration: str, part: str = "xl/worksheets/sheet1.xml") -> Path:
    """A workbook with this document type declared in one of its parts."""
    path = workbook(folder)
    head, mark, rest = zipfile.ZipFile(path).read(part).partition(b"?>")
    return with_parts(path, {part: head + mark + declaration.encode() + rest})


LAUGHS = "<!DOCTYPE l [<!ENTITY a0 \"ha\">" + "".join(
    f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10)) + "]>"  # fmt: skip
TRICKS: dict[str, Callable[[Path, int], Path]] = {
    "external entity": lambda folder, port: declared(folder, f'<!DOCTYPE x [<!ENTITY e SYSTEM "http://127.0.0.1:{port}/e">]>'),
    "parameter entity": lambda folder, port: declared(folder, f'<!DOCTYPE x [<!ENTITY % p SYSTEM "http://127.0.0.1:{port}/p">%p;]>'),
    "dtd": lambda folder, port: declared(folder, f'<!DOCTYPE x SYSTEM "http://127.0.0.1:{port}/d">'),
    "a local file": lambda folder, _port: declared(folder, '<!DOCTYPE x [<!ENTITY e SYSTEM "file' + ':///etc/hostname">]>', "xl/sharedStrings.xml"),
    "billion laughs": lambda folder, _port: declared(folder, LAUGHS),
    "laughs in the styles": lambda folder, _port: declared(folder, LAUGHS, "xl/styles.xml"),
    "macros": lambda folder, _port: workbook(folder, **{"xl/vbaProject.bin": b"x"}),
}  # fmt: skip
BOMBS = [bombs.shared_strings, bombs.last_corner, bombs.styles, bombs.nested]


def offered(house: House, content: bytes, name: str = "客户.xlsx") -> None:
    """The file is refused with a sentence, by the page and by the operation, and nothing of it stays."""
    page = house.visitor("data_steward").upload(reverse("import-new"), name, content, kind="customers")
    assert page.status == 422, page.status
    assert "wx-errors" in page.text or 'role="alert"' in page.text
    where = f"/imports?kind=customers&name={quote(name)}"
    status, _headers, body = house.wire("data_steward").ask("POST", f"/api/v1{where}", content, Content_Type=BYTES)
    assert status in {400, 413, 422}, body
    assert b"file." in body


@pytest.mark.parametrize("trick", TRICKS)
def test_workbooks_that_reach_out_or_run_are_refused(
    house: House, listener: tuple[int, list[bytes]], tmp_path: Path, trick: str
) -> None:
    """A22: with a plain sentence, and nobody is connected to."""
    port, hits = listener
    content = TRICKS[trick](tmp_path, port).read_bytes()
    with house.untouched():
        offered(house, content)
    assert hits == []


def test_a_workbook_with_links_and_dde_is_read_as_values(
    house: House, listener: tuple[int, list[bytes]], tmp_path: Path
) -> None:
    """A22: a link to another workbook and a DDE call are never followed; the stored value of a cell is a text."""
    port, hits = listener
    link = f'<externalLink xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><ddeLink ddeService="cmd" ddeTopic="/c calc http://127.0.0.1:{port}/"/></externalLink>'
    relation = f'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/externalLinkPath" Target="http://127.0.0.1:{port}/x.xlsx" TargetMode="External"/></Relationships>'
    path = workbook(tmp_path, **{"xl/externalLinks/externalLink1.xml": link.encode(), "xl/externalLinks/_rels/externalLink1.xml.rels": relation.encode()})  # fmt: skip
    answer = house.visitor("data_steward").upload(
        reverse("import-new"), "客户.xlsx", path.read_bytes(), kind="customers"
    )
    assert answer.status in {302, 422}
    if answer.status == 302:
        shown = house.visitor("data_steward").get(answer.headers["Location"])
        assert shown.status == 200 and "外部实体有限公司" in shown.text
    assert hits == []


@pytest.mark.parametrize("make", BOMBS, ids=lambda make: make.__name__)
def test_a_bomb_costs_the_server_neither_seconds_nor_memory(
    house: House, tmp_path: Path, make: Callable[[Path], Path]
) -> None:
    """A23: refused by page and operation; processor time and memory of the serving processes themselves."""
    content = make(tmp_path).read_bytes()
    with measuring.measured(house.process) as cost, house.untouched():
        offered(house, content)
    # Two doors were tried.
    assert cost.seconds < 2 * MOST_SECONDS
    assert cost.bytes < MOST_BYTES


def test_a_sheet_that_claims_all_rows_is_read_by_what_it_has(house: House, tmp_path: Path) -> None:
    """A23: 1,048,576 x 16,384 cells announced, one row there."""
    content = bombs.dimension(tmp_path).read_bytes()
    with measuring.measured(house.process) as cost:
        answer = house.visitor("data_steward").upload(reverse("import-new"), "客户.xlsx", content, kind="customers")
    assert answer.status in {302, 422}
    assert cost.seconds < MOST_SECONDS
    assert cost.bytes < MOST_BYTES


def test_papers_leave_no_memory_behind(house: House) -> None:
    """T12: typeset twenty times, as somebody would who wants the server to run out of memory."""
    paths = [reverse("grading-register-pdf"), reverse("grading-service-standards-pdf")]
    paths += [reverse("customer-paper-file", args=[house.ids("customer", "specialist"), "record", "pdf"])]
    taken = [house.visitor("specialist").get(path).body[:5] for path in paths]
    assert taken == [b"%PDF-"] * 3
    with measuring.measured(house.process) as cost:
        together(lambda path: house.visitor("specialist").get(path), paths * 7)
    assert cost.bytes < 60 * 1024 * 1024
