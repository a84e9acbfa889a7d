"""The data standard on screen, and custom fields where people meet them: forms, page, history, API, import."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.urls import reverse

from weixi.customers.fields import contact_values_of, values_of
from weixi.customers.importing.specs import CONTACTS, CUSTOMERS
from weixi.customers.importing.specs.custom import with_custom
from weixi.customers.importing.tests.helpers import counts, take, write_csv
from weixi.customers.models import Contact, Customer, CustomField
from weixi.customers.services import add_contact, change_customer
from weixi.customers.services.custom_fields import define_field, retire_field
from weixi.kernel.events.models import Event
from weixi.kernel.importing.mapping.suggest import suggest_mapping
from weixi.organisation.scope import system_viewer
from weixi.organisation.services import create_token
from weixi.testing.policies import shipped_policy

SYSTEM = system_viewer("test")


@pytest.fixture
def company(cast: Any) -> Any:
    shipped_policy("quadrant")
    return cast


def define(title: str = "厂房面积", **more: Any) -> CustomField:
    return define_field(viewer=SYSTEM, title=title, **more)


FORM = {
    "title": "厂房面积", "title_en": "Floor space", "of": "company", "type": "number", "allowed": "", "group": "business",
    "own_group": "", "level": "ordinary", "reason": "", "required_for": ["core"], "update_every": "P1Y",
    "owner_role": "", "order": "10", "code": "area",
}  # fmt: skip


def test_the_steward_defines_changes_and_retires_a_field(company: Any, client_as: Callable[[Any], Any]) -> None:
    client = client_as(company.data_steward)
    page = client.get(reverse("data-standard")).content.decode()
    assert "客户名称" in page and reverse("standard-field-new") in page
    assert client.post(reverse("standard-field-new"), FORM).status_code == 302
    row = CustomField.objects.get(code="area")
    assert (row.required_for, row.update_every, row.of) == (["core"], "P1Y", "company")
    page = client.get(reverse("data-standard")).content.decode()
    assert "厂房面积" in page and reverse("standard-field", args=[row.pk]) in page
    again = {**FORM, "type": "choice", "allowed": "大\n小\n\n大", "version": "1"}
    assert client.post(reverse("standard-field", args=[row.pk]), again).status_code == 302
    row.refresh_from_db()
    assert row.allowed == ["大", "小"]
    # An older form is refused and keeps what was typed.
    answer = client.post(reverse("standard-field", args=[row.pk]), again)
    assert answer.status_code == 422 and "大" in answer.content.decode()
    assert client.post(reverse("standard-field-retire", args=[row.pk])).status_code == 302
    assert "已停用的字段" in client.get(reverse("data-standard")).content.decode()
    assert client.post(reverse("standard-field-restore", args=[row.pk])).status_code == 302
    assert Event.objects.filter(type__startswith="field.").count() == 4


def test_a_field_needs_no_group_and_a_number_is_called_one(company: Any, client_as: Callable[[Any], Any]) -> None:
    client = client_as(company.data_steward)
    assert client.post(reverse("standard-field-new"), {**FORM, "group": ""}).status_code == 302
    assert CustomField.objects.get(code="area").group == ""
    row = client.get(reverse("data-standard")).content.decode().partition("厂房面积</span>")[2]
    assert "数字" in row.partition("</tr>")[0]


def test_a_refused_field_says_where(company: Any, client_as: Callable[[Any], Any]) -> None:
    answer = client_as(company.admin).post(reverse("standard-field-new"), {**FORM, "level": "sensitive"})
    assert answer.status_code == 422 and "敏感字段须写明收集理由" in answer.content.decode()


def test_a_specialist_reads_the_standard_and_cannot_change_it(company: Any, client_as: Callable[[Any], Any]) -> None:
    row = define()
    client = client_as(company.specialist)
    page = client.get(reverse("data-standard")).content.decode()
    assert "厂房面积" in page and reverse("standard-field", args=[row.pk]) not in page
    assert client.post(reverse("standard-field-new"), FORM).status_code == 403


def test_an_open_draft_is_changed_from_the_page(company: Any, client_as: Callable[[Any], Any]) -> None:
    client = client_as(company.service_manager)
    assert "archive.field" not in client.get(reverse("data-standard")).content.decode()
    client.post(reverse("policy-draft"))
    page = client.get(reverse("data-standard")).content.decode()
    assert "archive.field%5Bindustry%5D.required_for" in page
    start = page.index("/policy/versions/")
    url = page[start : page.index('"', start)].replace("&amp;", "&")
    assert client.get(url).status_code in (200, 302)


# --- where people meet them -------------------------------------------------------------------------


def test_the_registration_form_has_own_groups(company: Any, client_as: Callable[[Any], Any]) -> None:
    area, sort = (
        define(type="number", group="business"),
        define("用途", type="choices", allowed=["甲", "乙"], group="厂房"),
    )
    client, customer = client_as(company.specialist), company.customer_of("specialist")
    url = reverse("customer-edit", args=[customer.pk])
    form = client.get(url).content.decode()
    assert "<summary>厂房</summary>" in form and f'name="{area.key}"' in form
    typed = {"name": customer.name, "kind": "company", "reach": "direct", "version": str(customer.version)}
    answer = client.post(url, {**typed, area.key: "viel", sort.key: ["乙"]})
    assert (
        answer.status_code == 422
        and "不是数字" in answer.content.decode()
        and 'value="viel"' in answer.content.decode()
    )
    assert client.post(url, {**typed, area.key: "1,200.5", sort.key: ["乙", "甲"]}).status_code == 302
    assert values_of([customer.pk], [sort.key])[customer.pk][sort.key] == ["乙", "甲"]
    page = client.get(customer.get_absolute_url()).content.decode()
    assert "1200.5" in page and "乙，甲" in page
    assert "厂房面积" in client.get(f"{customer.get_absolute_url()}?tab=history").content.decode()
    # Somebody else changed it meanwhile: told, and what was typed stays.
    answer = client.post(url, {**typed, area.key: "7"})
    assert answer.status_code == 422 and "1200.5" in answer.content.decode() and 'value="7"' in answer.content.decode()
    retire_field(area, viewer=SYSTEM)
    assert "厂房面积" in client.get(f"{customer.get_absolute_url()}?tab=history").content.decode()
    assert area.key not in client.get(url).content.decode()


def test_the_contact_form_has_them(company: Any, client_as: Callable[[Any], Any]) -> None:
    hobby = define("爱好", of="contact", type="flag")
    client, customer = client_as(company.specialist), company.customer_of("specialist")
    typed = {"name": "陈立群", hobby.key: "false"}
    assert client.post(reverse("contact-new", args=[customer.pk]), typed).status_code == 302
    contact = Contact.objects.get(name="陈立群")
    assert contact_values_of([contact.pk], [hobby.key])[contact.pk][hobby.key] is False
    form = client.get(reverse("contact-edit", args=[contact.pk])).content.decode()
    assert '<option value="false" selected>' in form


def test_the_api_takes_and_gives_them(company: Any, client: Any) -> None:
    area, hobby = define(type="number"), define("爱好", of="contact")
    customer = company.customer_of("specialist")
    _token, secret = create_token(company.specialist, viewer=SYSTEM, scopes=("write",))

    def call(method: str, path: str, body: Any = None) -> Any:
        return getattr(client, method)(
            f"/api/v1{path}", data=json.dumps(body), content_type="application/json", headers={"Authorization": f"Bearer {secret}"}
        )  # fmt: skip

    answer = call("patch", f"/customers/{customer.pk}", {"custom": {area.key: 12.5}})
    assert answer.status_code == 200 and answer.json()["custom"] == {area.key: "12.5"}
    assert client.get(f"/api/v1/customers/{customer.pk}", headers={"Authorization": f"Bearer {secret}"}).json()[
        "custom"
    ] == {area.key: "12.5"}
    for custom, field in (
        ({area.key: "viel"}, area.key), ({"x_never": 1}, "x_never"), ({hobby.key: "围棋"}, hobby.key),
    ):  # fmt: skip
        refused = call("patch", f"/customers/{customer.pk}", {"custom": custom})
        assert refused.status_code == 400 and field in refused.json()["fields"]
    assert call("patch", f"/customers/{customer.pk}", {"custom": {area.key: None}}).json()["custom"] == {area.key: None}
    made = call("post", f"/customers/{customer.pk}/contacts", {"name": "陈立群", "custom": {hobby.key: "围棋"}})
    assert made.status_code == 201 and made.json()["custom"] == {hobby.key: "围棋"}


# --- import -----------------------------------------------------------------------------------------


def test_columns_are_matched_by_title(company: Any) -> None:
    area, hobby = define(type="number", title_en="Floor space"), define("爱好", of="contact")
    assert with_custom(CUSTOMERS).has_field(area.key) and not with_custom(CUSTOMERS).has_field(hobby.key)
    assert with_custom(CONTACTS).has_field(hobby.key)
    made = suggest_mapping(with_custom(CUSTOMERS), ["客户名称", "厂房面积"])
    assert [column.field for column in made] == ["name", area.key]
    retire_field(area, viewer=SYSTEM)
    assert not with_custom(CUSTOMERS).has_field(area.key)


def test_an_import_fills_and_changes_them(company: Any, tmp_path: Any) -> None:
    area = define(type="number")
    sort = define("用途", type="choices", allowed=["甲", "乙"])
    text = "客户名称,厂房面积,用途\n苏州长风,1200.5,甲、乙\n苏州长云,很大,\n苏州长海,,丙\n"
    assert counts(take("customers", write_csv(tmp_path, text))) == (1, 0, 0, 2, 0)
    pk = Customer.objects.get(name="苏州长风").pk
    found = values_of([pk], [area.key, sort.key])[pk]
    assert str(found[area.key].normalize()) == "1200.5" and found[sort.key] == ["甲", "乙"]
    again = write_csv(tmp_path, "客户名称,厂房面积,用途\n苏州长风,1200.50,甲、乙\n", "again.csv")
    assert counts(take("customers", again)) == (0, 0, 1, 0, 0)
    other = write_csv(tmp_path, "客户名称,厂房面积\n苏州长风,99\n", "other.csv")
    assert counts(take("customers", other)) == (0, 1, 0, 0, 0)
    assert values_of([pk], [area.key])[pk][area.key] == 99


def test_a_custom_change_is_found_in_the_story_of_contacts_too(company: Any) -> None:
    hobby = define("爱好", of="contact")
    customer = company.customer_of("specialist")
    contact = add_contact(customer, viewer=SYSTEM, name="陈立群", **{hobby.key: "围棋"})
    assert contact.version == 1
    change_customer(customer, viewer=SYSTEM, values={"industry": "纺织"})
    assert contact_values_of([contact.pk], [hobby.key])[contact.pk][hobby.key] == "围棋"
