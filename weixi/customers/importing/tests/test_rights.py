"""Nobody imports what he could not type, and no mask overwrites what is behind it."""

from __future__ import annotations

import pytest

from weixi.customers.access import viewer_access
from weixi.customers.importing import queries, runs
from weixi.customers.importing.tests.helpers import counts, take, write_csv
from weixi.customers.models import Contact, Registration
from weixi.customers.services import add_contact, change_customer
from weixi.kernel.errors import Forbidden
from weixi.organisation.models import User
from weixi.organisation.roles.services import change_role
from weixi.organisation.scope import system_viewer, viewer_of
from weixi.testing.policies import shipped_policy

pytestmark = pytest.mark.django_db
SYSTEM = system_viewer("cli")


@pytest.fixture
def specialist(cast, settings, tmp_path):
    """May not touch the bank, and does not know of the city."""
    settings.MEDIA_ROOT = tmp_path / "files"
    shipped_policy("spend")
    change_role("specialist", {"field:bank": "read", "field:city": "hidden"}, viewer=SYSTEM)
    return viewer_of(User.objects.get(pk=cast.specialist.pk))


def test_a_field_one_does_not_change_is_left_out_and_refused_when_chosen(tmp_path, specialist) -> None:
    path = write_csv(tmp_path, "客户名称,开户银行,城市,行业\n新公司,建行,上海,机械\n")
    outcome = take("customers", path, specialist)
    assert [each["field"] for each in outcome["columns"]] == ["name", None, None, "industry"]
    assert counts(outcome) == (1, 0, 0, 0, 0)
    assert Registration.objects.get(customer__name="新公司").bank == ""
    with pytest.raises(Forbidden):
        take("customers", path, specialist, mapping={"开户银行": "bank"})


def test_the_wizard_says_so_and_refuses_too(tmp_path, specialist) -> None:
    run = runs.upload("customers", "a.csv", ["客户名称,开户银行\n新公司,建行\n".encode()], viewer=specialist)
    _table, lines = queries.column_lines(run, specialist)
    assert [line.field for line in lines] == ["name", None] and lines[1].why
    with pytest.raises(Forbidden):
        runs.match_columns(run, ["name", "bank"], viewer=specialist)
    run.refresh_from_db()
    assert run.state == "uploaded"


def test_a_mask_changes_nothing(tmp_path, cast, specialist) -> None:
    change_role("specialist", {"field:bank": "masked"}, viewer=SYSTEM)
    viewer = viewer_of(User.objects.get(pk=cast.specialist.pk))
    customer = cast.customer_of("specialist")
    change_customer(customer, viewer=SYSTEM, values={"bank": "建设银行"})
    shown = viewer_access(viewer).present("bank", "建设银行")
    assert "**" in shown
    text = f"客户编号,客户名称,开户银行\n{customer.number},{customer.name},{shown}\n"
    assert counts(take("customers", write_csv(tmp_path, text), viewer)) == (0, 0, 1, 0, 0)
    other = write_csv(tmp_path, text.replace(shown, "农**") + "新9,新公司,****\n", "b.csv")
    assert counts(take("customers", other, viewer)) == (0, 0, 0, 2, 0)
    assert Registration.objects.get(customer=customer).bank == "建设银行"


def test_who_writes_everything_writes_stars_too(tmp_path) -> None:
    take("customers", write_csv(tmp_path, "客户名称,城市\n甲公司,**市\n"))


def test_people_of_customers_by_the_rights_to_contacts(tmp_path, cast, specialist) -> None:
    change_role("specialist", {"field:contact_mobile": "read", "field:contact_position": "hidden"}, viewer=SYSTEM)
    viewer = viewer_of(User.objects.get(pk=cast.specialist.pk))
    text = "客户名称,联系人,联系人手机,联系人职务\n新公司,张三,13800138000,经理\n"
    outcome = take("customers", write_csv(tmp_path, text), viewer)
    assert [each["field"] for each in outcome["columns"]] == ["name", "contact_name", None, None]
    assert list(Contact.objects.values_list("name", "mobile", "position")) == [("张三", "", "")]
    with pytest.raises(Forbidden):
        take("customers", write_csv(tmp_path, text, "b.csv"), viewer, mapping={"联系人手机": "contact_mobile"})
    # A general column is the person's where one is named: the same right decides.
    general = write_csv(tmp_path, "手机,客户名称,联系人\n13900139000,又一家,李四\n13700137000,第三家,\n", "c.csv")
    refused = take("customers", general, viewer)
    assert counts(refused) == (1, 0, 0, 1, 0)
    assert not Contact.objects.filter(name="李四").exists()


def test_who_sees_numbers_masked_cannot_guess_them(tmp_path, cast, specialist) -> None:
    customer = cast.customer_of("specialist")
    add_contact(customer, viewer=SYSTEM, name="赵敏", mobile="13812345678")
    text = f"客户编号,姓名,手机\n{customer.number},甲,13812345677\n{customer.number},乙,13812345678\n"
    path = write_csv(tmp_path, text)
    reader = viewer_of(User.objects.get(pk=cast.specialist.pk))
    assert counts(take("contacts", path, reader, check_only=True)) == (1, 1, 0, 0, 0)
    change_role("specialist", {"field:contact_mobile": "masked"}, viewer=SYSTEM)
    viewer = viewer_of(User.objects.get(pk=cast.specialist.pk))
    assert counts(take("contacts", path, viewer, check_only=True)) == (2, 0, 0, 0, 0)
