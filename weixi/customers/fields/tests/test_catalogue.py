from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from weixi.customers.fields import (
    contact_fields,
    contact_values_of,
    customer_fields,
    field_of,
    find_field,
    standard_fields,
    values_of,
)
from weixi.customers.models import Contact, Customer, CustomField, CustomValue, Registration
from weixi.customers.queries.archive import archive_standing
from weixi.customers.services import add_contact, change_contact, change_customer, create_customer
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
from weixi.customers.services.custom_fields import change_field, define_field, restore_field, retire_field
from weixi.kernel.errors import Conflict, Forbidden, Invalid
from weixi.kernel.events.models import Event
from weixi.organisation.scope import Viewer, system_viewer
from weixi.testing.policies import shipped_policy

SYSTEM = system_viewer("test")


@pytest.fixture
def policy(db: None) -> None:
    shipped_policy("quadrant")


def define(title: str = "厂房面积", **more: Any) -> CustomField:
    return define_field(viewer=SYSTEM, title=title, **more)


def company(**values: Any) -> Customer:
    return create_customer(viewer=SYSTEM, name="苏州长风", **values)


def last_event(kind: str) -> Event:
    return Event.objects.filter(type=kind).order_by("-seq")[0]


# --- the catalogue ----------------------------------------------------------------------------------


def test_every_column_people_fill_is_in_the_catalogue_once(policy: None) -> None:
    keys = [field.key for field in (*customer_fields(), *contact_fields())]
    assert len(keys) == len(set(keys))
    form = {column.name for column in Registration._meta.concrete_fields} - {"customer"}
    assert form | {"name", "number", "owner", "tags", "grade", "contact_mobile"} <= set(keys)
    assert not {"pinyin", "name_key", "version", "merged_into", "contact_version"} & set(keys)


def test_the_policy_says_what_a_built_in_field_is(policy: None) -> None:
    phone, birthday = field_of("phone"), field_of("contact_birthday")
    assert (phone.level, phone.personal, phone.group, phone.of) == ("sensitive", True, "basic", "customer")
    assert (birthday.level, birthday.type, birthday.of, birthday.column) == ("sensitive", "date", "contact", "birthday")
    assert field_of("legal_representative").of == "company"
    assert field_of("channel_preference").choices[0] == ("线上", "线上")
    assert not field_of("grade").editable and field_of("industry").editable


def test_without_a_policy_the_catalogue_still_stands(db: None) -> None:
    assert field_of("phone").demand is None
    assert field_of("bank_account").sensitive
    assert standard_fields() == ()


# --- defining ---------------------------------------------------------------------------------------


def test_a_field_gets_a_code_from_its_sound_and_is_recorded(policy: None) -> None:
    first, second = define(), define("厂房 面积")
    assert (first.key, second.key) == ("x_changfangmianji", "x_changfangmianji2")
    event = Event.objects.filter(type="field.defined").order_by("seq")[0]
    assert (event.subject, event.data["code"], event.data["type"]) == (f"field:{first.pk}", "changfangmianji", "text")


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"title": ""}, "title"),
        ({"title": "所属行业"}, "title"),
        ({"title": "x" * 61}, "title"),
        ({"code": "Größe"}, "code"),
        ({"code": "taken"}, "code"),
        ({"type": "colour"}, "type"),
        ({"type": "choice"}, "allowed"),
        ({"type": "choice", "allowed": ["a,b"]}, "allowed"),
        ({"level": "sensitive"}, "reason"),
        ({"required_for": ["platinum"]}, "required_for"),
        ({"update_every": "PT4H"}, "update_every"),
        ({"update_every": "soon"}, "update_every"),
        ({"owner_role": "janitor"}, "owner_role"),
        ({"order": -1}, "order"),
        ({"colour": "red"}, "colour"),
    ],
)
def test_a_field_at_fault_is_refused_by_name(policy: None, values: dict[str, Any], field: str) -> None:
    define("占用", code="taken")
    with pytest.raises(Invalid) as refused:
        define_field(viewer=SYSTEM, **{"title": "厂房面积", **values})
    assert field in refused.value.fields
    assert CustomField.objects.count() == 1


def test_only_who_keeps_the_standard_may_change_it(policy: None, cast: Any) -> None:
    for who, may in (("specialist", False), ("supervisor", False), ("data_steward", True), ("admin", True)):
        viewer: Viewer = cast.viewer(who)
        if may:
            define_field(viewer=viewer, title=f"由{who}")
        else:
            with pytest.raises(Forbidden):
                define_field(viewer=viewer, title=f"由{who}")


def test_a_field_with_values_keeps_its_shape(policy: None) -> None:
    row = define(type="number")
    change_field(row, viewer=SYSTEM, values={"type": "amount"})
    company(x_changfangmianji="12")
    for values in ({"type": "text"}, {"of": "contact"}):
        with pytest.raises(Invalid):
            change_field(row, viewer=SYSTEM, values=values)
    changed = change_field(row, viewer=SYSTEM, values={"of": "company", "title": "车间面积", "allowed": ["无"]})
    assert (changed.of, changed.title, changed.allowed, changed.version) == ("company", "车间面积", [], 3)
    assert last_event("field.changed").data["changes"] == {
        "of": ["customer", "company"],
        "title": ["厂房面积", "车间面积"],
    }
    with pytest.raises(Conflict):
        change_field(row, viewer=SYSTEM, version=1, values={"title": "厂房"})


def test_retiring_keeps_the_values(policy: None) -> None:
    row = define()
    customer = company(x_changfangmianji="2000平")
    retire_field(row, viewer=SYSTEM)
    assert find_field(row.key) is None and str(field_of(row.key).label) == "厂房面积"
    assert CustomValue.objects.count() == 1
    with pytest.raises(Invalid):
        change_customer(customer, viewer=SYSTEM, values={row.key: "3000平"})
    with pytest.raises(Conflict):
        retire_field(row, viewer=SYSTEM)
    restore_field(row, viewer=SYSTEM)
    assert values_of([customer.pk], [row.key]) == {customer.pk: {row.key: "2000平"}}


# --- values -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "typed", "stored", "stated"),
    [
        ("text", "甲", "甲", "甲"),
        ("long_text", "一\n二", "一\n二", "一\n二"),
        ("number", "12.5", Decimal("12.5"), "12.5"),
        ("amount", "12.50", Decimal("12.5"), "12.5"),
        ("date", "2026-03-02", date(2026, 3, 2), "2026-03-02"),
        ("choice", "华东", "华东", "华东"),
        ("choices", ["华南", "华东"], ["华南", "华东"], ["华南", "华东"]),
        ("flag", False, False, False),
    ],
)
def test_a_value_of_each_type_is_stored_stated_and_taken_away(
    policy: None, kind: str, typed: Any, stored: Any, stated: Any
) -> None:
    allowed = ["华东", "华南"] if kind in ("choice", "choices") else []
    key = define(type=kind, allowed=allowed).key
    customer = company()
    changed = change_customer(customer, viewer=SYSTEM, version=1, values={key: typed})
    assert changed.version == 2
    assert values_of([customer.pk], [key])[customer.pk][key] == stored
    assert last_event("customer.changed").data["changes"] == {key: [None, stated]}
    # The same again changes nothing.
    assert change_customer(customer, viewer=SYSTEM, values={key: typed}).version == 2
    change_customer(customer, viewer=SYSTEM, values={key: ""})
    assert last_event("customer.changed").data["changes"] == {key: [stated, None]}
    assert not CustomValue.objects.exists()


def test_personal_values_stand_on_the_personal_side(policy: None) -> None:
    key = define(personal=True).key
    change_customer(company(), viewer=SYSTEM, values={key: "苏州路1号", "industry": "纺织"})
    event = last_event("customer.changed")
    assert event.data["changes"] == {"industry": [None, "纺织"]}
    assert event.personal.data["personal_changes"] == {key: [None, "苏州路1号"]}


def test_a_contact_has_its_own_fields(policy: None) -> None:
    mine, theirs = define("爱好", of="contact"), define()
    customer = company()
    contact = add_contact(customer, viewer=SYSTEM, name="陈立群", **{mine.key: "围棋"})
    assert contact_values_of([contact.pk], [mine.key, "contact_name"]) == {
        contact.pk: {mine.key: "围棋", "contact_name": "陈立群"}
    }
    change_contact(contact, viewer=SYSTEM, values={mine.key: "象棋"})
    assert last_event("contact.changed").personal.data["personal_changes"] == {mine.key: ["围棋", "象棋"]}
    with pytest.raises(Invalid) as refused:
        change_contact(contact, viewer=SYSTEM, values={theirs.key: "x"})
    assert theirs.key in refused.value.fields
    with pytest.raises(Invalid):
        change_customer(customer, viewer=SYSTEM, values={mine.key: "x"})
    # A list of customers shows the first of its people who has one.
    assert values_of([customer.pk], [mine.key])[customer.pk][mine.key] == "象棋"


def test_every_fault_is_named_at_once(policy: None) -> None:
    key = define(type="number").key
    with pytest.raises(Invalid) as refused:
        company(**{key: "many", "phone": "abc", "x_never": "1"})
    assert refused.value.fields.keys() == {key, "phone", "x_never"}
    assert not Customer.objects.exists()


def test_the_demand_of_a_custom_field_counts(policy: None) -> None:
    key = define(required_for=["all"], key_field=True, type="flag").key
    customer = company(kind="person")
    assert key in {gap.key for gap in archive_standing(customer).gaps}
    assert key in {gap.key for gap in archive_standing(customer).key_gaps}
    before = Customer.objects.get(pk=customer.pk).completeness
    # "No" is an answer.
    change_customer(customer, viewer=SYSTEM, values={key: False})
    assert key not in {gap.key for gap in archive_standing(customer).gaps}
    assert Customer.objects.get(pk=customer.pk).completeness > before


def test_many_at_once(policy: None) -> None:
    area, hobby = define(type="number").key, define("爱好", of="contact").key
    made = create_customers([NewCustomer(name=f"客户{n}", values={area: str(n)}) for n in range(30)], viewer=SYSTEM)
    assert values_of([c.pk for c in made], [area])[made[7].pk][area] == 7
    changed = update_customers(
        [CustomerChange(made[0].pk, {area: "5"}), CustomerChange(made[1].pk, {area: "1"})], viewer=SYSTEM
    )
    assert changed == [made[0].pk]
    assert last_event("customer.changed").data["changes"] == {area: ["0", "5"]}
    people = add_contacts([NewContact(made[0].pk, {"name": "陈立群", hobby: "围棋"})], viewer=SYSTEM)
    assert update_contacts([ContactChange(people[0].pk, {hobby: "象棋"})], viewer=SYSTEM) == [people[0].pk]
    with pytest.raises(Invalid) as refused:
        update_customers([CustomerChange(made[0].pk, {area: "viel"})], viewer=SYSTEM)
    assert refused.value.fields.keys() == {f"0.{area}"}


def test_values_of_needs_as_many_queries_for_three(policy: None, assert_queries_same: Callable[..., int]) -> None:
    area, hobby = define(type="choices", allowed=["甲", "乙"]).key, define("爱好", of="contact").key
    keys = ["name", "address", "tags", area, hobby, "contact_mobile", "owner"]

    def add() -> None:
        customer = company(address="工业园", tags=["要紧"], **{area: ["甲", "乙"]})
        add_contact(customer, viewer=SYSTEM, name="陈立群", mobile="13800001234", **{hobby: "围棋"})

    def ask() -> Any:
        found = values_of(Customer.objects.values_list("pk", flat=True), keys)
        assert all(row[area] == ["甲", "乙"] and row[hobby] == "围棋" for row in found.values())
        return found

    assert_queries_same(ask, add)
    row = ask()[Customer.objects.latest("pk").pk]
    assert (row["address"], row["tags"], row["contact_mobile"], row["owner"]) == (
        "工业园",
        ["要紧"],
        "13800001234",
        None,
    )


def test_a_value_belongs_to_one_owner(policy: None) -> None:
    from django.db import IntegrityError, transaction

    row = define()
    contact = Contact.objects.filter(pk=-1)
    assert not contact.exists()
    with pytest.raises(IntegrityError), transaction.atomic():
        CustomValue.objects.create(field=row, text="x")
