from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from weixi.customers.access.revealing import REVEALED, TooManyReveals, reveal
from weixi.customers.access.seen import access_log, note_views
from weixi.customers.access.who import company, fields_seen, reason, who_sees
from weixi.customers.enums import SeenBy
from weixi.customers.models import Customer, RecordView
from weixi.customers.queries import visible_customers
from weixi.customers.queries.timeline import told_lines
from weixi.customers.services import add_contact, change_customer
from weixi.integrations.tests.helpers import program_of
from weixi.kernel import clock
from weixi.kernel.errors import Forbidden, Invalid, NotFound
from weixi.kernel.events.models import Event
from weixi.organisation.enums import Access
from weixi.organisation.models import User
from weixi.organisation.roles.services import change_role
from weixi.organisation.scope import system_viewer, viewer_of
from weixi.organisation.services import change_user
from weixi.policy.queries import policy_in_force
from weixi.testing.policies import policy_with, shipped_policy

pytestmark = pytest.mark.django_db
SYSTEM = system_viewer("test")
BANK = "6222021234567890"


@pytest.fixture
def company_(cast: Any) -> Any:
    shipped_policy("spend")
    change_customer(
        cast.customer_of("specialist"), viewer=SYSTEM, values={"bank_account": BANK, "phone": "051268001234"}
    )
    return cast


def revealed() -> list[Any]:
    return list(Event.objects.filter(type=REVEALED).order_by("seq"))


def test_one_look_is_one_row(company_: Any):
    customer = company_.customer_of("specialist")
    assert reveal(company_.viewer("specialist"), customer, "bank_account") == BANK
    (event,) = revealed()
    assert (event.actor, event.customer_id, event.subject) == (
        company_.specialist.actor, customer.pk, f"customer:{customer.pk}",
    )  # fmt: skip
    assert event.data == {"fields": ["bank_account"]}
    assert BANK not in str(vars(event))


def test_what_is_seen_anyway_leaves_no_row(company_: Any):
    assert reveal(company_.viewer("specialist"), company_.customer_of("specialist"), "phone") == "051268001234"
    assert revealed() == []


REFUSALS = [
    ("executive", "bank_account", Forbidden),
    ("specialist", "contact_mobile", NotFound),
    ("specialist", "password", NotFound),
    ("specialist", "", NotFound),
    ("specialist", "x_gone", NotFound),
]


@pytest.mark.parametrize(("who", "key", "refusal"), REFUSALS)
def test_refusals_leave_nothing(company_: Any, who: str, key: str, refusal: type[Exception]):
    with pytest.raises(refusal):
        reveal(company_.viewer(who), company_.customer_of("specialist"), key)
    assert revealed() == []


def test_hidden_stays_hidden(company_: Any):
    change_role("specialist", {"field:bank_account": "hidden"}, viewer=SYSTEM)
    viewer = viewer_of(User.objects.get(pk=company_.specialist.pk))
    with pytest.raises(Forbidden):
        reveal(viewer, company_.customer_of("specialist"), "bank_account")


def test_so_many_an_hour(company_: Any, moved_clock: Any):
    most = policy_in_force().security.personal.reveals_per_hour  # type: ignore[union-attr]
    viewer, customer = company_.viewer("specialist"), company_.customer_of("specialist")
    at = clock.now()
    moved_clock(at)
    for _number in range(most):
        reveal(viewer, customer, "bank_account")
    with pytest.raises(TooManyReveals):
        reveal(viewer, customer, "bank_account")
    assert len(revealed()) == most
    # Another person has an hour of his own, and the next hour begins anew.
    reveal(company_.viewer("supervisor"), customer, "bank_account")
    moved_clock(at + timedelta(hours=1, seconds=1))
    reveal(viewer, customer, "bank_account")


def test_a_policy_that_asks_what_for(company_: Any):
    personal = policy_in_force().security.personal
    object.__setattr__(personal, "reveal_reason_needed", True)
    try:
        with pytest.raises(Invalid):
            reveal(company_.viewer("specialist"), company_.customer_of("specialist"), "bank_account", reason=" \x00 ")
        reveal(company_.viewer("specialist"), company_.customer_of("specialist"), "bank_account", reason="开票")
    finally:
        object.__setattr__(personal, "reveal_reason_needed", False)
    assert [event.data["reason"] for event in revealed()] == ["开票"]


def test_on_the_page(company_: Any, client_as: Any):
    customer = company_.customer_of("specialist")
    browser = client_as(company_.specialist)
    url = reverse("customer-reveal", args=[customer.pk])
    got = browser.get(url, {"field": "bank_account"})
    assert (got.status_code, BANK in got.content.decode()) == (200, False)
    assert revealed() == []
    answer = browser.post(url, {"field": "bank_account"}, headers={"HX-Request": "true", "HX-Target": ""})
    assert answer.content.decode().strip() == f'<span class="wx-revealed" tabindex="-1">{BANK}</span>'
    assert "no-store" in answer.headers["Cache-Control"]
    assert BANK in browser.post(url, {"field": "bank_account"}).content.decode()
    assert len(revealed()) == 2
    told = {text for _at, text in told_lines(company_.viewer("specialist"), customer, revealed())}
    assert told == {f"{company_.specialist.name}查看了银行账号原文。"}
    foreign = reverse("customer-reveal", args=[company_.customer_of("outsider").pk])
    assert browser.post(foreign, {"field": "bank_account"}).status_code == 404
    contact = add_contact(company_.customer_of("outsider"), viewer=SYSTEM, name="冯", birthday="1980-05-20")
    assert browser.post(reverse("contact-reveal", args=[contact.pk]), {"field": "contact_birthday"}).status_code == 404
    assert len(revealed()) == 2


def test_who_opened_a_record_is_kept(company_: Any, client_as: Any):
    """A-11: every access to a full record is on record, once an hour per person and way."""
    customer = company_.customer_of("specialist")
    for _again in range(2):
        assert client_as(company_.specialist).get(customer.get_absolute_url()).status_code == 200
    client_as(company_.director).get(customer.get_absolute_url())
    # Who is not answered has seen nothing.
    client_as(company_.outsider).get(customer.get_absolute_url())
    seen = RecordView.objects.order_by("person_id").values_list("person_id", "customer_id", "way")
    assert list(seen) == sorted(
        [(company_.specialist.pk, customer.pk, "page"), (company_.director.pk, customer.pk, "page")]
    )


def test_every_way_to_a_full_record_is_kept(company_: Any, client_as: Any):
    """The form, two side by side, and what a program is given of its people."""
    customer, other = company_.customer_of("specialist"), company_.customer_of("colleague")
    contact = add_contact(customer, viewer=SYSTEM, name="陈立群")
    client_as(company_.specialist).get(reverse("customer-edit", args=[customer.pk]))
    client_as(company_.service_manager).get(reverse("customers-merge", args=[customer.pk, other.pk]))
    seen = sorted(RecordView.objects.values_list("person__username", "customer_id", "way"))
    assert seen == sorted(
        [("qian", customer.pk, "page"), ("manager", customer.pk, "page"), ("manager", other.pk, "page")]
    )
    for path in (f"/customers/{customer.pk}/contacts", f"/contacts/{contact.pk}"):
        assert program_of(company_.director).get(path).status_code == 200
    assert RecordView.objects.filter(person=company_.director, customer_id=customer.pk, way=SeenBy.API).count() == 1


def test_an_export_names_each_customer(company_: Any):
    pks = list(Customer.objects.values_list("pk", flat=True))
    note_views(company_.viewer("director"), pks, SeenBy.EXPORT)
    note_views(company_.viewer("director"), pks, SeenBy.EXPORT)
    note_views(SYSTEM, pks, SeenBy.EXPORT)
    assert sorted(RecordView.objects.values_list("customer_id", flat=True)) == sorted(pks)


def test_the_log_of_a_customer(company_: Any, client_as: Any, assert_queries_same: Any):
    customer = company_.customer_of("specialist")
    contact = add_contact(customer, viewer=SYSTEM, name="陈立群", birthday="1980-05-20")
    reveal(company_.viewer("supervisor"), contact, "contact_birthday")
    note_views(company_.viewer("specialist"), [customer.pk], SeenBy.PRINT)
    note_views(company_.viewer("specialist"), [company_.customer_of("outsider").pk], SeenBy.PRINT)
    lines = access_log(company_.viewer("director"), customer).lines
    assert {(line.person, line.what) for line in lines} == {
        (company_.supervisor, lines[0].what if lines[0].person == company_.supervisor else lines[1].what),
        (company_.specialist, ""),
    }
    (look,) = [line for line in lines if line.person == company_.supervisor]
    assert look.what.startswith("陈立群 ")
    with pytest.raises(Forbidden):
        access_log(company_.viewer("specialist"), customer)
    page = client_as(company_.director).get(reverse("customer-access", args=[customer.pk])).content.decode()
    assert "钱多多" in page
    assert "赵敏" in page

    def add() -> None:
        reveal(company_.viewer("supervisor"), contact, "contact_birthday")

    assert_queries_same(lambda: access_log(company_.viewer("director"), customer), add)


def test_the_log_goes_on_where_the_page_ends(company_: Any, moved_clock: Any):
    customer = company_.customer_of("specialist")
    start = clock.now()
    for hour in range(150):
        moved_clock(start + timedelta(hours=hour))
        note_views(company_.viewer("specialist"), [customer.pk], SeenBy.PAGE)
    first = access_log(company_.viewer("director"), customer)
    from datetime import datetime

    second = access_log(company_.viewer("director"), customer, before=datetime.fromisoformat(first.before))
    assert (len(first.lines), len(second.lines), second.before) == (100, 50, "")
    assert len({line.at for line in (*first.lines, *second.lines)}) == 150


def test_why_agrees_with_what_is_seen(company_: Any):
    """The page that explains and the queries that decide say the same, for everybody and every customer."""
    change_user(company_.data_steward, viewer=SYSTEM, scope="team")
    change_user(company_.sales, viewer=SYSTEM, scope="department", department=None)
    people = {person.pk: person for person in company()}
    customers = list(Customer.objects.select_related("owner__department", "co_owner__department"))
    compared = 0
    for person in people.values():
        seen = set(visible_customers(viewer_of(person)).values_list("pk", flat=True))
        for customer in customers:
            assert bool(reason(person, customer, people)) == (customer.pk in seen), (person, customer)
            compared += 1
    assert compared > 60


def test_who_sees(company_: Any, assert_queries_same: Any):
    customer = company_.customer_of("specialist")
    found = {each.person.username: each for each in who_sees(company_.viewer("admin"), customer)}
    assert set(found) == {"qian", "zhao", "manager", "director", "admin", "data", "ceo"}
    assert found["zhao"].why.endswith("赵敏 → 钱多多")
    assert (found["ceo"].details, found["qian"].details) == (Access.MASKED, Access.WRITE)
    assert (found["ceo"].reveals, found["qian"].reveals) == (False, True)
    with pytest.raises(Forbidden):
        who_sees(company_.viewer("director"), customer)


def test_what_a_person_sees_is_shown_no_further_than_the_asker_sees(company_: Any):
    customer = company_.customer_of("specialist")
    change_role("specialist", {"field:bank_account": "read"}, viewer=SYSTEM)
    specialist = User.objects.get(pk=company_.specialist.pk)
    admin = viewer_of(User.objects.get(pk=company_.admin.pk))
    rows = {str(row.label): row for row in fields_seen(admin, specialist, customer)}
    from weixi.customers.access.deciding import label_of_key

    bank = rows[label_of_key("bank_account")]
    assert (bank.access, bank.apart, bank.value) == (Access.READ, True, "****7890")
    assert rows[label_of_key("phone")].value == "051268001234"
    assert not any(row.value for row in fields_seen(admin, specialist, None))


def test_pages_of_who_sees_what(company_: Any, client_as: Any):
    customer, browser = company_.customer_of("specialist"), client_as(company_.admin)
    url = reverse("who-sees")
    assert browser.get(url).status_code == 200
    assert "赵敏 → 钱多多" in browser.get(url, {"customer": customer.pk}).content.decode()
    both = browser.get(url, {"customer": customer.pk, "person": company_.executive.pk}).content.decode()
    assert "0512****234" in both
    assert "051268001234" not in both
    assert browser.get(url, {"customer": 987654}).status_code == 404
    assert browser.get(url, {"customer": "x" * 50, "person": "9" * 50}).status_code == 200


def test_who_saw_what_cannot_be_changed_afterwards(cast: Any, client_as: Any):
    customer = cast.customer_of("specialist")
    note_views(cast.viewer("specialist"), [customer.pk], SeenBy.PAGE)
    for act in (lambda rows: rows.update(way="api"), lambda rows: rows.delete()):
        with pytest.raises(IntegrityError), transaction.atomic():
            act(RecordView.objects.all())
    note_views(cast.viewer("specialist"), [customer.pk], SeenBy.PAGE)
    assert RecordView.objects.filter(customer_id=customer.pk).count() == 1


def test_a_policy_that_has_no_views_kept(cast: Any, client_as: Any):
    policy_with({"security.personal.full_view_logged": False})
    customer = cast.customer_of("specialist")
    client_as(cast.specialist).get(customer.get_absolute_url())
    assert not RecordView.objects.exists()
    reveal(cast.viewer("specialist"), customer, "bank_account")
    assert len(revealed()) == 1, "a masked value in full is on record all the same"
    page = client_as(cast.director).get(reverse("customer-access", args=[customer.pk])).content.decode()
    assert "wx-note" in page.split("wx-page-head")[1]
