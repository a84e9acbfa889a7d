"""Names, values and sizes that no page and no operation expects, over the wire (A16, A17, A24, A25, A57, A58, A59, A60).

Everything here is refused or only read, so the database stays as it was; the server's log has no fault of a query.
"""

from __future__ import annotations

import re
import statistics
import time
from collections.abc import Iterator
from itertools import cycle
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

import pytest
from django.urls import reverse

from tests.security.matrix.asking import PATHS, Question
from tests.security.test_attacks_api import NAMES, VALUES
from tests.security.test_attacks_people import CROOKED, Elements
from tests.served import measuring
from tests.served.house import Asked, House, together
from tests.served.test_doors import _list_names, _names_asked_by, lines_of
from weixi.integrations.docs import openapi_document

# Of all values each parameter gets so many, in turn: every value meets a part of all parameters.
EACH = 2
MORE = ("99999999999999999999", "9" * 5000, "²", "１２", "1" * 18, "00000000-0000-0000-0000-000000000000", "2026-13", "0000-00", "9999-12", "a.b.c.d", "1,2,3", "..")  # fmt: skip
LISTS = {"customers", "customers-count", "customers-counts", "customers-board-more", "customers-through"}


def _parameters(house: House, role: str) -> Iterator[tuple[Asked, str, str]]:
    """(line, path, name) of every parameter of every page and operation that may be read."""
    for asked in lines_of(house, role):
        if asked.question.method != "GET" or not asked.passes or (asked.owned and asked.owner != "specialist"):
            continue
        path = urlsplit(asked.question.path).path
        if asked.program:
            operation = openapi_document()["paths"][PATHS[asked.name, "GET"]]["get"]
            names = {each["name"] for each in operation.get("parameters", ()) if each["in"] == "query"}
        else:
            names = _names_asked_by(path) | (_list_names() if asked.name in LISTS else set())
        for name in sorted(names):
            yield asked, path, name


def _ask(house: House, role: str, asked: Asked, path: str) -> Any:
    if asked.program:
        status, _headers, body = house.wire(role).ask("GET", path)
        return status, body
    answer = house.visitor(role).send(Question("GET", path))
    return answer.status, answer.body


def test_no_value_of_any_parameter_breaks_a_page_or_an_operation(house: House) -> None:
    """A24, A59: numbers no column holds, days there are not, SQL, half of a language, more than anybody reads."""
    values = cycle([*VALUES, *MORE])
    tries = [(asked, f"{path}?{urlencode({name: next(values)})}") for asked, path, name in _parameters(house, "supervisor")
             for _turn in range(EACH)]  # fmt: skip

    def wrong(each: tuple[Asked, str]) -> str:
        status, _body = _ask(house, "supervisor", *each)
        return "" if status in {200, 302, 400, 403, 404, 414, 422} else f"{each[1][:150]}: {status}"

    with house.untouched():
        found = together(wrong, tries)
    assert not [each for each in found if each]
    assert len(tries) > 400


def test_names_outside_the_list_are_refused_by_every_operation(house: House) -> None:
    """A25: lookups, connectors, attributes, fifty joins; pages pass over what they do not know and show the same."""
    reads = [
        each for each in lines_of(house, "specialist") if each.passes and each.question.method == "GET" and each.program
    ]
    names = cycle(NAMES)

    def wrong(asked: Asked) -> str:
        path = urlsplit(asked.question.path).path
        told = {_ask(house, "specialist", asked, f"{path}?{quote(next(names), safe='')}=1")[0] for _turn in range(5)}
        return "" if told <= {400} else f"{asked}: {told}"

    described = [each for each in reads if each.name not in {"api:openapi", "api:docs"}]
    with house.untouched():
        found = together(wrong, described)
        assert not [each for each in found if each]
        for name in NAMES:
            answer = house.visitor("specialist").get(f"{reverse('customers')}?{quote(name, safe='')}=1")
            assert answer.status in {200, 400, 404, 422}, name
            assert "wxforeign" not in answer.text


def test_no_sleep_in_a_value_is_slept(house: House) -> None:
    """A24: as quick as any other text."""
    wire, times = house.wire("specialist"), dict[str, list[float]]()
    payloads = ("1 AND pg_sleep(9)", "';SELECT pg_sleep(9)--", "randomblob(1000000000)", "xx", "load_extension('x')")
    for _turn in range(5):
        for text in payloads:
            for name in ("q", "city", "sort", "where"):
                began = time.perf_counter()
                wire.ask("GET", f"/api/v1/customers?{name}={quote(text)}")
                times.setdefault(text, []).append(time.perf_counter() - began)
    # Nine seconds are asked for; a busy machine takes a fraction of that.
    assert max(map(statistics.median, times.values())) < 5


@pytest.mark.parametrize("number", range(len(CROOKED)))
def test_crooked_forms_over_the_wire(house: House, number: int) -> None:
    """A8, A57, A58, A59: bytes that are no text, lone halves, numbers beyond every column, too much of everything."""
    visitor, customer = house.visitor("specialist"), house.ids("customer", "outsider")
    kind = "application/x-www-form-urlencoded"
    with house.untouched():
        # A foreign customer: a refusal by scope, after the form was read. A new one is not made without a sound name.
        answer = visitor.ask("POST", reverse("customer-edit", args=[customer]), CROOKED[number], Content_Type=kind)
        assert answer.status in {400, 404}
    answer = visitor.ask(
        "POST", reverse("customer-edit", args=[house.ids("twin", "specialist")]), CROOKED[number], Content_Type=kind
    )
    assert answer.status in {200, 302, 400, 422}


NONSENSE = ("9" * 5000, "9" * 30, "-1", "²", "x" * 100_000, "\x00", "__class__", "1e9")
# Forms in which numbers, names and texts come that no browser would send; of each all of these fields at once.
TYPED = {
    "grading-rows": ("customer", "included"), "grading-approve": ("expected",), "customers-hand-over": ("leaver", "to", "reason"),
    "customers-bulk-assign": ("pick", "owner", "reason"), "customers-bulk-tag": ("pick", "tag", "tag_text"), "palette-pin": ("pin", "unpin", "back"),
    "palette-opened": ("item",), "export-new": ("kind", "format", "reason", "query", "pick"), "customers-view-new": ("name", "audience", "query", "version"),
    "customers-columns": ("column", "place-city", "width-city"), "occasion-new": ("kind", "day", "title", "place", "remark"),
    "visit-choose": ("reason",), "visit-plan": ("day",), "customer-tag": ("tag", "listed", "remove"), "second-factor-confirm": ("code", "proposal"),
    "contact-place": ("version", "influences", "reports_to", "part", "note"), "customer-co-owner": ("co_owner", "reason", "version"),
    "interaction-new": ("customer", "kind", "followup", "settle", "contact", "occurred_at", "minutes"), "preferences": ("language", "theme", "density"),
    "order-new": ("number", "placed_at", "amount_1", "quantity_1"), "asset-new": ("name", "count", "warranty_until"),
}  # fmt: skip


@pytest.mark.parametrize("name", TYPED)
def test_nonsense_in_forms_is_refused_or_passed_over(house: House, name: str) -> None:
    """A57, A58, A59: numbers no column holds, digits of other scripts, texts without end; never a fault of ours."""
    role = "service_manager" if name.startswith("grading") else "supervisor"
    asked = next(
        each for each in lines_of(house, role)
        if each.name == name and each.question.method == "POST" and (each.passes or not each.owned)
    )  # fmt: skip
    for text in NONSENSE:
        answer = house.visitor(role).post(asked.question.path, [(field, text) for field in TYPED[name]])
        assert answer.status in {200, 204, 302, 400, 403, 404, 409, 422}, (text[:20], answer.status)


BIG: dict[str, tuple[str, str, Any, str]] = {
    "ten megabytes in a field": ("POST", "/api/v1/customers", b'{"name": "' + b"x" * 10_000_000 + b'"}', "application/json"),
    "depth": ("POST", "/api/v1/customers", b'{"name": ' * 10_000 + b"1" + b"}" * 10_000, "application/json"),
    "a hundred thousand items": ("POST", "/api/v1/customers", b'{"name": "x", "tags": [' + b'"t",' * 99_999 + b'"t"]}', "application/json"),
    "a hundred thousand fields": ("POST", "/api/v1/customers", b'{"name": "x"' + b"".join(b', "x_%d": 1' % n for n in range(60_000)) + b"}", "application/json"),
    "an integer of a million digits": ("POST", "/api/v1/orders", b'{"customer_id": ' + b"9" * 900_000 + b"}", "application/json"),
    "an exponent": ("POST", "/api/v1/orders", b'{"customer_id": 1e400, "number": 1e999999}', "application/json"),
    "a form of ten thousand fields": ("POST", "/customers/new/", b"&".join(b"f%d=1" % n for n in range(10_000)), "application/x-www-form-urlencoded"),
    "a form of ten megabytes": ("POST", "/customers/new/", b"name=" + b"x" * 10_000_000, "application/x-www-form-urlencoded"),
    "a far page": ("GET", "/api/v1/orders?page=1000000000000", None, ""),
    "ten thousand parameters": ("GET", "/api/v1/customers?" + "&".join(f"a{n}=1" for n in range(1200)), None, ""),
    "fifty levels": ("GET", "/api/v1/customers?where=" + quote("(" * 50 + "city:filled" + ")" * 50), None, ""),
    "a thousand values": ("GET", "/api/v1/customers?where=" + quote("city:" + ",".join(map(str, range(1200)))), None, ""),
    "a long chain": ("GET", "/api/v1/customers?where=" + quote(" ".join(["city:filled"] * 400)), None, ""),
    "expansion": ("GET", "/api/v1/customers?expand=a.b.c.d", None, ""),
}  # fmt: skip


@pytest.mark.parametrize("name", BIG)
def test_what_is_too_big_is_refused_and_leaves_nothing(house: House, name: str) -> None:
    """A57, A59, A60."""
    method, path, body, kind = BIG[name]
    with house.untouched():
        began = measuring.seconds(house.process)
        if path.startswith("/api/"):
            status = house.wire("specialist").ask(method, path, body, Content_Type=kind)[0]
        else:
            status = house.visitor("specialist").ask(method, path, body, Content_Type=kind).status
        assert status in {400, 413, 414, 422, 431}, status
        assert measuring.seconds(house.process) - began < 10


ADDRESSES = ("javascript:wxevil()", "JaVaScRiPt:wxevil()", " java\tscript:wxevil()", "java\nscript:wxevil()", "data:text/html,<wxevil>",
             "vbscript:wxevil()", "\x01javascript:wxevil()", "//wxevil.test/x", "https://x\" onclick=\"wxevil()", "javascript&colon;wxevil()")  # fmt: skip


def test_addresses_are_no_links_to_scripts_and_no_text_becomes_a_header(house: House) -> None:
    """A16, A17: in the fields for addresses; no answer carries what people typed in its head, and htmx evaluates nothing."""
    wire, customer = house.wire("specialist"), house.ids("customer", "specialist")
    for text in ADDRESSES:
        for field in ("website", "email", "wechat"):
            assert wire.api("PATCH", f"/customers/{customer}", {field: text})[0] in {200, 400}
        page = reverse("customer", args=[customer])
        for path in (
            page,
            f"{page}?tab=archive",
            reverse("customer-edit", args=[customer]),
            reverse("customer-look", args=[customer]),
        ):
            answer = house.visitor("specialist").get(path, HX_Request="true")
            elements = Elements()
            elements.feed(answer.text)
            assert not elements.found, (text, path, elements.found)
            assert not [value for value in answer.headers.values() if "wxevil" in value], (text, path)
    page = house.visitor("specialist").get(reverse("today")).text
    scripts = [house.visitor(None).get(src).text for src in re.findall(r'<script[^>]+src="([^"]+)"', page)]
    assert any(re.search(r"allowEval:\s*(!1|false)", text) for text in scripts)
