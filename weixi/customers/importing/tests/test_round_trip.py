"""What goes out comes in again: the heads of an export are columns the importer knows, the same file changes
nothing, and into an emptied archive it brings the same values."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

import pytest
from django.http import QueryDict
from django.utils import timezone, translation

from weixi.commerce.models import Order, OrderLine, Product
from weixi.commerce.services import LineValues, OrderValues, place_orders
from weixi.commerce.services.products import create_product
from weixi.customers.exporting.commands import export_now
from weixi.customers.exporting.services import request_export
from weixi.customers.fields import contact_fields, customer_fields
from weixi.customers.importing.specs import KINDS
from weixi.customers.importing.tests.helpers import take
from weixi.customers.models import Contact, Customer, Registration
from weixi.customers.services import add_contact, create_customer
from weixi.kernel.importing.mapping.suggest import suggest_mapping
from weixi.kernel.jobs import services as jobs
from weixi.organisation.scope import system_viewer
from weixi.testing.policies import shipped_policy

pytestmark = pytest.mark.django_db
SYSTEM = system_viewer("cli")


@pytest.fixture(autouse=True)
def _files(settings, tmp_path) -> None:
    settings.MEDIA_ROOT = tmp_path


def exported(kind: str, form: str, keys: list[str]):
    run = request_export(
        SYSTEM, kind, QueryDict(mutable=True), [[key, "w-80"] for key in keys], format=form, reason="核对"
    )
    assert run.job_id is not None
    jobs.run_now(run.job_id)
    run.refresh_from_db()
    return run.path


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize("kind", ["customers", "contacts"])
def test_the_catalogues_labels_are_columns_the_importer_knows(kind, language) -> None:
    shipped_policy("spend")
    fields = [f for f in (contact_fields() if kind == "contacts" else customer_fields()) if f.editable and not f.custom]
    # A second owner is given by hand.
    fields = [field for field in fields if field.key != "co_owner"]
    with translation.override(language):
        made = suggest_mapping(KINDS[kind], [str(field.label) for field in fields])
    wrong = {
        str(field.label): one.field
        for field, one in zip(fields, made, strict=True)
        if one.field != field.key.removeprefix("contact_")
    }
    assert wrong == {}


def test_export_import_export_gives_the_same(tmp_path) -> None:
    shipped_policy("spend")
    keys = [
        "short_name",
        "industry",
        "region",
        "city",
        "phone",
        "email",
        "address",
        "website",
        "bank",
        "remark",
        "source",
    ]
    values = {
        "short_name": "=甲", "industry": "-机械", "region": "@华东", "city": "＋上海", "phone": "021-12345678转8",
        "email": "a@example.com", "address": "中山路 1 号, 2 楼", "website": "www.example.com", "bank": "'工行", "source": "\"展会\"",
        "remark": "第一行\n第二行",
    }  # fmt: skip
    create_customer(viewer=SYSTEM, number="007", name="甲（集团）有限公司", **values)
    create_customer(viewer=SYSTEM, number="1E5", name="乙公司")
    first = exported("customers", "csv", keys)
    text = first.read_text(encoding="utf-8-sig")
    for form in ("csv", "xlsx"):
        outcome = take("customers", exported("customers", form, keys))
        assert (outcome["created"], outcome["updated"], outcome["rejected"]) == (0, 0, 0), form
    Registration.objects.all().update(address="", website="", bank="")
    Customer.objects.all().update(
        **dict.fromkeys(("short_name", "industry", "region", "city", "phone", "email", "source", "remark"), "")
    )
    take("customers", first)
    again = exported("customers", "csv", keys).read_text(encoding="utf-8-sig")
    assert [line.rpartition(",")[0] for line in again.splitlines()] == [
        line.rpartition(",")[0] for line in text.splitlines()
    ]


def test_contacts_come_back_too(tmp_path) -> None:
    shipped_policy("spend")
    customer = create_customer(viewer=SYSTEM, number="007", name="甲公司")
    person = add_contact(
        customer, viewer=SYSTEM, name="王五", mobile="13800138000", email="w@example.com", position="=经理", key_person=True,
        birthday="--05-20", birthday_lunar=True,
    )  # fmt: skip
    path = exported("contacts", "csv", [])
    assert take("contacts", path)["unchanged"] == 1
    Contact.objects.filter(pk=person.pk).update(position="", email="", key_person=False)
    assert take("contacts", path)["updated"] == 1
    person.refresh_from_db()
    assert (person.position, person.email, person.key_person, person.birthday) == (
        "=经理",
        "w@example.com",
        True,
        "--05-20",
    )


def test_two_people_of_one_name_at_a_customer_come_back(tmp_path) -> None:
    shipped_policy("spend")
    customer = create_customer(viewer=SYSTEM, number="007", name="甲公司")
    for mobile, position in (("13800138000", "经理"), ("13900139000", "采购")):
        add_contact(customer, viewer=SYSTEM, name="王五", mobile=mobile, position=position)
    path = exported("contacts", "csv", [])
    assert take("contacts", path)["unchanged"] == 2
    Contact.objects.all().delete()
    outcome = take("contacts", path)
    assert outcome["created"] == 2 and "王五" in outcome["warnings"][0][1]
    assert set(Contact.objects.values_list("mobile", "position")) == {("13800138000", "经理"), ("13900139000", "采购")}
    assert take("contacts", path)["unchanged"] == 2


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_orders_come_back_to_the_second_and_line_by_line(tmp_path, form) -> None:
    shipped_policy("spend")
    customer = create_customer(viewer=SYSTEM, number="007", name="甲公司")
    product = create_product(viewer=SYSTEM, code="P1", name="螺杆机")
    lines = [
        LineValues(Decimal("2"), Decimal("10.1234"), cost=Decimal("12.00"), product_id=product.pk),
        LineValues(Decimal("-0.5"), Decimal("3"), description="=退一半"),
    ]
    moment = datetime(2025, 3, 1, 14, 5, 9, tzinfo=timezone.get_default_timezone())
    midnight = moment.replace(hour=0, minute=0, second=0)
    place_orders(
        [OrderValues("A1", customer.pk, moment, lines, "急"), OrderValues("A2", customer.pk, midnight, lines[:1])],
        viewer=SYSTEM,
    )

    def stored():
        rows = OrderLine.objects.order_by("order__number", "position")
        return list(rows.values_list("order__number", "order__placed_at", "order__remark", "position", "product__name", "description",
                                     "quantity", "unit_price", "amount", "cost"))  # fmt: skip

    before, path = stored(), exported("orders", form, [])
    assert take("orders", path)["unchanged"] == 3
    Order.objects.all().delete()
    Product.objects.all().delete()
    assert take("orders", path)["created"] == 3
    assert stored() == before


def test_a_file_without_a_view_holds_the_whole_archive(tmp_path) -> None:
    shipped_policy("spend")
    parent = create_customer(viewer=SYSTEM, number="006", name="乙集团")
    made = create_customer(
        viewer=SYSTEM, number="007", name="甲公司", phone="021-12345678", address="中山路 1 号", bank_account="001122", through=parent,
        founded_on="2001-02-03", kind="company",
    )  # fmt: skip
    path = export_now("customers", viewer=SYSTEM, view=None, where="", format="csv", reason="").path
    assert take("customers", path)["unchanged"] == 2
    Registration.objects.all().update(address="", bank_account="")
    Customer.objects.filter(pk=made.pk).update(phone="", through=None, founded_on="")
    assert take("customers", path)["updated"] == 1
    made.refresh_from_db()
    assert (made.phone, made.through, made.founded_on) == ("02112345678", parent, "2001-02-03")
    assert (made.registration.address, made.registration.bank_account) == ("中山路 1 号", "001122")
