"""Attacks by people of the house: lifting oneself, foreign ids among own ones, crooked forms, marked-up text."""

from __future__ import annotations

from datetime import timedelta
from html.parser import HTMLParser
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from tests.security.database import changed_tables, fingerprint
from tests.security.matrix.pages import PAGES
from tests.security.matrix.test_pages import send
from tests.security.world import SYSTEM, World
from weixi.customers.models import Customer, CustomerTag
from weixi.customers.services import add_contact, archive_customer, assign_customers, change_customer
from weixi.duties.models import Duty
from weixi.interactions.services import record_interaction
from weixi.interactions.services.followups import Promise
from weixi.kernel import clock
from weixi.kernel.events.models import Event
from weixi.kernel.outbox.mail import send_due
from weixi.kernel.outbox.services import tell
from weixi.organisation.models import User
from weixi.organisation.roles.services import change_role
from weixi.organisation.services import set_password

pytestmark = pytest.mark.django_db


# --- A9, A14, T15 -----------------------------------------------------------------------------------


def test_nobody_lifts_himself_or_others_beyond_himself(world: World):
    """A9: each try is refused and leaves the database as it was."""
    change_role("service_manager", {"right:roles.manage": "yes"}, viewer=SYSTEM)
    browser = world.browser("service_manager")
    manager, executive, admin = (world.person(who).pk for who in ("service_manager", "executive", "admin"))
    person = {"name": "x", "role": "specialist", "scope": "", "leader": "", "department": "", "email": "", "phone": ""}
    tries = [
        (reverse("role", args=["service_manager"]), {"right:audit.view": "yes", "scope": "all"}),
        (reverse("role", args=["specialist"]), {"right:audit.view": "yes"}),
        (reverse("role", args=["specialist"]), {"scope": "all"}),
        (reverse("role", args=["specialist"]), {"class:sensitive": "write"}),
        (reverse("person-edit", args=[admin]), {**person, "role": "specialist"}),
        (reverse("person-new"), {**person, "username": "neu", "role": "admin"}),
        (reverse("person-new"), {**person, "username": "neu", "scope": "all"}),
        (reverse("person-password", args=[executive]), {"password": "Another-Password-1"}),
        (reverse("person-leave", args=[admin]), {}),
    ]
    before = fingerprint()
    for url, data in tries:
        mark = User.objects.get(pk=manager).rights_mark
        response = browser.post(url, {**data, "mark": mark})
        # A choice that the form does not offer is a fault of the form; everything else is forbidden.
        assert response.status_code in {403, 422}, (url, data, response.status_code)
        assert changed_tables(before) == [], (url, data)
    # His own entry he may correct; what the form does not let him change it does not take either.
    browser.post(reverse("person-edit", args=[manager]), {**person, "role": "admin", "scope": "all"})
    stored = User.objects.get(pk=manager)
    assert (stored.role, stored.scope) == ("service_manager", "")


def test_a_changed_role_holds_at_the_next_click(world: World):
    """A14: pages and tokens, both ways, without a log-out."""
    browser, headers = world.browser("supervisor"), {"Authorization": f"Bearer {world.token('supervisor')}"}
    assert browser.get(reverse("team")).status_code == 200
    change_role("supervisor", {"right:team.view": "no", "right:customers.edit": "no", "scope": "own"}, viewer=SYSTEM)
    assert browser.get(reverse("team")).status_code == 403
    customer = world.objects["customer"]["specialist"]
    assert browser.get(reverse("customer", args=[customer])).status_code == 404
    assert Client().get(f"/api/v1/customers/{customer}", headers=headers).status_code == 404
    change_role("supervisor", {"right:team.view": "yes", "scope": "team"}, viewer=SYSTEM)
    assert browser.get(reverse("team")).status_code == 200
    assert Client().get(f"/api/v1/customers/{customer}", headers=headers).status_code == 200


def test_a_new_password_ends_every_session(world: World):
    """D-2, T9."""
    browser = world.browser("specialist")
    assert browser.get(reverse("me")).status_code == 200
    set_password(world.person("specialist"), "Another-Password-1", viewer=SYSTEM)
    assert browser.get(reverse("me")).status_code == 302


def test_each_sensitive_act_is_one_row_of_the_log(world: World):
    """T15."""
    customer = world.objects["customer"]["specialist"]
    change_customer(Customer.objects.get(pk=customer), viewer=SYSTEM, values={"bank": "建设银行"})
    browser, start = world.browser("admin"), Event.objects.latest("seq").seq
    browser.post(reverse("customer-reveal", args=[customer]), {"field": "bank"})
    browser.post(reverse("role", args=["sales"]), {"scope": "team", "mark": ""})
    browser.post(reverse("person-leave", args=[world.person("sales").pk]))
    assert list(Event.objects.filter(seq__gt=start).order_by("seq").values_list("type", flat=True)) == [
        "personal.revealed", "role.changed", "user.disabled",
    ]  # fmt: skip


# --- A6 ---------------------------------------------------------------------------------------------


@pytest.mark.both_databases
def test_nothing_goes_out_about_a_customer_that_was_given_away(world: World, settings: Any, mailoutbox: list[Any]):
    """A6: what was told while he saw the customer says no more of it once he does not, in the app and by mail."""
    settings.EMAIL_HOST = "smtp.example.com"
    specialist, customer = world.person("specialist"), world.cast.customer_of("specialist")
    words = {"title": "回访", "clause": "X-1", "customer": customer.name, "due_at": ""}

    def told(key: str) -> tuple[str, str]:
        tell(specialist, "duty.given", words, key=key, url="/today/", customer=customer.pk)
        page = world.browser("specialist").get(reverse("notices")).content.decode()
        send_due()
        sent = mailoutbox[-1]
        return page, f"{sent.subject} {sent.body}"

    assert all(customer.name in text for text in told("before"))
    assign_customers([customer.pk], world.person("outsider"), viewer=SYSTEM, reason="x")
    assert not [text for text in told("after") if customer.name in text]
    assert len(mailoutbox) == 2
    # Not in what he was told before either, nor in the bell; a customer of his own that was put away is still told.
    assert customer.name not in world.browser("specialist").get(reverse("notices"), {"short": 1}).content.decode()
    assign_customers([customer.pk], specialist, viewer=SYSTEM, reason="x")
    archive_customer(Customer.objects.get(pk=customer.pk), viewer=SYSTEM, reason="x")
    assert all(customer.name in text for text in told("put away"))


def test_a_duty_of_ones_own_is_told_whosever_customer_it_is(world: World):
    """A6: a promise that somebody was asked to keep at a customer he does not see; given to another, it is silent."""
    customer, sales = world.cast.customer_of("specialist"), world.person("sales")
    promise = Promise("寄样品", clock.now() + timedelta(days=1), assignee=sales)
    record_interaction(
        customer, viewer=world.cast.viewer("specialist"), kind="call", content="谈好", followups=[promise]
    )
    duty = Duty.objects.get(assignee=sales)
    words = {"title": "寄样品", "clause": "X-1", "customer": customer.name, "due_at": ""}
    tell(sales, "duty.given", words, key="promise", url=f"/duties/{duty.pk}/", customer=customer.pk)
    assert customer.name in world.browser("sales").get(reverse("notices")).content.decode()
    Duty.objects.filter(pk=duty.pk).update(assignee=world.person("colleague"))
    assert customer.name not in world.browser("sales").get(reverse("notices")).content.decode()


# --- A2, A8, A57, A58 in forms ----------------------------------------------------------------------


@pytest.mark.both_databases
@pytest.mark.parametrize("name", ["customers-bulk-tag", "customers-bulk-assign"])
def test_one_foreign_among_own_ones(world: World, name: str):
    """A2: the whole request is refused; nothing of it is done."""
    picked = [world.objects["customer"]["specialist"], world.objects["customer"]["outsider"]]
    before, tags = fingerprint(), CustomerTag.objects.count()
    data = {"pick": picked, "tag": "新标签", "owner": world.person("colleague").pk, "reason": "x"}
    assert world.browser("supervisor").post(reverse(name), data).status_code == 404
    assert changed_tables(before) == []
    assert CustomerTag.objects.count() == tags


CROOKED: list[Any] = [
    b"name=a&name=b", b"name=%00", b"name=%ED%A0%80", b"name=%ff%fe", b"version=99999999999999999999&name=x",
    b"version=-1&name=x", b"version[]=1&name=x", b"name=" + b"x" * 100_000, b"founded_on=0000-00-00&name=x",
    b"founded_on=9999-99-99&name=x", b"email=a@b.c%0d%0aBcc:x@y.z&name=x", b"kind=__class__&name=x", b"through=1e9&name=x",
    b"through=9223372036854775808&name=x", b"reach=indirect&through=-1&name=x", b"phone=" + b"1" * 5000 + b"&name=x",
]  # fmt: skip


@pytest.mark.parametrize("body", CROOKED, ids=range(len(CROOKED)))
def test_crooked_forms(world: World, body: bytes):
    """A8, A51, A57, A58, A59: a sentence on the form or a plain refusal, never a fault; the customer stays as it was."""
    customer = world.objects["customer"]["specialist"]
    before = Customer.objects.filter(pk=customer).values().get()
    kind = "application/x-www-form-urlencoded"
    for url in (reverse("customer-edit", args=[customer]), reverse("customer-new")):
        response = world.browser("supervisor").generic("POST", url, body, content_type=kind)
        assert response.status_code in {200, 302, 400, 422}, (url, response.status_code)
    after = Customer.objects.filter(pk=customer).values().get()
    for name in ("owner_id", "co_owner_id", "grade", "number", "archived_at", "through_id"):
        assert after[name] == before[name], name


def test_a_form_without_end(world: World):
    """A57: ten thousand parameters, ten megabytes in one field, an address of 64 kB."""
    browser, url = world.browser("supervisor"), reverse("customer-new")
    before = fingerprint()
    kind = "application/x-www-form-urlencoded"
    many = "&".join(f"f{number}=x" for number in range(10_000))
    assert browser.generic("POST", url, many, content_type=kind).status_code == 400
    assert browser.generic("POST", url, b"name=" + b"x" * 10_000_000, content_type=kind).status_code in {400, 413}
    assert browser.get(reverse("customers"), {"q": "x" * 64_000}).status_code in {200, 400}
    assert browser.get(reverse("customers"), {"page": 10**12}).status_code in {200, 400}
    assert changed_tables(before) == []


# Name -> (text, what becomes of it): the same on both databases.
UNICODE = {
    "bidi": ("甲\u202e乙", "甲乙"),
    "zero width": ("甲\u200b乙", "甲乙"),
    "rare Han": ("𠮷田", "𠮷田"),
    "emoji": ("甲👩‍👩‍👧", None),
    "combining": ("a" + "\u0301" * 150, "a" + "\u0301" * 150),
    "full width": ("ＡＢＣ公司", "ＡＢＣ公司"),
    "control": ("甲\x07乙\x1b", "甲乙"),
    "NUL": ("甲\x00乙", ""),
    "half a pair": ("甲\ud800", ""),
    "too long": ("甲" * 201, ""),
}


@pytest.mark.both_databases
@pytest.mark.parametrize("name", UNICODE)
def test_the_same_verdict_on_both_databases(world: World, name: str):
    """A58: stored as said here, or refused clearly."""
    text, stored = UNICODE[name]
    headers = {"Authorization": f"Bearer {world.token('specialist')}"}
    answer = Client().post("/api/v1/customers", {"name": text}, content_type="application/json", headers=headers)
    if stored == "":
        assert answer.status_code == 400, answer.content
    else:
        assert answer.status_code == 201, answer.content
        assert answer.json()["name"] == (stored or answer.json()["name"])
        assert Customer.objects.get(pk=answer.json()["id"]).name == answer.json()["name"]


# --- A15, A16, A17 ----------------------------------------------------------------------------------

EVIL = [
    "<wxevil>", "<script>wxevil()</script>", "\"><wxevil x=\"", "'><wxevil x='", "<img src=x onerror=wxevil()>",
    "<svg/onload=wxevil()>", "</textarea><wxevil>", "</title><wxevil>", "--><wxevil>", "{{7*7}}{% load x %}",
    "\" onmouseover=\"wxevil()", "' autofocus onfocus='wxevil()", "\" hx-get=\"/logout/\" hx-trigger=\"load", "javascript:wxevil()",
    "java\tscript:wxevil()", "data:text/html,<wxevil>", "\" _=\"on load call wxevil()", "<math><mi xlink:href=javascript:wxevil()>",
    "＜wxevil＞", "<a href=javascript:wxevil()>x</a>",
]  # fmt: skip


class Elements(HTMLParser):
    """What a browser would make of a page: elements and attributes that come from what people typed."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if "wxevil" in tag:
            self.found.append(f"<{tag}>")
        for name, value in attrs:
            bare = "".join((value or "").split()).casefold()
            if name.startswith("on") or name == "_" or (name == "hx-get" and value == "/logout/"):
                self.found.append(f"{tag} {name}={value}")
            if name in {"href", "src", "action", "xlink:href", "formaction"} and bare.startswith(("javascript:", "data:text", "vbscript:")):  # fmt: skip
                self.found.append(f"{tag} {name}={value}")

    def handle_data(self, data: str) -> None:
        if self.cdata_elem == "script" and "wxevil" in data:
            self.found.append(f"script: {data[:60]}")


def test_what_people_typed_stays_text_on_every_page(world: World):
    """A15, A16, A17, T7: the payload set in every text of the archive, of people, of what was said; every page read."""
    customer = world.cast.customer_of("specialist")
    texts = iter(EVIL * 4)
    names = (
        "name", "short_name", "industry", "region", "city", "source", "remark", "address", "website", "wechat", "legal_representative",
        "general_manager", "headcount", "main_business", "bank", "loans", "payment_handler", "satisfaction", "need_preference",
    )  # fmt: skip
    change_customer(
        customer, viewer=SYSTEM, values={name: next(texts)[:60] for name in names} | {"name": EVIL[2] + EVIL[0]}
    )
    for text in EVIL:
        contact = add_contact(
            customer, viewer=SYSTEM, name=text[:60], position=text[:60], wechat=text[:60], remark=text
        )
        record_interaction(customer, viewer=SYSTEM, kind="call", content=text, need=text, contact=contact)
    browser, read = world.browser("admin"), 0
    addresses = [
        reverse("customer", args=[customer.pk]) + tab for tab in ("?tab=archive", "?tab=history", "?tab=duties", "")
    ]
    addresses += [f"{reverse(name)}?q=wxevil" for name in ("customers", "search", "palette", "customers-pick")]
    answers = [(url, browser.get(url)) for url in addresses]
    answers += [(route.name, send(world, browser, route, "specialist")) for route in PAGES if route.method == "GET"]
    for where, response in answers:
        assert not [name for name, value in response.headers.items() if "wxevil" in value], where
        if "text/html" not in response.headers.get("Content-Type", "") or response.streaming:
            continue
        page = Elements()
        page.feed(response.content.decode())
        assert not page.found, (where, page.found[:3])
        read += "wxevil" in response.content.decode()
    assert read > 10
    assert world.browser("specialist").get(reverse("me")).status_code == 200


def test_impersonation_needs_more_than_a_header(world: World):
    """A12: also over the API, beside a valid token."""
    headers = {"Authorization": f"Bearer {world.token('specialist')}"}
    for name in ("X-Remote-User", "X-User-Id", "X-On-Behalf-Of", "X-Forwarded-User"):
        answer = Client().get("/api/v1/me", headers={**headers, name: "admin"})
        assert answer.json()["username"] == "qian"
