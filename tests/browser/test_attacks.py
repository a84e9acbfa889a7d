"""Attacks over the wire on a served demo company with its worker (A24-A32, A44, A47, A48, A57-A60).

The fuller lists stand in tests/security and tests/served; here the same shapes meet gunicorn, real connections and real parallel
requests. After every attack the server answers, and nothing it said was a 5xx.
"""

from __future__ import annotations

import http.client
import json
import struct
import zlib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

import pytest

from tests.browser.company import weixi
from tests.served.wire import Wire

pytestmark = pytest.mark.browser
SAME = "0512-6777"


@pytest.fixture(scope="module")
def wires(company: str, company_home: Path) -> dict[str, Wire]:
    return {
        name: Wire(company, weixi(company_home, "token", "create", "--user", name, "--scope", "read,write,export"))
        for name in ("bailu", "linzhixia", "zhouzheng")
    }


@pytest.fixture(autouse=True)
def _still_there(company: str, company_home: Path) -> Iterator[None]:
    log = company_home / "serve.log"
    before = log.stat().st_size
    yield
    assert Wire(company).ask("GET", "/healthz")[0] == 200
    assert b"Traceback" not in log.read_bytes()[before:]


@pytest.fixture(scope="module")
def customer(wires: dict[str, Wire]) -> int:
    status, made = wires["bailu"].api("POST", "/customers", {"name": "攻击对象有限公司", "phone": f"{SAME}1234"})
    assert status == 201, made
    return int(made["id"])


def test_names_and_values_of_queries(wires: dict[str, Wire]) -> None:
    """A24, A25."""
    names = ["password__startswith", "owner__user__password__regex", "_connector", "__class__", "owner__" * 50 + "pk"]
    for name in names:
        assert wires["linzhixia"].api("GET", f"/customers?{quote(name)}=1")[0] == 400, name
    for value in ("' OR 1=1 --", "1;SELECT pg_sleep(9)", "owner__password", "\x00", "name,(select 1)"):
        assert wires["linzhixia"].api("GET", f"/customers?sort={quote(value)}")[0] == 400, value
        assert wires["linzhixia"].api("GET", f"/customers?q={quote(value)}")[0] in {200, 400}, value


def test_masked_telephones_answer_no_question(wires: dict[str, Wire], customer: int) -> None:
    """A26: the same answer, whatever number is kept."""
    told = []
    for phone in (f"{SAME}1234", f"{SAME}9876"):
        assert wires["bailu"].api("PATCH", f"/customers/{customer}", {"phone": phone})[0] == 200
        asked = ("q=1234&count=true", "q=67771234&count=true", "q=1&count=true")
        told.append([wires["zhouzheng"].api("GET", f"/customers?{each}") for each in asked])
        assert customer in {row["id"] for row in wires["bailu"].api("GET", f"/customers?q={phone[-4:]}")[1]["items"]}
    assert told[0] == told[1]
    assert wires["zhouzheng"].api("GET", "/customers?where=phone:filled")[0] in {400, 403}
    assert wires["zhouzheng"].api("GET", "/customers?sort=phone")[0] in {400, 403}


def test_redirects_and_forged_forms(company: str) -> None:
    """A31, A32."""
    wire = Wire(company)
    for target in ("//evil.test", "/\\evil.test", "https:evil.test", "%0d%0aLocation: https://evil.test"):
        _status, headers, _body = wire.ask("GET", f"/login/?next={quote(target, safe='%')}")
        assert "evil" not in headers.get("Location", ""), target
    for origin in ("null", "https://evil.test"):
        form = urlencode({"username": "linzhixia", "password": "x"}).encode()
        for kind in ("application/x-www-form-urlencoded", "text/plain"):
            assert wire.ask("POST", "/login/", form, Content_Type=kind, Origin=origin)[0] == 403


def test_exports_stay_within_right_scope_and_time(wires: dict[str, Wire]) -> None:
    """A44."""
    assert wires["linzhixia"].api("POST", "/exports", {"kind": "customers", "format": "csv"})[0] == 403
    for name in ("all=1", "page_size=100000", "team=2"):
        assert wires["linzhixia"].api("GET", f"/customers?{name}")[0] == 400, name
    assert wires["linzhixia"].api("GET", "/exports/1")[0] == 404
    status, run = wires["bailu"].api("POST", "/exports", {"kind": "customers", "format": "csv", "reason": "核查"})
    assert status in {201, 202}, run
    assert wires["linzhixia"].api("GET", f"/exports/{run['id']}")[0] == 404


def test_one_write_twenty_times_at_once(wires: dict[str, Wire]) -> None:
    """A47: one row and one answer; who comes while it is being done is told to ask again."""
    wire, body = wires["bailu"], {"name": "二十次同时提交有限公司"}

    def send(_turn: int) -> tuple[int, Any]:
        for _again in range(200):
            status, answer = wire.api("POST", "/customers", body, Idempotency_Key="twenty-at-once")
            if status not in {409, 503}:
                return status, answer
        return status, answer

    with ThreadPoolExecutor(20) as pool:
        answers = list(pool.map(send, range(20)))
    assert {status for status, _answer in answers} == {201}, answers[:3]
    assert len({answer["id"] for _status, answer in answers}) == 1
    found = wire.api("GET", f"/customers?q={quote('二十次同时提交')}&count=true")[1]
    assert found["total"] == 1


def test_two_editors_at_once(wires: dict[str, Wire], customer: int) -> None:
    """A48: one of them is told."""
    wire = wires["bailu"]
    version = wire.api("GET", f"/customers/{customer}")[1]["version"]

    def save(text: str) -> int:
        for _again in range(50):
            status = wire.api("PATCH", f"/customers/{customer}", {"city": text, "version": version})[0]
            if status != 503:
                break
        return status

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(save, ("甲市", "乙市"))) == [200, 409]


def test_sizes(wires: dict[str, Wire], company: str) -> None:
    """A57: refused, and the server goes on."""
    wire = wires["bailu"]
    refused = {400, 413, 414, 431}
    assert wire.api("POST", "/customers", {"name": "x" * 10_000_000})[0] in refused
    assert (
        wire.ask("POST", "/api/v1/customers", b"[" * 10_000 + b"]" * 10_000, Content_Type="application/json")[0] == 400
    )
    assert wire.api("POST", "/customers", {"name": "x", "tags": ["t"] * 100_000})[0] in refused
    assert wire.api("POST", "/customers", {"name": "x", **{f"x_{n}": 1 for n in range(50_000)}})[0] in refused
    assert wire.ask("GET", "/api/v1/customers?q=" + "x" * 64_000)[0] in refused
    assert wire.ask("GET", "/api/v1/customers?" + "&".join(f"a{n}=1" for n in range(10_000)))[0] in refused
    assert wire.api("GET", "/orders?page=1000000000000")[0] == 400
    assert Wire(company).ask("GET", "/" + "a" * 64_000)[0] in {*refused, 302, 404}


def test_long_addresses_and_heads_get_a_page_of_ours(company: str) -> None:
    """A57: what the server refuses before the application sees it says the way out, in both languages."""
    for status, path, heads in ((414, "/customers/?q=" + "x" * 9_000, {}), (414, "/" + "x" * 200_000, {}), (431, "/login/", {"Cookie": "a=" + "b" * 9_000})):  # fmt: skip
        given, headers, body = Wire(company).ask("GET", path, **heads)
        assert given == status
        assert headers["X-Content-Type-Options"] == "nosniff" and headers["Content-Security-Policy"]
        page = body.decode()
        assert "什么都没有改动" in page and "Nothing was changed" in page and "style" in page
        assert "xxxx" not in page and "gunicorn" not in page + str(headers)


def test_text_and_numbers_at_the_edge(wires: dict[str, Wire], customer: int) -> None:
    """A58, A59: stored or refused, with the field, and never an error of ours."""
    wire = wires["bailu"]
    for text in ("甲\u202e乙", "甲\u200b乙", "𠮷田", "👩‍👩‍👧", "a" + "\u0301" * 1000, "甲\u0000乙", "ＡＢＣ"):
        assert wire.api("POST", f"/customers/{customer}/contacts", {"name": text})[0] in {201, 400}, ascii(text)
    half = b'{"name": "\\ud800"}'
    assert wire.ask("POST", f"/api/v1/customers/{customer}/contacts", half, Content_Type="application/json")[0] == 400
    for number in ("2147483648", "9223372036854775808", "-1", "1e309", "NaN", "0x10"):
        assert wire.api("GET", f"/customers/{number}")[0] in {400, 404}, number
        body = f'{{"customer_id": {customer}, "number": "T", "placed_at": "2026-02-30", "lines": [{number}]}}'.encode()
        assert wire.ask("POST", "/api/v1/orders", body, Content_Type="application/json")[0] == 400, number
    for day in ("0000-01-01", "10000-01-01", "2026-02-29", "2026-04-31"):
        assert wire.api("PATCH", f"/customers/{customer}", {"founded_on": day})[0] == 400, day


def test_deep_filters(wires: dict[str, Wire]) -> None:
    """A60."""
    wire = wires["bailu"]
    deep = "(" * 50 + "city:filled" + ")" * 50
    assert wire.api("GET", f"/customers?where={quote(deep)}")[0] == 400
    many = "city:" + ",".join(str(each) for each in range(10_000))
    assert wire.ask("GET", f"/api/v1/customers?where={quote(many)}")[0] in {400, 414, 431}
    assert wire.api("GET", "/customers?expand=a.b.c.d")[0] == 400


def picture(width: int, height: int) -> bytes:
    """A PNG that says it has so many points, with none of them."""
    head = b"IHDR" + struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + head + struct.pack(">I", zlib.crc32(head))


UPLOADS = {
    "page.html": b"<html><script>alert(1)</script></html>",
    "picture.svg": b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
    "style.xml": b"<?xml version='1.0'?><?xml-stylesheet href='x.xsl' type='text/xsl'?><a/>",
    "polyglot.png": b"GIF89a/*<script>alert(1)</script>*/=1;",
    "huge.png": picture(50_000, 50_000),
    "cut.png": picture(10, 10)[:20],
    "nothing.pdf": b"",
}


@pytest.mark.parametrize("name", UPLOADS)
def test_files(wires: dict[str, Wire], customer: int, name: str) -> None:
    """A28, A29: refused, or served as something to be saved in which nothing runs."""
    wire = wires["bailu"]
    kind = {"Content_Type": "application/octet-stream"}
    where = f"/api/v1/customers/{customer}/files?name={quote(name)}"
    status, _headers, given = wire.ask("POST", where, UPLOADS[name], **kind)
    assert status in {201, 400, 413}, given
    if status == 201:
        _status, headers, _body = wire.ask("GET", f"/api/v1/files/{json.loads(given)['id']}/content")
        assert headers["Content-Disposition"].startswith("attachment")
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert "sandbox" in headers["Content-Security-Policy"]


def test_names_of_files_lead_nowhere(wires: dict[str, Wire], customer: int, company_home: Path) -> None:
    """A27: stored under a name of ours, served under one that no system reads as a path."""
    wire = wires["bailu"]
    names = ["../../../evil.txt", "..\\evil.txt", "%2e%2e%2fevil.txt", "/etc/evil.txt", "C:evil.txt", "con.txt", "evil.txt.", "e" * 4000 + ".txt", "a\r\nSet-Cookie: b.txt"]  # fmt: skip
    for name in names:
        where = f"/api/v1/customers/{customer}/files?name={quote(name, safe='')}"
        status, _headers, given = wire.ask("POST", where, name.encode(), Content_Type="application/octet-stream")
        assert status in {201, 400}, (name[:40], given)
        if status == 201:
            _status, headers, _body = wire.ask("GET", f"/api/v1/files/{json.loads(given)['id']}/content")
            assert not set("/\\\r\n") & set(headers["Content-Disposition"]), headers["Content-Disposition"]
            assert "Set-Cookie" not in headers or "b.txt" not in headers["Set-Cookie"]
    assert not [path for path in company_home.parent.rglob("*evil*") if path.is_file()]


def test_a_file_beyond_the_limit_leaves_nothing(wires: dict[str, Wire], customer: int, company_home: Path) -> None:
    """A30: one byte too many, and a body without a length."""
    wire, where = wires["bailu"], f"/api/v1/customers/{customer}/files?name=big.txt"
    before = sum(1 for path in company_home.rglob("*") if path.is_file() and path.stat().st_size > 40 * 1024 * 1024)
    status = wire.ask("POST", where, b"x" * (50 * 1024 * 1024 + 1), Content_Type="application/octet-stream")[0]
    assert status == 413
    connection = http.client.HTTPConnection(wire.host, timeout=60)
    headers = {"Authorization": f"Bearer {wire.token}", "Content-Type": "application/octet-stream"}
    connection.request("POST", where, iter([b"x" * 1000] * 10), headers, encode_chunked=True)
    assert connection.getresponse().status in {201, 400, 411, 413}
    connection.close()
    after = sum(1 for path in company_home.rglob("*") if path.is_file() and path.stat().st_size > 40 * 1024 * 1024)
    assert after == before
