from __future__ import annotations

import pytest

from weixi.customers.importing.tests.helpers import counts, reasons, take, write_csv
from weixi.customers.models import Contact, Customer

pytestmark = pytest.mark.django_db


def test_people_are_found_again_by_name_or_mobile(tmp_path, cast) -> None:
    path = write_csv(tmp_path, """
        客户编号,姓名,手机,生日,是否农历,关键人,部门,性别
        C-001,张 三,13800138000,1980-02-30,是,是,采购部,男
        C-001,李四,,5-20,,,,
        """)  # fmt: skip
    assert counts(take("contacts", path)) == (2, 0, 0, 0, 0)
    first = Contact.objects.get(name="张三")
    assert (first.birthday, first.birthday_lunar, first.key_person) == ("1980-02-30", True, True)
    assert first.remark == "部门：采购部\n性别：男"
    assert Contact.objects.get(name="李四").birthday == "--05-20"
    assert counts(take("contacts", path)) == (0, 0, 2, 0, 0)
    renamed = write_csv(tmp_path, "客户编号,姓名,手机\nC-001,张三丰,13800138000", "renamed.csv")
    assert counts(take("contacts", renamed)) == (0, 1, 0, 0, 0)
    first.refresh_from_db()
    assert (first.name, first.key_person) == ("张三丰", True)


def test_unknown_and_foreign_customers(tmp_path, cast) -> None:
    path = write_csv(
        tmp_path, "客户名称,姓名\n没有这家,甲\n北京华信贸易有限公司,乙\n上海启明科技有限公司,\n上海启明科技有限公司,丙"
    )
    viewer = cast.viewer("specialist")
    outcome = take("contacts", path, viewer)
    assert counts(outcome) == (1, 0, 0, 3, 0)
    made = take("contacts", path, viewer, create_customers=True)
    assert counts(made) == (2, 0, 1, 1, 0)
    assert Customer.objects.get(name="没有这家").owner == cast.specialist


def test_rows_of_one_person(tmp_path, cast, monkeypatch) -> None:
    monkeypatch.setattr("weixi.customers.importing.cutting.PORTION", 2)
    path = write_csv(tmp_path, """
        客户名称,姓名,手机,职位
        新公司,张三,13800138000,
        新公司,张三,,经理
        新公司,张三,,经理
        新公司,张三,,总监
        """)  # fmt: skip
    outcome = take("contacts", path, create_customers=True)
    assert counts(outcome) == (1, 1, 1, 1, 0)
    assert "总监" in reasons(outcome)[0]
    person = Contact.objects.get()
    assert (person.mobile, person.position) == ("13800138000", "经理")
    assert Customer.objects.filter(name="新公司").count() == 1


@pytest.mark.parametrize(
    ("header", "days", "stored"),
    [
        ("农历生日", ("1980-02-30", "八月十五"), [("1980-02-30", True), ("--08-15", True)]),
        ("生日（农历）", ("正月初八", "1975年12月30日"), [("--01-08", True), ("1975-12-30", True)]),
        # A mark in the cell says it surer than the column's name.
        ("阴历生日", ("公历5月1日", "5-1"), [("--05-01", False), ("--05-01", True)]),
    ],
)
def test_a_column_of_lunar_birthdays(tmp_path, cast, header, days, stored) -> None:
    path = write_csv(tmp_path, f"客户编号,姓名,{header}\nC-001,张三,{days[0]}\nC-001,李四,{days[1]}")
    assert counts(take("contacts", path)) == (2, 0, 0, 0, 0)
    assert list(Contact.objects.order_by("pk").values_list("birthday", "birthday_lunar")) == stored
    assert counts(take("contacts", path)) == (0, 0, 2, 0, 0)


def test_a_column_that_only_says_whether_it_is_lunar(tmp_path, cast) -> None:
    path = write_csv(tmp_path, "客户编号,姓名,生日,农历生日\nC-001,张三,02-30,是\nC-001,李四,03-05,否")
    assert counts(take("contacts", path)) == (2, 0, 0, 0, 0)
    people = Contact.objects.order_by("pk").values_list("birthday", "birthday_lunar")
    assert list(people) == [("--02-30", True), ("--03-05", False)]


def test_two_columns_of_birthdays_fill_one_another(tmp_path, cast) -> None:
    path = write_csv(tmp_path, """
        客户编号,姓名,出生日期,农历生日
        C-001,张三,1980-05-20,
        C-001,李四,,四月初八
        C-001,王五,1975-03-02,正月廿一
        """)  # fmt: skip
    assert counts(take("contacts", path)) == (3, 0, 0, 0, 0)
    found = {each.name: (each.birthday, each.birthday_lunar, each.remark) for each in Contact.objects.all()}
    assert found["张三"] == ("1980-05-20", False, "")
    assert found["李四"] == ("--04-08", True, "")
    assert found["王五"] == ("1975-03-02", False, "另一历法的生日：农历 --01-21")
    assert counts(take("contacts", path)) == (0, 0, 3, 0, 0)


def test_the_lunar_birthday_of_a_customers_contact_and_of_a_person(tmp_path, cast) -> None:
    path = write_csv(tmp_path, """
        客户名称,联系人,手机,生日,农历生日
        甲公司,李四,13800000002,,四月初八
        乙公司,王五,13800000004,1975-03-02,正月廿一
        """)  # fmt: skip
    assert counts(take("customers", path)) == (2, 0, 0, 0, 0)
    found = {each.name: (each.birthday, each.birthday_lunar, each.remark) for each in Contact.objects.all()}
    assert found["李四"] == ("--04-08", True, "")
    assert found["王五"] == ("1975-03-02", False, "另一历法的生日：农历 --01-21")
    people = write_csv(tmp_path, "姓名,手机,出生日期,农历生日\n赵六,13800000005,1980-05-20,四月初七", "people.csv")
    assert counts(take("customers", people)) == (1, 0, 0, 0, 0)
    assert Customer.objects.get(name="赵六").remark == "生日：1980-05-20\n农历生日：四月初七"
    assert counts(take("customers", people)) == (0, 0, 1, 0, 0)
