"""A form sent twenty times at once makes one thing and is answered alike (A47), at every page that makes something; and two
people who have the same form open (A48)."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from typing import Any

import pytest
from django.urls import reverse

from tests.security.matrix.test_pages import named_urls
from tests.served.forms import Pairs, forms_of
from tests.served.house import House
from tests.served.wire import Answer

TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="(\w+)"')
NEXT_YEAR = f"{date.today().year + 1}-05-01"
# Page -> (who, of what, what is typed, the table that gets one row more).
FORMS: dict[str, tuple[str, str, dict[str, str], str]] = {
    "customer-new": ("specialist", "", {"name": "同时提交纺织有限公司"}, "customers_customer"),
    "contact-new": ("specialist", "customer", {"name": "同时提交"}, "customers_contact"),
    "interaction-new": ("specialist", "?customer", {"kind": "call", "content": "同时提交"}, "interactions_interaction"),
    "occasion-new": ("specialist", "customer", {"kind": "opening", "day": NEXT_YEAR, "title": "同时提交"}, "customers_occasion"),
    "visit-plan": ("specialist", "customer", {"day": NEXT_YEAR}, "interactions_plannedvisit"),
    "contract-new": ("supervisor", "customer", {"number": "CT-20", "title": "同时提交"}, "commerce_contract"),
    "asset-new": ("supervisor", "customer", {"name": "同时提交机"}, "commerce_asset"),
    "order-take-back": ("supervisor", "order", {"amount": "10", "reason": "同时提交"}, "commerce_order"),
    "customers-view-new": ("specialist", "", {"name": "同时提交", "audience": "own"}, "customers_savedview"),
    "export-new": ("data_steward", "", {"kind": "customers", "format": "csv", "reason": "同时提交"}, "customers_exportrun"),
    "department-new": ("admin", "", {"name": "同时提交部"}, "organisation_department"),
    "person-ask": ("specialist", "person", {"kind": "copy", "channel": "phone", "identity": "回拨核实"}, "privacy_personrequest"),
}  # fmt: skip


def address(house: House, name: str, of: str) -> str:
    if not of:
        return reverse(name)
    if of == "?customer":
        return f"{reverse(name)}?customer={house.ids('customer', 'specialist')}"
    if of == "order":
        # One of its own: what can be taken back of the others is for other tests to say.
        body = {"customer_id": house.ids("customer", "specialist"), "number": "SO-20", "placed_at": "2026-01-05T10:00:00+08:00",
                "lines": [{"amount": "800.00"}]}  # fmt: skip
        status, made = house.wire("supervisor").api("POST", "/orders", body)
        assert status == 201, made
        return reverse(name, args=[made["id"]])
    if of == "person":
        return reverse(name, args=["contact", house.ids("contact", "specialist")])
    return reverse(name, args=[house.ids(of, "specialist")])


def filled(house: House, role: str, path: str, typed: dict[str, str]) -> tuple[str, Pairs]:
    """Where the form of this page goes, and what a browser would send of it; opened anew each time."""
    page = house.visitor(role).get(path)
    assert page.status == 200, (path, page.status)
    form = max(forms_of(page.text, path), key=lambda each: len({one.name for one in each.fields} & set(typed)))
    kept = [(name, value) for name, value in form.pairs() if name not in typed]
    token = TOKEN.search(page.text)
    assert token, path
    return form.action, [("csrfmiddlewaretoken", token[1]), *kept, *typed.items()]


def count(house: House, table: str) -> int:
    return int(house.rows(f"SELECT count(*) FROM {table}")[0][0])


@pytest.mark.parametrize("name", FORMS)
def test_one_form_twenty_times_at_once_is_done_once(house: House, name: str) -> None:
    role, of, typed, table = FORMS[name]
    where, pairs = filled(house, role, address(house, name, of), typed)
    before, visitor = count(house, table), house.visitor(role)

    def send(_turn: int) -> Answer:
        return visitor.post(where, pairs)

    with ThreadPoolExecutor(20) as pool:
        answers = list(pool.map(send, range(20)))
    assert {(answer.status, answer.headers["Location"]) for answer in answers} == {
        (302, answers[0].headers["Location"])
    }
    assert count(house, table) == before + 1
    # Later as well: the answer had been lost, and the form is sent again.
    assert send(0).headers["Location"] == answers[0].headers["Location"]
    assert count(house, table) == before + 1


def test_somebody_is_disabled_and_enabled_once(house: House) -> None:
    """A47: ten administrators at once make one entry of the log, and nobody is told ten times."""
    (pk,) = house.rows("SELECT id FROM organisation_user WHERE username = ?", house.known.leaver)[0]
    told = "SELECT type FROM kernel_event WHERE subject_type = 'user' AND subject_id = ? ORDER BY seq DESC LIMIT 3"
    before = house.rows(told, str(pk))
    for name, kind in (("person-leave", "user.disabled"), ("person-enable", "user.enabled")):
        with ThreadPoolExecutor(10) as pool:
            answers = list(pool.map(house.visitor("admin").post, [reverse(name, args=[pk])] * 10))
        assert {answer.status for answer in answers} == {302}
        now = house.rows(told, str(pk))
        assert now == [(kind,), *before[:2]]
        before = now


# A large file is read before anything is done once: `test_sent_forms` sends it twice.
OTHERWISE = {"import-new"}


def test_every_page_that_makes_something_does_so_once() -> None:
    made = {name: entry.callback for name, entry in named_urls() if name.endswith("-new") and name not in OTHERWISE}
    assert not [name for name, view in made.items() if not getattr(view, "once_per_form", False)]
    assert len(made) > 10


def test_the_form_opened_anew_makes_another(house: House) -> None:
    """Two calls with the same words are two calls."""
    typed: dict[str, Any] = {"kind": "call", "content": "打了两次"}
    path, before = address(house, "interaction-new", "?customer"), count(house, "interactions_interaction")
    for _turn in range(2):
        where, pairs = filled(house, "specialist", path, typed)
        assert house.visitor("specialist").post(where, pairs).status == 302
    assert count(house, "interactions_interaction") == before + 2


def test_a_refused_form_is_put_right_and_sent(house: House) -> None:
    where, pairs = filled(house, "specialist", reverse("customer-new"), {"name": ""})
    before, visitor = count(house, "customers_customer"), house.visitor("specialist")
    assert [visitor.post(where, pairs).status for _turn in range(2)] == [422, 422]
    right = [(key, "改好再交有限公司" if key == "name" else value) for key, value in pairs]
    assert visitor.post(where, right).status == 302
    assert count(house, "customers_customer") == before + 1


# Page -> (the kind of its object, the field that both change, other arguments of the address).
EDITED: dict[str, tuple[str, str, list[str]]] = {
    "customer-edit": ("customer", "city", []),
    "customers-cell": ("customer", "region", ["region"]),
    "customer-field": ("customer", "source", ["source"]),
    "contact-edit": ("contact", "position", []),
    "contact-field": ("contact", "position", ["position"]),
    "contact-place": ("contact", "note", []),
    "occasion-edit": ("occasion", "title", []),
    "interaction-complete": ("interaction", "participants", []),
    "order-edit": ("order", "remark", []),
    "contract-edit": ("contract", "title", []),
}


@pytest.mark.parametrize("name", EDITED)
def test_two_people_with_the_same_form_open(house: House, name: str) -> None:
    """A48: the second is told, keeps what he typed, and can save it then."""
    kind, field, more = EDITED[name]
    path = reverse(name, args=[house.ids(kind, "colleague"), *more])
    one, other = "supervisor", "service_manager"
    first = filled(house, one, path, {field: f"甲{name}"[:20]})
    second = filled(house, other, path, {field: f"乙{name}"[:20]})
    assert house.visitor(one).post(*first).status == 302
    before = house.fingerprint()
    told = house.visitor(other).post(*second)
    assert told.status == 422 and f"乙{name}"[:20] in told.text
    assert house.fingerprint() == before
    form = max(forms_of(told.text, path), key=lambda each: len(each.fields))
    assert house.visitor(other).post(form.action or path, form.pairs()).status == 302
