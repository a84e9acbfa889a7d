"""Two people on one record, fields edited in place, and the way back."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from weixi.customers.models import Contact, Customer
from weixi.customers.queries.history import field_history
from weixi.customers.services import add_contact, assign_customers, change_contact, change_customer, change_lifecycle
from weixi.customers.services.bulk import CustomerChange, update_customers
from weixi.customers.services.restore import restore_value
from weixi.kernel.editing import VersionConflict
from weixi.kernel.errors import Conflict, Forbidden, NotFound
from weixi.kernel.events.models import Event
from weixi.organisation.forms import PersonForm
from weixi.organisation.scope import system_viewer
from weixi.organisation.services import change_user
from weixi.testing.cast import Cast

Desk = Callable[[Any], Client]
SYSTEM = system_viewer("test")


@pytest.fixture
def customer(cast: Cast) -> Customer:
    return cast.customer_of("specialist")


@pytest.fixture
def contact(cast: Cast, customer: Customer) -> Contact:
    return add_contact(customer, viewer=cast.viewer("specialist"), name="陈立群", position="主任")


def last_change(customer: Customer, kind: str = "customer.changed") -> Event:
    return Event.objects.filter(customer_id=customer.pk, type=kind).latest("seq")


# --- the second saver is told what changed ----------------------------------------------------------


def test_the_second_saver_learns_who_changed_what(cast: Cast, customer: Customer) -> None:
    opened = customer.version
    change_customer(customer, viewer=cast.viewer("supervisor"), values={"city": "无锡", "address": "锡山路 8 号"})
    change_customer(customer, viewer=cast.viewer("supervisor"), values={"city": "常州"})
    with pytest.raises(VersionConflict) as caught:
        change_customer(customer, viewer=cast.viewer("specialist"), version=opened, values={"city": "南通"})
    rivals = {each.field: each for each in caught.value.rivals}
    assert set(rivals) == {"city", "address"}
    assert (rivals["city"].old, rivals["city"].new) == (customer.city or None, "常州")
    assert rivals["address"].new == "锡山路 8 号", "personal values are told too"
    assert {each.who for each in rivals.values()} == {cast.supervisor.name}
    assert "常州" in caught.value.fields["city"] and cast.supervisor.name in str(caught.value)
    assert caught.value.version == opened + 2
    customer.refresh_from_db()
    assert customer.city == "常州"


def test_a_change_there_and_back_is_no_difference(cast: Cast, customer: Customer) -> None:
    viewer, opened = cast.viewer("supervisor"), customer.version
    before = customer.city
    for city in ("无锡", before):
        change_customer(customer, viewer=viewer, values={"city": city})
    with pytest.raises(VersionConflict) as caught:
        change_customer(customer, viewer=viewer, version=opened, values={"city": "南通"})
    assert caught.value.rivals == ()


@pytest.mark.parametrize("way", ["lifecycle", "owner", "bulk"])
def test_every_way_of_changing_is_told(cast: Cast, customer: Customer, way: str) -> None:
    opened = customer.version
    if way == "lifecycle":
        field, _done = "lifecycle", change_lifecycle(customer, "loyal", viewer=SYSTEM)
    elif way == "owner":
        field, _done = "owner", assign_customers([customer.pk], cast.colleague, viewer=SYSTEM)
    else:
        field, _done = "city", update_customers([CustomerChange(customer.pk, {"city": "无锡"})], viewer=SYSTEM)
    with pytest.raises(VersionConflict) as caught:
        change_customer(customer, viewer=SYSTEM, version=opened, values={"city": "南通"})
    assert [each.field for each in caught.value.rivals] == [field]


def test_one_field_conflicts_only_with_itself(cast: Cast, customer: Customer) -> None:
    opened = customer.version
    change_customer(customer, viewer=SYSTEM, values={"city": "无锡"})
    changed = change_customer(customer, viewer=SYSTEM, version=opened, whole=False, values={"region": "江苏"})
    assert changed.region == "江苏"
    with pytest.raises(VersionConflict):
        change_customer(customer, viewer=SYSTEM, version=opened, whole=False, values={"city": "南通"})


def test_a_person_at_a_customer_is_kept_apart_too(cast: Cast, contact: Contact) -> None:
    opened = contact.version
    change_contact(contact, viewer=SYSTEM, values={"mobile": "13800001111"})
    with pytest.raises(VersionConflict) as caught:
        change_contact(contact, viewer=SYSTEM, version=opened, values={"mobile": "13900002222"})
    assert [(each.field, each.new) for each in caught.value.rivals] == [("mobile", "13800001111")]


def fields_of(client: Client, url: str) -> dict[str, str]:
    """What a browser would send back of the form at this address."""
    form = client.get(url).context["form"]
    held = {name: form[name].value() for name in form.fields}
    return {name: "on" if value is True else str(value) for name, value in held.items() if value not in (None, False)}


def test_two_people_with_the_same_form_open(cast: Cast, client_as: Desk, customer: Customer) -> None:
    url = reverse("customer-edit", args=[customer.pk])
    first, second = client_as(cast.supervisor), client_as(cast.specialist)
    mine, theirs = fields_of(second, url), fields_of(first, url)
    first.post(url, {**theirs, "city": "无锡", "industry": "轴承", "remark": "先存的"})
    answer = second.post(url, {**mine, "city": "南通", "remark": ""})
    assert answer.status_code == 422
    page, form = answer.content.decode(), answer.context["form"]
    assert cast.supervisor.name in page and 'name="take_city"' in page
    assert form["city"].value() == "南通", "what was typed is kept"
    assert form["industry"].value() == "轴承", "what he had not touched is the other's by now"
    assert 'name="take_industry"' not in page
    again = {name: form[name].value() or "" for name in form.fields}
    again = {name: str(value) for name, value in again.items()}
    saved = second.post(url, {**again, "take_city": "theirs", "phone": "0510-8888000"})
    assert saved.status_code == 302
    customer.refresh_from_db()
    assert (customer.city, customer.industry, customer.phone) == ("无锡", "轴承", "05108888000")


def test_mine_can_be_kept_knowingly(cast: Cast, client_as: Desk, contact: Contact) -> None:
    url = reverse("contact-edit", args=[contact.pk])
    first, second = client_as(cast.supervisor), client_as(cast.specialist)
    mine, theirs = fields_of(second, url), fields_of(first, url)
    first.post(url, {**theirs, "position": "厂长", "key_person": "on"})
    answer = second.post(url, {**mine, "position": "总工"})
    form = answer.context["form"]
    assert form["key_person"].value() is True, "a tick somebody else set stays set"
    again = {
        **mine,
        "position": "总工",
        "take_position": "mine",
        "key_person": "on",
        "version": form["version"].value(),
    }
    assert second.post(url, again).status_code == 302
    contact.refresh_from_db()
    assert (contact.position, contact.key_person) == ("总工", True)


def test_a_record_without_versions_compares_what_was_seen(cast: Cast) -> None:
    person, viewer = cast.colleague, cast.viewer("admin")
    opened = PersonForm(viewer=viewer, person=person)
    sent = {name: opened[name].value() or "" for name in opened.fields}
    change_user(person, viewer=viewer, phone="13800001111")
    person.refresh_from_db()
    form = PersonForm({**sent, "phone": "13900002222"}, viewer=viewer, person=person)
    assert not form.is_valid()
    beside = form.rivals["phone"]
    assert beside.choose and (beside.rival.old, beside.rival.new) == (sent["phone"], "13800001111")
    again = {name: form[name].value() or "" for name in form.fields}
    form = PersonForm({**again, "take_phone": "theirs"}, viewer=viewer, person=person)
    assert form.is_valid() and form.cleaned_data["phone"] == "13800001111"
    assert "seen" not in form.cleaned_data


def test_a_person_read_too_early_is_not_written_over(cast: Cast) -> None:
    viewer = cast.viewer("admin")
    early = type(cast.colleague).objects.get(pk=cast.colleague.pk)
    change_user(cast.colleague, viewer=viewer, phone="13800001111")
    with pytest.raises(VersionConflict):
        change_user(early, viewer=viewer, phone="13900002222")


# --- in place ---------------------------------------------------------------------------------------


def htmx(client: Client, method: str, url: str, data: dict[str, Any] | None = None) -> Any:
    return getattr(client, method)(url, data or {}, headers={"HX-Request": "true"})


def test_a_field_is_edited_where_it_stands(cast: Cast, client_as: Desk, customer: Customer) -> None:
    desk, url = client_as(cast.specialist), reverse("customer-field", args=[customer.pk, "industry"])
    opened = htmx(desk, "get", url).content.decode()
    version = re.search(r'name="version" value="(\d+)"', opened)
    assert version is not None
    answer = htmx(desk, "post", url, {"industry": "轴承", "version": version[1]})
    assert answer.status_code == 200 and "轴承" in answer.content.decode()
    assert "wx:toast" in answer.headers["HX-Trigger"]
    undo = re.search(r'"undo": "([^"]+)"', answer.headers["HX-Trigger"])
    assert undo is not None
    before = customer.industry
    assert desk.post(undo[1]).status_code == 302
    customer.refresh_from_db()
    assert customer.industry == before


@pytest.mark.parametrize(
    ("key", "value", "status"),
    [("phone", "not a phone at all!", 422), ("email", "nobody", 422), ("name", "", 422), ("kind", "nothing", 422)],
)
def test_a_fault_stands_beside_the_field(
    cast: Cast, client_as: Desk, customer: Customer, key: str, value: str, status: int
) -> None:
    url = reverse("customer-field", args=[customer.pk, key])
    answer = htmx(client_as(cast.specialist), "post", url, {key: value, "version": customer.version})
    assert answer.status_code == status
    page = answer.content.decode()
    assert "wx-errmsg" in page and f'name="{key}"' in page
    assert value in page, "what was typed is kept"


def test_all_that_is_wrong_is_said_at_once(cast: Cast, client_as: Desk, customer: Customer) -> None:
    url = reverse("customer-edit", args=[customer.pk])
    given = {"kind": "company", "reach": "direct", "name": customer.name, "version": customer.version}
    given |= {"phone": "13800000abc", "email": "nobody", "founded_on": "2019年13月"}
    page = client_as(cast.specialist).post(url, given).content.decode()
    for told in ("“13800000abc”不是电话号码", "“nobody”不是邮箱地址", "“2019年13月”不是日期"):
        assert told in page


@pytest.mark.parametrize("key", ["through", "owner", "annual_amount", "version", "nothing"])
def test_what_is_not_typed_here_has_no_such_address(cast: Cast, client_as: Desk, customer: Customer, key: str) -> None:
    assert client_as(cast.director).get(reverse("customer-field", args=[customer.pk, key])).status_code == 404


def test_a_conflict_in_place_keeps_the_input(cast: Cast, client_as: Desk, customer: Customer) -> None:
    url, opened = reverse("customer-field", args=[customer.pk, "city"]), customer.version
    change_customer(customer, viewer=cast.viewer("supervisor"), values={"city": "无锡"})
    answer = htmx(client_as(cast.specialist), "post", url, {"city": "南通", "version": opened})
    page = answer.content.decode()
    assert answer.status_code == 422 and 'value="南通"' in page and "无锡" in page and 'name="take_city"' in page
    taken = {"city": "南通", "take_city": "theirs", "version": opened + 1}
    assert htmx(client_as(cast.specialist), "post", url, taken).status_code == 200
    customer.refresh_from_db()
    assert customer.city == "无锡"


def test_a_persons_field_in_place(cast: Cast, client_as: Desk, contact: Contact) -> None:
    url = reverse("contact-field", args=[contact.pk, "birthday"])
    answer = htmx(client_as(cast.specialist), "post", url, {"birthday": "1980-05-20", "version": contact.version})
    assert answer.status_code == 200
    contact.refresh_from_db()
    assert contact.birthday == "1980-05-20"


# --- history and the way back -----------------------------------------------------------------------


def test_history_by_field(cast: Cast, customer: Customer, contact: Contact) -> None:
    viewer = cast.viewer("supervisor")
    change_customer(customer, viewer=viewer, values={"city": "无锡", "address": "锡山路 8 号"})
    change_contact(contact, viewer=viewer, values={"mobile": "13800001111"})
    change_lifecycle(customer, "loyal", viewer=viewer)
    everything, _older = field_history(SYSTEM, customer)
    assert {"city", "address", "mobile", "lifecycle"} <= {each.key for each in everything}
    for asked, key in [
        ("city", "city"),
        ("address", "address"),
        ("contact.mobile", "mobile"),
        ("lifecycle", "lifecycle"),
    ]:
        found, _older = field_history(SYSTEM, customer, field=asked)
        assert [each.key for each in found] == [key], asked
        assert found[0].who == cast.supervisor.name
    assert field_history(SYSTEM, customer, field="contact.city") == field_history(SYSTEM, customer), (
        "an unknown field asks for all"
    )


def test_history_is_paged_by_changes(cast: Cast, customer: Customer) -> None:
    for number in range(5):
        change_customer(customer, viewer=SYSTEM, values={"city": f"城{number}"})
    first, older = field_history(SYSTEM, customer, field="city", size=2)
    rest, end = field_history(SYSTEM, customer, field="city", before=older, size=10)
    assert [each.new for each in (*first, *rest)] == ["城4", "城3", "城2", "城1", "城0"]
    assert older and not end


def test_an_earlier_value_comes_back_as_a_new_change(cast: Cast, customer: Customer, contact: Contact) -> None:
    viewer = cast.viewer("specialist")
    old_city = customer.city
    change_customer(customer, viewer=viewer, values={"city": "无锡"})
    event = last_change(customer)
    assert restore_value(customer, event.id, "city", viewer=viewer)
    customer.refresh_from_db()
    assert customer.city == old_city
    back = last_change(customer)
    assert back.seq > event.seq
    assert not restore_value(customer, event.id, "city", viewer=viewer), "it stands there already"
    assert last_change(customer) == back
    change_contact(contact, viewer=viewer, values={"mobile": "13800001111", "key_person": True})
    event = last_change(customer, "contact.changed")
    restore_value(customer, event.id, "mobile", viewer=viewer)
    restore_value(customer, event.id, "key_person", viewer=viewer)
    contact.refresh_from_db()
    assert (contact.mobile, contact.key_person) == ("", False)
    change_lifecycle(customer, "loyal", viewer=viewer)
    before = last_change(customer, "customer.lifecycle_changed")
    restore_value(customer, before.id, "lifecycle", viewer=viewer)
    customer.refresh_from_db()
    assert customer.lifecycle == before.data["old"]


def test_what_nobody_types_cannot_be_put_back(cast: Cast, customer: Customer) -> None:
    viewer = cast.viewer("specialist")
    change_customer(customer, viewer=viewer, values={"city": "无锡"})
    event = last_change(customer)
    with pytest.raises(Conflict):
        restore_value(customer, event.id, "annual_amount", viewer=viewer)
    with pytest.raises(NotFound):
        restore_value(customer, event.id, "industry", viewer=viewer)
    foreign = cast.customer_of("outsider")
    change_customer(foreign, viewer=SYSTEM, values={"city": "无锡"})
    with pytest.raises(NotFound):
        restore_value(customer, last_change(foreign).id, "city", viewer=viewer)
    with pytest.raises(Forbidden):
        restore_value(customer, event.id, "city", viewer=cast.viewer("executive"))


def test_the_history_page_offers_the_way_back(cast: Cast, client_as: Desk, customer: Customer) -> None:
    change_customer(customer, viewer=SYSTEM, values={"city": "无锡"})
    page = client_as(cast.specialist).get(f"{reverse('customer', args=[customer.pk])}?tab=history&field=city")
    assert reverse("customer-put-back", args=[customer.pk, last_change(customer).id, "city"]) in page.content.decode()
