"""What goes out comes in again: the heads of an export are columns the importer knows, the same file changes
nothing, and into an emptied archive it brings the same values."""

from __future__ import annotations

import pytest
from django.http import QueryDict
from django.utils import translation

from weixi.customers.exporting.services import request_export
from weixi.customers.fields import contact_fields, customer_fields
from weixi.customers.importing.specs import KINDS
from weixi.customers.importing.tests.helpers import take
from weixi.customers.models import Contact, Customer, Registration
from weixi.customers.services import add_contact, create_customer
from weixi.kernel.importing.mapping.suggest import suggest_mapping
from weixi.kernel.jobs import services as jobs
from weixi.organisation.scope import system_viewer
from weixi.policy.services import install_shipped_policy

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
    install_shipped_policy(preset="spend", viewer=SYSTEM)
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
    install_shipped_policy(preset="spend", viewer=SYSTEM)
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
    install_shipped_policy(preset="spend", viewer=SYSTEM)
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
