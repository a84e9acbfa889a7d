from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from weixi.customers.models import Contact, Customer, CustomerTag, Registration
from weixi.customers.services.bulk import (
    ContactChange,
    CustomerChange,
    NewContact,
    NewCustomer,
    add_contacts,
    create_customers,
    update_contacts,
    update_customers,
)
from weixi.kernel import search
from weixi.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from weixi.kernel.events.models import Event, EventPersonal
from weixi.testing.cast import Cast

BIDI = "‮"


def rows(count: int, start: int = 0) -> list[NewCustomer]:
    return [
        NewCustomer(
            name=f"试验{number:05d}有限公司",
            number=f"T-{number:05d}",
            tags=("新客",),
            values={"industry": "纺织", "address": "工业园", "phone": "0512-66881234"},
        )
        for number in range(start, start + count)
    ]


def test_many_customers_are_what_typing_them_would_make(cast: Cast) -> None:
    viewer = cast.viewer("specialist")
    made = create_customers([*rows(1), NewCustomer(name=f" 第二{BIDI}公司 ")], viewer=viewer)
    first, second = (Customer.objects.get(pk=each.pk) for each in made)
    assert (first.name, first.number, first.phone, first.owner) == (
        "试验00000有限公司", "T-00000", "051266881234", cast.specialist,
    )  # fmt: skip
    assert (second.name, second.number[:2]) == ("第二公司", "K-")
    assert first.pinyin.startswith("shi yan")
    assert Registration.objects.get(pk=first.pk).address == "工业园"
    assert list(first.tagged.values_list("tag__name", flat=True)) == ["新客"]
    event = Event.objects.get(type="customer.created", customer_id=first.pk)
    assert event.data["tags"] == ["新客"]
    assert EventPersonal.objects.get(event=event).data == {"name": "试验00000有限公司"}
    assert [hit.object_id for hit in search.find("试验00000", kinds=["customer"])] == [first.pk]


def test_the_number_of_statements_does_not_grow_with_the_rows(cast: Cast) -> None:
    viewer = cast.viewer("specialist")
    create_customers(rows(2), viewer=viewer)
    with CaptureQueriesContext(connection) as few:
        create_customers(rows(30, 100), viewer=viewer)
    with CaptureQueriesContext(connection) as many:
        create_customers(rows(60, 200), viewer=viewer)
    assert len(many) == len(few)


def test_a_row_at_fault_is_named_and_nothing_stays(cast: Cast) -> None:
    before = Customer.objects.count()
    faulty = [*rows(1), NewCustomer(name="甲", values={"phone": "abc", "email": "nobody", "kind": "robot"})]
    with pytest.raises(Invalid) as refusal:
        create_customers(faulty, viewer=cast.viewer("specialist"))
    assert set(refusal.value.fields) == {"1.phone", "1.email", "1.kind"}
    faulty[1] = NewCustomer(name="甲" * 201, values={"email": "nobody", "kind": "robot", "nothing": "1"})
    with pytest.raises(Invalid) as refusal:
        create_customers(faulty, viewer=cast.viewer("specialist"))
    assert set(refusal.value.fields) == {"1.name", "1.email", "1.kind", "1.nothing"}
    assert Customer.objects.count() == before


def test_a_taken_number_is_refused(cast: Cast) -> None:
    with pytest.raises(Conflict):
        create_customers([NewCustomer(name="甲", number="C-001")], viewer=cast.viewer("specialist"))
    with pytest.raises(Conflict):
        create_customers([NewCustomer("甲", "X1"), NewCustomer("乙", "X1")], viewer=cast.viewer("specialist"))


def test_owners_are_given_only_within_the_scope(cast: Cast) -> None:
    row = [NewCustomer(name="甲", owner_id=cast.outsider.pk)]
    with pytest.raises(Forbidden):
        create_customers(row, viewer=cast.viewer("specialist"))
    with pytest.raises(Invalid):
        create_customers(row, viewer=cast.viewer("supervisor"))
    mine = [NewCustomer(name="甲", owner_id=cast.colleague.pk)]
    assert create_customers(mine, viewer=cast.viewer("supervisor"))[0].owner == cast.colleague


def test_changes_are_recorded_with_old_and_new_and_only_where_something_differs(cast: Cast) -> None:
    viewer = cast.viewer("specialist")
    one, two = create_customers(rows(2), viewer=viewer)
    changes = [
        CustomerChange(one.pk, {"industry": "机械", "address": "新区"}, tags=("新客", "重点")),
        CustomerChange(two.pk, {"industry": "纺织"}),
    ]
    assert update_customers(changes, viewer=viewer) == [one.pk]
    stored = Customer.objects.get(pk=one.pk)
    assert (stored.industry, stored.version, stored.registration.address) == ("机械", 2, "新区")
    events = Event.objects.filter(type="customer.changed", customer_id=one.pk).order_by("seq")
    assert [event.data for event in events] == [
        {"changes": {"tags": [["新客"], ["新客", "重点"]]}},
        {"changes": {"industry": ["纺织", "机械"]}, "version": 2},
    ]
    assert CustomerTag.objects.filter(customer=one).count() == 2
    assert update_customers(changes, viewer=viewer) == []


def test_a_foreign_customer_in_the_list_changes_nothing(cast: Cast) -> None:
    viewer = cast.viewer("specialist")
    mine, foreign = cast.customer_of("specialist"), cast.customer_of("outsider")
    changes = [CustomerChange(mine.pk, {"city": "苏州"}), CustomerChange(foreign.pk, {"city": "苏州"})]
    with pytest.raises(NotFound):
        update_customers(changes, viewer=viewer)
    with pytest.raises(NotFound):
        add_contacts([NewContact(foreign.pk, {"name": "周建国"})], viewer=viewer)
    assert not Customer.objects.filter(city="苏州").exists()


def test_contacts_are_added_and_changed(cast: Cast) -> None:
    viewer = cast.viewer("specialist")
    customer = cast.customer_of("specialist")
    values: dict[str, Any] = {"name": "周建国", "birthday": "1980-02-30", "birthday_lunar": True, "key_person": True}
    (made,) = add_contacts([NewContact(customer.pk, values)], viewer=viewer)
    assert update_contacts([ContactChange(made.pk, {"mobile": "138 0000 0001"})], viewer=viewer) == [made.pk]
    stored = Contact.objects.get(pk=made.pk)
    assert (stored.mobile, stored.birthday, stored.birthday_lunar, stored.version) == (
        "13800000001",
        "1980-02-30",
        True,
        2,
    )
    event = Event.objects.get(type="contact.created")
    assert event.data == {"key_person": True, "decision_maker": False}
    with pytest.raises(Invalid) as refusal:
        add_contacts([NewContact(customer.pk, {"name": "", "birthday": "1980-13-01"})], viewer=viewer)
    assert set(refusal.value.fields) == {"0.birthday"}
