"""Fields whose data standard lists their values: offered, refused otherwise, and older values left alone (A-5)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from weixi.customers.acts.kinds import KINDS
from weixi.customers.acts.models import Act
from weixi.customers.cells import customer_cell
from weixi.customers.forms import CustomerForm, FieldForm
from weixi.customers.importing.tests.helpers import counts, reasons, take, write_csv
from weixi.customers.models import ArchiveState, Customer, Registration
from weixi.customers.quality.invalid import refused_values
from weixi.customers.services import change_customer, create_customer
from weixi.customers.services.bulk import CustomerChange, NewCustomer, create_customers, update_customers
from weixi.customers.services.restore import restore_value
from weixi.integrations.tests.helpers import program_of
from weixi.kernel.errors import Invalid
from weixi.kernel.events.models import Event
from weixi.testing.cast import Cast
from weixi.testing.policies import shipped_policy

Desk = Callable[[Any], Client]
KEY = "channel_preference"
SAID = "渠道偏好没有“展会”这个值，可填：线上，线下，线上线下。"
IN_ENGLISH = "channel preference: “展会” is not one of its values (Online only, On site only, Online and on site)."


@pytest.fixture
def customer(cast: Cast) -> Customer:
    shipped_policy("quadrant")
    return create_customer(viewer=cast.viewer("specialist"), name="苏州纺织有限公司", channel_preference="线上")


@pytest.fixture
def older(customer: Customer) -> Customer:
    """One whose value was typed before there was a list."""
    Registration.objects.filter(customer=customer).update(channel_preference="门店")
    return Customer.objects.get(pk=customer.pk)


def stored(customer: Customer) -> str:
    return Registration.objects.get(customer=customer).channel_preference


def refused(caught: pytest.ExceptionInfo[Invalid], field: str = KEY) -> None:
    assert caught.value.fields[field] == SAID


def test_the_listed_values_are_offered_and_no_others(cast: Cast, customer: Customer) -> None:
    viewer = cast.viewer("specialist")
    cell = customer_cell(viewer, customer, KEY)
    for form in (CustomerForm(viewer=viewer, customer=customer), FieldForm(None, cell=cell, version=1)):
        field: Any = form.fields[KEY]
        assert [value for value, _label in field.choices] == ["", "线上", "线下", "线上线下"]
    posted = FieldForm({KEY: "展会", "version": "1"}, cell=cell, version=1)
    assert not posted.is_valid()
    assert posted.errors[KEY] == [SAID]


def test_words_are_shown_in_the_readers_language(cast: Cast, customer: Customer) -> None:
    seen = {}
    for language in ("en", "zh-hans"):
        with translation.override(language):
            cell = customer_cell(cast.viewer("specialist"), customer, KEY)
            assert cell is not None
            seen[language] = (cell.value, cell.text)
    assert seen == {"en": ("线上", "Online only"), "zh-hans": ("线上", "线上")}


def test_another_value_is_refused_one_by_one_and_in_bulk(cast: Cast, customer: Customer) -> None:
    viewer = cast.viewer("specialist")
    with pytest.raises(Invalid) as caught:
        change_customer(customer, viewer=viewer, values={KEY: "展会"})
    refused(caught)
    with pytest.raises(Invalid) as caught:
        create_customer(viewer=viewer, name="无锡长风", channel_preference="展会")
    refused(caught)
    with pytest.raises(Invalid) as caught:
        create_customers([NewCustomer("无锡长风", values={KEY: "展会"})], viewer=viewer)
    refused(caught, f"0.{KEY}")
    with pytest.raises(Invalid) as caught:
        update_customers([CustomerChange(customer.pk, {KEY: "展会"})], viewer=viewer)
    refused(caught, f"0.{KEY}")
    with pytest.raises(Invalid) as caught:
        KINDS[Act.SET].check(viewer, {"field": KEY, "value": "展会"})
    refused(caught, "value")
    set_field = KINDS[Act.SET]
    assert set_field.wanted("", {"field": "service_channel", "value": "电话"}) == "phone"
    assert set_field.check(viewer, {"field": "service_channel", "value": "电话"}).endswith("电话")
    assert (stored(customer), Customer.objects.filter(name="无锡长风").exists()) == ("线上", False)


def test_the_api_refuses_it_in_the_same_words(cast: Cast, customer: Customer) -> None:
    program = program_of(cast.service_manager)
    answer = program.patch(f"/customers/{customer.pk}", {KEY: "展会"})
    assert answer.status_code == 400, answer.content
    assert answer.json()["fields"] == {KEY: IN_ENGLISH}
    assert program.patch(f"/customers/{customer.pk}", {KEY: "线下"}).status_code == 200
    assert stored(customer) == "线下"


def test_a_file_is_told_and_its_words_are_understood(cast: Cast, customer: Customer, tmp_path: Any) -> None:
    path = write_csv(tmp_path, f"""
        客户名称,渠道偏好
        {customer.name},展会
        无锡长风有限公司,展会
        常州远东有限公司, 线下
        """)  # fmt: skip
    outcome = take("customers", path)
    assert counts(outcome) == (1, 0, 0, 2, 0)
    assert reasons(outcome) == [SAID, SAID]
    assert stored(Customer.objects.get(name="常州远东有限公司")) == "线下"
    english = write_csv(tmp_path, f"客户名称,渠道偏好\n{customer.name},Online and on site", "english.csv")
    with translation.override("en"):
        assert counts(take("customers", english)) == (0, 1, 0, 0, 0)
    assert stored(customer) == "线上线下"


def test_an_older_value_is_read_and_saved_unchanged(
    cast: Cast, older: Customer, client_as: Desk, tmp_path: Any
) -> None:
    viewer = cast.viewer("specialist")
    cell = customer_cell(viewer, older, KEY)
    assert cell is not None and cell.text == "门店"
    page = client_as(cast.specialist).get(reverse("customer-edit", args=[older.pk])).content.decode()
    assert '<option value="门店" selected>门店（不在可选值中）</option>' in page
    form = FieldForm({KEY: "门店", "version": str(older.version)}, cell=cell, version=older.version)
    assert form.is_valid(), form.errors
    change_customer(older, viewer=viewer, values={KEY: "门店", "city": "苏州"})
    update_customers([CustomerChange(older.pk, {KEY: "门店", "region": "华东"})], viewer=viewer)
    path = write_csv(tmp_path, f"客户名称,渠道偏好,行业\n{older.name},门店,纺织")
    assert counts(take("customers", path)) == (0, 1, 0, 0, 0)
    older.refresh_from_db()
    assert (stored(older), older.city, older.region, older.industry) == ("门店", "苏州", "华东", "纺织")


def test_an_older_value_can_be_put_back(cast: Cast, older: Customer) -> None:
    viewer = cast.viewer("specialist")
    change_customer(older, viewer=viewer, values={KEY: "线下"})
    event = Event.objects.filter(customer_id=older.pk, type="customer.changed").latest("seq")
    restore_value(older, str(event.id), KEY, viewer=viewer)
    assert stored(older) == "门店"


def test_an_older_value_counts_as_invalid_until_it_is_mended(cast: Cast, older: Customer) -> None:
    viewer = cast.viewer("specialist")
    assert refused_values([older.pk]) == {older.pk: [KEY]}
    change_customer(older, viewer=viewer, values={"city": "苏州"})
    assert ArchiveState.objects.get(pk=older.pk).invalid == 1
    change_customer(older, viewer=viewer, values={KEY: "线下"})
    assert ArchiveState.objects.get(pk=older.pk).invalid == 0
