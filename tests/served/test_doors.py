"""Every door with a foreign key, over the wire (A1, A3, A4, A5, A11, A12): all addresses and operations from their lists."""

from __future__ import annotations

import base64
import inspect
import re
import sys
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

import pytest
from django.urls import resolve, reverse

from tests.security.matrix.asking import PATHS, Question
from tests.security.matrix.operations import SCOPES
from tests.security.world import ROLES
from tests.served import measuring
from tests.served.found import SECRET
from tests.served.house import Asked, House, together
from tests.served.wire import Answer, Visitor, Wire
from weixi.integrations.docs import openapi_document

# A specialist has the narrowest scope, the account manager sits in another department and sees none of these objects.
TWO = ("specialist", "account_manager")
ENDING = {"logout", "login", "login-code"}


def lines_of(house: House, role: str | None) -> list[Asked]:
    return [each for each in house.known.asked[role] if each.name not in ENDING]


@pytest.mark.parametrize("role", [None, *ROLES])
def test_refusals_are_the_matrix_over_the_wire_and_leave_no_trace(house: House, role: str | None) -> None:
    """A1, A3, A4: every line this person may not pass; for some also all they may read, which writes nothing either."""

    def wrong(asked: Asked) -> str:
        answer = house.send(role, asked)
        # Who keeps guessing tokens is told to wait, and a file without one is not read to its end.
        right = answer.verdict in asked.expected or (role is None and asked.program and answer.status in {429, 413})
        return "" if right else f"{asked}: {answer.status} {answer.body[:120]!r}"

    refused = [each for each in lines_of(house, role) if not each.passes]
    reads = [each for each in lines_of(house, role) if each.passes and each.question.method == "GET"]
    house.visitor(role)
    with house.untouched():
        found = together(wrong, refused + (reads if role in (None, *TWO) else []))
    assert not [each for each in found if each]
    assert len(refused) > (0 if role == "admin" else 40)


@pytest.mark.parametrize("role", TWO)
def test_what_is_foreign_answers_as_what_does_not_exist(house: House, role: str) -> None:
    """A1: word for word, for every method of every address and operation that names an object."""

    def told(asked: Asked) -> str:
        foreign, missing = house.send(role, asked), house.send(role, asked, missing=True)
        one, other = _words(foreign, asked.question.path), _words(missing, asked.missing.path)
        same = (foreign.status, one) == (missing.status, other)
        return "" if same else f"{asked}: {foreign.status} {missing.status} {foreign.body[:90]!r} {missing.body[:90]!r}"

    lines = [each for each in lines_of(house, role) if 404 in each.expected and each.owned]
    with house.untouched():
        found = together(told, lines)
    assert not [each for each in found if each]
    assert len(lines) > 100


def _words(answer: Answer, path: str) -> str:
    """The text without what differs from one rendering to the next: the address, tokens against forgery, numbers."""
    return re.sub(r"[A-Za-z0-9]{64}|\d+", "", answer.text.replace(path, ""))


def test_what_is_foreign_takes_as_long_as_what_does_not_exist(house: House) -> None:
    """A1: nobody learns by the clock which keys there are. What the server works for each, whatever else the machine does."""
    wire, visitor = house.wire("specialist"), house.visitor("specialist")
    foreign, nothing = house.ids("customer", "outsider"), house.world.shared["nothing"]
    asks: list[Callable[[Any], Any]] = [
        lambda pk: wire.ask("GET", f"/api/v1/customers/{pk}"),
        lambda pk: visitor.get(reverse("customer", args=[pk])),
    ]
    for ask in asks:
        worked: dict[Any, float] = {foreign: 0.0, nothing: 0.0}
        for _turn in range(3):
            for pk in worked:
                began = measuring.seconds(house.process)
                for _again in range(15):
                    ask(pk)
                worked[pk] += measuring.seconds(house.process) - began
        one, other = worked.values()
        assert abs(one - other) < max(0.5 * min(one, other), 0.1), (one, other)


def test_no_other_method_opens_a_foreign_object(house: House) -> None:
    """A1: PUT, PATCH, DELETE and HEAD on every address and operation that names one."""
    lines = [each for each in lines_of(house, "specialist") if each.owner == "outsider" and each.owned]
    paths = {(each.program, each.question.path) for each in lines if 404 in each.expected}
    known = {(each.question.method, each.question.path) for each in lines}

    def wrong(asked: tuple[str, bool, str]) -> str:
        method, program, path = asked
        question = Question(method, path, b"{}" if program else b"", "application/json")
        if program:
            answer = Answer(*house.wire("specialist").ask(method, path, question.body, Content_Type=question.kind))
        else:
            answer = house.visitor("specialist").send(question)
        return "" if answer.status in {400, 403, 404, 405, 415} else f"{method} {path}: {answer.status}"

    tries = [(method, *one) for one in sorted(paths) for method in ("PUT", "PATCH", "DELETE", "POST", "HEAD")
             if (method, one[1]) not in known]  # fmt: skip
    with house.untouched():
        found = together(wrong, tries)
    assert not [each for each in found if each]
    assert len(tries) > 250


GUESSES = (
    "/files/", "/media/", "/static/../../files/", "/static/..%2f..%2fweixi.sqlite3", "/static/%2e%2e/%2e%2e/secret-key",
    "/weixi.sqlite3", "/secret-key", "/backups/", "/exports/", "/var/files/", "/static/dist/../../../../files/", "//files/",
)  # fmt: skip


@pytest.mark.parametrize("role", [None, *TWO])
def test_files_have_no_address_but_that_of_their_record(house: House, role: str | None) -> None:
    """A3: by the names they are kept under, by their folder, by neighbouring numbers; nobody and other people."""
    kept = [path.relative_to(house.home).as_posix() for path in (house.home / "files").rglob("*") if path.is_file()]
    assert kept, "there is something to be guessed"
    contents = [(house.home / name).read_bytes() for name in kept]
    visitor = house.visitor(role)
    paths = [*GUESSES, *(prefix + name for name in kept for prefix in ("/", "/static/", "/static/../", "/media/"))]
    paths += [
        reverse(name, args=[pk])
        for name in ("attachment", "import-error-file")
        for pk in (house.ids({"attachment": "attachment"}.get(name, "import"), "outsider"), 0, 999_999)
    ]
    with house.untouched():
        for path in paths:
            answer = visitor.get(path)
            assert answer.verdict in {403, 404, "log in"} or answer.status in {301, 400}, (path, answer.status)
            assert answer.body not in contents, path


def _names_asked_by(path: str) -> set[str]:
    """The parameters that the module behind a page reads from its address."""
    module = sys.modules[inspect.unwrap(resolve(urlsplit(path).path).func).__module__]
    return set(re.findall(r"GET(?:\.get|\.getlist)?[(\[]\s*\"(\w+)\"", inspect.getsource(module)))


def _list_names() -> set[str]:
    return {
        each["name"]
        for methods in openapi_document()["paths"].values()
        for each in methods.get("get", {}).get("parameters", ())
        if each["in"] == "query"
    }


def _side_doors(house: House, role: str) -> Iterator[Question]:
    """Every page and operation that may be read, with every parameter it knows naming something foreign."""
    customer = house.ids("customer", "outsider")
    # Half of the word that marks what is foreign: what was asked comes back on the page, the rest only with the record.
    values = [str(customer), SECRET[:-3], "zhou"]
    lists = _list_names()
    for asked in lines_of(house, role):
        if asked.question.method != "GET" or not asked.passes:
            continue
        path = urlsplit(asked.question.path).path
        yield asked.question
        if asked.program:
            operation = openapi_document()["paths"][PATHS[asked.name, "GET"]]["get"]
            names = {each["name"] for each in operation.get("parameters", ()) if each["in"] == "query"}
        else:
            names = _names_asked_by(path) | (lists if asked.name in {"customers", "customers-count"} else set())
        for name in sorted(names):
            for value in values:
                yield Question("GET", f"{path}?{urlencode({name: value})}")
            if "customer" in names - {name}:
                yield Question(
                    "GET", f"{path}?{urlencode({'customer': customer, name: house.ids('contact', 'outsider')})}"
                )


def test_no_side_door_shows_a_word_of_what_is_foreign(house: House) -> None:
    """A4, A5: previews, pickers, timelines, feeds, papers, plans and boards, with every parameter they know."""

    def leaks(question: Question) -> str:
        if question.path.startswith("/api/v1/") and "openapi" not in question.path:
            answer = Answer(*house.wire("specialist").ask("GET", question.path))
        else:
            answer = house.visitor("specialist").send(question)
        return question.path if SECRET in answer.text else ""

    doors = list(dict.fromkeys(_side_doors(house, "specialist")))
    with house.untouched():
        found = together(leaks, doors)
    assert not [each for each in found if each]
    assert len(doors) > 400
    # There is something to leak: who may, reads it.
    customer = reverse("customer", args=[house.ids("customer", "outsider")])
    assert SECRET in house.visitor("outsider").get(customer).text


@pytest.mark.parametrize("role", ["specialist", "admin"])
@pytest.mark.parametrize("scope", ["read", "write", "export"])
def test_a_token_opens_what_it_was_made_for_and_nothing_else(house: House, role: str, scope: str) -> None:
    """A11: every operation beyond the scope."""
    beyond = []
    for asked in lines_of(house, role):
        needed = SCOPES.get(asked.name, "read" if asked.question.method == "GET" else "write")
        if asked.program and needed not in {"read", scope}:
            beyond.append((asked, f"scope.{needed}"))

    def wrong(each: tuple[Asked, str]) -> str:
        answer = house.send(role, each[0], scope=scope)
        right = answer.status == 403 and each[1] in answer.text
        return "" if right else f"{each[0]}: {answer.status} {answer.body[:100]!r}"

    with house.untouched():
        found = together(wrong, beyond)
    assert not [each for each in found if each]
    assert len(beyond) > (2 if scope == "write" else 20)


def test_a_token_is_no_log_in_and_makes_no_token(house: House) -> None:
    """A11: no page opens to it, no operation makes or lists tokens; a cookie opens no operation."""
    bearer = {"Authorization": f"Bearer {house.world.token('admin')}"}
    pages = [each for each in lines_of(house, "admin") if not each.program and "log in" not in each.expected]
    # The description of the API is for programs too.
    closed = [each for each in pages if each.name not in {"healthz", "language", "api:openapi"}]

    def wrong(asked: Asked) -> str:
        answer = Visitor(house.address).send(asked.question, **bearer)
        return "" if answer.verdict in {"log in", 403} else f"{asked}: {answer.status}"

    with house.untouched():
        assert not [each for each in together(wrong, closed) if each]
        cookies = "; ".join(f"{name}={value}" for name, value in house.visitor("admin").cookies.items())
        assert Wire(house.address).ask("GET", "/api/v1/me", Cookie=cookies)[0] == 401
    assert not [path for path in openapi_document()["paths"] if "token" in path]
    assert len(closed) > 150


PRETENCES = (
    "X-Remote-User", "Remote-User", "X-User-Id", "X-On-Behalf-Of", "X-Forwarded-User", "X_Remote_User", "REMOTE_USER",
    "X-Auth-Request-User", "X-Impersonate", "Impersonate-User", "X-WEBAUTH-USER", "X-Authenticated-User", "From",
)  # fmt: skip


def test_pretending_to_be_somebody_opens_nothing(house: House) -> None:
    """A12: by header, by parameter, by field of the body, by the password in the head; alone and beside a real token."""
    as_admin = dict.fromkeys(PRETENCES, "admin")
    basic = base64.b64encode(b"admin:Correct-Horse-7").decode()
    pages = [each for each in lines_of(house, None) if not each.program and each.expected == {"log in"}]

    def wrong(asked: Asked) -> str:
        # The underscores are sent as they are: a server that takes them for dashes would be fooled.
        answer = _raw(house, asked.question, {**as_admin, "Authorization": f"Basic {basic}"})
        return "" if answer.verdict in {"log in", 403} else f"{asked}: {answer.status}"

    with house.untouched():
        assert not [each for each in together(wrong, pages) if each]
        secret = house.world.token("specialist")
        for name in PRETENCES:
            told = _raw(house, Question("GET", "/api/v1/me"), {"Authorization": f"Bearer {secret}", name: "admin"})
            assert told.status == 200 and '"qian"' in told.text, name
        for name in ("on_behalf_of", "as", "user", "act_for", "run_as"):
            assert house.wire("specialist").ask("GET", f"/api/v1/me?{name}=admin")[0] == 400, name
            body = {"name": "冒名有限公司", name: "admin"}
            assert house.wire("specialist").ask("POST", "/api/v1/customers", body)[0] == 400, name
        foreign = quote(str(house.ids("customer", "outsider")))
        for name in PRETENCES:
            told = house.visitor("specialist").get(f"/customers/{foreign}/?as=admin", **{name: "admin"})
            assert told.status == 404, name
    assert len(pages) > 150


def _raw(house: House, asked: Question, heads: dict[str, str]) -> Answer:
    """With the names of the heads exactly as given."""
    import http.client

    connection = http.client.HTTPConnection(urlsplit(house.address).netloc, timeout=60)
    try:
        connection.request(asked.method, asked.path, asked.body or None, {**heads, "Content-Type": asked.kind})
        given = connection.getresponse()
        return Answer(given.status, given.headers, given.read())
    finally:
        connection.close()
