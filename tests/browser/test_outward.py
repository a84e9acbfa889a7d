"""The server connects to nobody, and no page or paper makes a reader's program do so (A20, A21).

A company is served with an audit hook that writes down every connection and every name that is looked up, and with
a listener that stands for whatever is aimed at. Each place that takes a text or a file gets addresses; then
everything that is shown, printed or exported is asked for.
"""

from __future__ import annotations

import io
import json
import os
import socket
import subprocess
import sys
import threading
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import cycle
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

import pytest
from django.conf import settings
from django.urls import reverse
from docx import Document
from playwright.sync_api import Browser

from tests.browser.company import served, weixi
from tests.browser.conftest import Enter
from tests.browser.test_markup import addresses, texts_of
from tests.served.wire import Wire

pytestmark = pytest.mark.browser

# Python tells its audit hooks of every connection, whichever library makes it.
HOOK = """
import os, sys
_log = os.open(os.environ["WEIXI_WATCHED"], os.O_WRONLY | os.O_APPEND | os.O_CREAT)
def _hook(event, given):
    if event in ("socket.connect", "socket.sendto", "socket.sendmsg"):
        if not isinstance(given[1], (str, bytes)) and given[1]:
            os.write(_log, f"{event} {given[1]!r}\\n".encode())
    elif event in ("socket.getaddrinfo", "socket.gethostbyname", "urllib.Request", "smtplib.connect", "ftplib.connect"):
        os.write(_log, f"{event} {given[:2]!r}\\n".encode())
sys.addaudithook(_hook)
"""
INSIDE = (
    "127.0.0.1", "0", "0.0.0.0", "0177.0.0.1", "2130706433", "0x7f000001", "127.1", "[::1]", "[::]",
    "[::ffff:127.0.0.1]", "[::ffff:a9fe:a9fe]", "169.254.169.254", "100.100.100.200", "10.0.0.1", "172.16.0.1", "192.168.1.1",
    "[fd00::1]", "[fe80::1]", "localhost", "localhost.localdomain", "metadata.google.internal", "printer.local", "127.0.0.1.nip.io",
    "user@127.0.0.1", "127.0.0.1#@example.com", "example.com@127.0.0.1", "①②⑦.⓪.⓪.①", "127。0。0。1",
)  # fmt: skip
SCHEMES = ("http", "https", "file", "gopher", "ftp", "dict", "ldap", "jar", "\\\\")


@dataclass
class Watched:
    address: str
    home: Path
    port: int
    hits: list[bytes] = field(default_factory=list)

    @property
    def log(self) -> str:
        return (self.home / "watched.log").read_text() if (self.home / "watched.log").exists() else ""

    def targets(self) -> list[str]:
        hosts = [f"http://{host}:{self.port}/x" for host in INSIDE]
        return hosts + [f"{scheme}://127.0.0.1:{self.port}/x" for scheme in SCHEMES]


@pytest.fixture(scope="module")
def watched(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Watched]:
    home = tmp_path_factory.mktemp("watched")
    (home / "sitecustomize.py").write_text(HOOK, "utf-8")
    listener = socket.create_server(("127.0.0.1", 0))
    port = int(listener.getsockname()[1])
    found = Watched("", home, port)

    def listen() -> None:
        while True:
            try:
                connection, _address = listener.accept()
            except OSError:
                return
            with connection:
                connection.settimeout(1)
                found.hits.append(connection.recv(200))

    threading.Thread(target=listen, daemon=True).start()
    # What is not written in Python asks the proxy, as a library that fetches packages of its own would.
    proxies = dict.fromkeys(("http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"), f"http://127.0.0.1:{port}")  # fmt: skip
    surroundings = {"PYTHONPATH": str(home), "WEIXI_WATCHED": str(home / "watched.log"), **proxies}
    with served(home, customers=12, surroundings=surroundings) as address:
        found.address = address
        yield found
    listener.close()


@pytest.fixture(autouse=True)
def _nobody_was_asked(watched: Watched) -> Iterator[None]:
    yield
    assert watched.hits == []
    assert watched.log == ""


@pytest.fixture
def inside(browser: Browser, watched: Watched) -> Iterator[Enter]:
    """Log in to the watched company; what the browser asks anybody else for fails the test."""
    contexts, elsewhere = [], []

    def go(username: str) -> Any:
        context = browser.new_context(base_url=watched.address, locale="zh-CN", timezone_id="Asia/Shanghai")
        contexts.append(context)
        page = context.new_page()

        def asked(request: Any) -> None:
            if not request.url.startswith((watched.address, "data:", "blob:")):
                elsewhere.append(request.url)

        page.on("request", asked)
        page.goto("/")
        page.fill("input[name=username]", username)
        page.fill("input[name=password]", settings.DEMO_PASSWORD)
        page.press("input[name=password]", "Enter")
        page.wait_for_url("**/today/")
        return page

    yield go
    for context in contexts:
        context.close()
    assert elsewhere == []


def wire_of(watched: Watched, name: str = "bailu") -> Wire:
    token = weixi(watched.home, "token", "create", "--user", name, "--scope", "read,write,export")
    return Wire(watched.address, token)


def test_the_hook_sees_connections(watched: Watched) -> None:
    """The instrument itself: a process of the same surroundings that does connect is written down."""
    seen = watched.home / "instrument.log"
    surroundings = {**os.environ, "PYTHONPATH": str(watched.home), "WEIXI_WATCHED": str(seen)}
    asks = f"import socket; socket.create_connection(('127.0.0.1', {watched.port})).close()"
    subprocess.run([sys.executable, "-c", asks], env=surroundings, check=True)
    assert "socket.connect" in seen.read_text() and "getaddrinfo" in seen.read_text()
    for _wait in range(100):
        if watched.hits:
            break
        threading.Event().wait(0.02)
    assert watched.hits.pop() == b""


def test_addresses_in_texts_lead_nobody_anywhere(watched: Watched, inside: Enter) -> None:
    """Every text of a customer, a person and a conversation; then every page, paper and export."""
    wire = wire_of(watched)
    at = f"http://127.0.0.1:{watched.port}"
    payloads = cycle([
        f"{at}/x", f'<img src="{at}/a.png">', f'"><link rel=stylesheet href={at}/a.css>', f"![]({at}/m.png)",
        f'#image("{at}/t.png")', '#import "@preview/cetz:0.3.4": *', f"url({at}/c)", f'=WEBSERVICE("{at}/w")',
        f"<svg><image href='{at}/s'/></svg>", f"\\\\127.0.0.1@{watched.port}\\share",
    ])  # fmt: skip
    customer = int(wire.api("POST", "/customers", {"name": "外联试探有限公司"})[1]["id"])
    taken = 0
    for name, longest in texts_of("ChangeCustomer"):
        taken += wire.api("PATCH", f"/customers/{customer}", {name: next(payloads)[:longest]})[0] == 200
    assert taken > 20
    for number in range(10):
        text = next(payloads)
        _status, person = wire.api("POST", f"/customers/{customer}/contacts", {"name": f"人{number}", "position": text})
        said = {"customer_id": customer, "kind": "call", "content": text, "need": text, "contact_id": person["id"]}
        assert wire.api("POST", "/interactions", said)[0] == 201
    page = inside("bailu")
    for address in addresses(customer, everything=False):
        if page.request.get(address).headers["content-type"].startswith("text/html"):
            page.goto(address)
    for tab in ("", "?tab=archive", "?tab=history", "?tab=people", "?tab=timeline"):
        page.goto(reverse("customer", args=[customer]) + tab)
    for kind in ("form", "record", "card"):
        paper = reverse("customer-paper", args=[customer, kind])
        if page.request.get(paper).status != 200:
            continue
        page.goto(paper)
        for suffix in ("pdf", "docx"):
            given = page.request.get(reverse("customer-paper-file", args=[customer, kind, suffix]))
            assert given.ok and given.body()[:2] in {b"%P", b"PK"}
            if suffix == "docx":
                assert not outside(given.body())
    for form in ("csv", "xlsx"):
        asked = {"kind": "customers", "format": form, "reason": "核查"}
        assert wire.api("POST", "/exports", asked)[0] in {201, 202}
    for name in ("grading-register-xlsx", "grading-register-pdf", "grading-service-standards-pdf"):
        assert page.request.get(reverse(name)).ok, name


def outside(packed: bytes) -> list[str]:
    """Relations of an office file that are fetched when it is opened."""
    with zipfile.ZipFile(io.BytesIO(packed)) as parts:
        texts = [parts.read(name).decode() for name in parts.namelist() if name.endswith(".rels")]
    return [text for text in texts if "External" in text and "/hyperlink" not in text]


def form(page: Any, address: str, where: str, name: str, content: bytes, **fields: str) -> Any:
    """Send a file by the form of a page, as a browser does."""
    page.goto(address)
    token = page.locator("input[name=csrfmiddlewaretoken]").first.get_attribute("value")
    file = {"name": name, "mimeType": "application/octet-stream", "buffer": content}
    sent = {"csrfmiddlewaretoken": token, "file": file, **fields}
    return page.request.post(where, multipart=sent, headers={"Referer": page.url}, max_redirects=0)


def layout(target: str) -> bytes:
    """A Word file whose picture lies at the target."""
    stream, made = io.BytesIO(), io.BytesIO()
    Document().save(stream)
    mark = f'<Relationship Id="rX" Type="a/image" Target="{target.replace("&", "&amp;")}" TargetMode="External"/></Relationships>'
    with zipfile.ZipFile(stream) as old, zipfile.ZipFile(made, "w") as new:
        for info in old.infolist():
            body = old.read(info)
            if info.filename == "word/_rels/document.xml.rels":
                body = body.replace(b"</Relationships>", mark.encode())
            new.writestr(info.filename, body)
    return made.getvalue()


def test_layouts_of_papers_with_pictures_elsewhere_are_refused(watched: Watched, inside: Enter) -> None:
    """Each host of the list: refused, with the same words."""
    page = inside("admin")
    keep, told = reverse("paper-template-keep", args=["form"]), set()
    for target in watched.targets():
        answer = form(page, reverse("paper-templates"), keep, "x.docx", layout(target)) if not told else None
        if answer is None:
            token = page.locator("input[name=csrfmiddlewaretoken]").first.get_attribute("value")
            file = {"name": "x.docx", "mimeType": "application/octet-stream", "buffer": layout(target)}
            sent = {"csrfmiddlewaretoken": token, "file": file}
            answer = page.request.post(keep, multipart=sent, headers={"Referer": page.url}, max_redirects=0)
        assert answer.status == 422, target
        told.add("放到文件里" in answer.text() or "put it into the file" in answer.text() or "文件" in answer.text())
    assert told == {True}


WEB_PAGE = '<html><head><link rel=stylesheet href="{0}"><base href="{0}"></head><body><img src="{0}"><iframe src="{0}"></iframe><table><tr><th>客户名称</th><th>城市</th></tr><tr><td>网页表格有限公司</td><td><img src="{0}">上海</td></tr></table></body></html>'  # fmt: skip


def test_files_that_point_elsewhere_are_read_and_nothing_is_fetched(watched: Watched, inside: Enter) -> None:
    """Import: a page saved as .xls, a workbook with a link to another, an address in place of a file; pictures."""
    page, at = inside("bailu"), f"http://127.0.0.1:{watched.port}/x"
    linked = io.BytesIO()
    with zipfile.ZipFile(linked, "w") as package:
        package.writestr("[Content_Types].xml", "<Types/>")
        package.writestr("xl/workbook.xml", "<workbook/>")
        package.writestr("xl/_rels/workbook.xml.rels", f'<Relationships><Relationship Id="r" Type="a/externalLink" Target="{at}" TargetMode="&#69;xternal"/></Relationships>')  # fmt: skip
    new = reverse("import-new")
    for name, content in (
        ("客户.xls", WEB_PAGE.format(at).encode()),
        ("客户.xlsx", linked.getvalue()),
        ("客户.csv", f"客户名称,网址\n网址有限公司,{at}\n".encode()),
        ("客户.url", f"[InternetShortcut]\nURL={at}\n".encode()),
    ):
        answer = form(page, new, new, name, content, kind="customers")
        assert answer.status in {302, 303, 422, 400}, (name, answer.status)
    token = page.locator("input[name=csrfmiddlewaretoken]").first.get_attribute("value")
    for key in ("file", "url", "address"):
        given = urlencode({"csrfmiddlewaretoken": token, "kind": "customers", key: at})
        kind = {"Content-Type": "application/x-www-form-urlencoded", "Referer": page.url}
        assert page.request.post(new, data=given, headers=kind, max_redirects=0).status == 422
    wire = wire_of(watched)
    customer = int(wire.api("POST", "/customers", {"name": "图片试探有限公司"})[1]["id"])
    picture = f"<svg xmlns='http://www.w3.org/2000/svg'><image href='{at}'/></svg>".encode()
    for name in ("a.svg", "a.html", "a.png"):
        where = f"/api/v1/customers/{customer}/files?name={quote(name)}"
        wire.ask("POST", where, picture, Content_Type="application/octet-stream")
    page.goto(reverse("customer-files", args=[customer]))


def test_no_door_tests_a_connection(watched: Watched, inside: Enter) -> None:
    """A21: mail is set up in the surroundings of the server alone. A host and a port sent to any form or operation
    of an administrator are taken by none, and answered alike whether somebody listens there or not.
    """
    page = inside("admin")
    closed = socket.create_server(("127.0.0.1", 0))
    nobody = int(closed.getsockname()[1])
    closed.close()
    told: dict[int, list[Any]] = {}
    names = ("safekeeping-outgoing", "preferences", "safekeeping-retention")
    for port in (watched.port, nobody):
        fields = {
            "host": "127.0.0.1", "port": str(port), "smtp_host": "127.0.0.1", "email_host": f"127.0.0.1:{port}",
            "url": f"http://127.0.0.1:{port}/", "webhook": f"http://127.0.0.1:{port}/", "test": "1",
        }  # fmt: skip
        told[port] = []
        for name in names:
            page.goto(reverse("safekeeping"))
            token = page.locator("input[name=csrfmiddlewaretoken]").first.get_attribute("value")
            given = page.request.post(
                reverse(name),
                form={"csrfmiddlewaretoken": str(token), **fields},
                headers={"Referer": page.url},
                max_redirects=0,
            )
            told[port].append((name, given.status))
    assert told[watched.port] == told[nobody]
    schema = page.request.get(reverse("api:openapi")).text()
    assert not [
        name for name in json.loads(schema)["paths"] if any(word in name for word in ("smtp", "webhook", "mail"))
    ]
