"""People in a customer file become contacts of their customer."""

from __future__ import annotations

import pytest

from weixi.customers.importing.commands import undo_import
from weixi.customers.importing.models import ImportPart, ImportRun
from weixi.customers.importing.specs import CUSTOMERS
from weixi.customers.importing.tests.helpers import counts, reasons, take, write_csv
from weixi.customers.models import Contact, Customer, Registration
from weixi.customers.services import add_contact, change_contact
from weixi.kernel.events.models import Event
from weixi.kernel.importing.mapping.suggest import suggest_mapping
from weixi.organisation.scope import system_viewer

pytestmark = pytest.mark.django_db
SYSTEM = system_viewer("test")


def beside(outcome) -> tuple[int, int]:
    return outcome["contacts_created"], outcome["contacts_updated"]


def people() -> set[tuple[str, str, str]]:
    return set(Contact.objects.filter(removed_at=None).values_list("customer__name", "name", "mobile"))


def test_a_person_with_all_his_columns_and_the_same_file_again(tmp_path) -> None:
    path = write_csv(tmp_path, """
        客户名称,电话,联系人,职务,手机,邮箱,微信,生日,关键人,联系人部门,联系人备注
        甲公司,02166881234,张 三,采购经理,13800138000,zhang@a.cn,zs-138,农历八月十五,是,采购部,早上联系
        乙公司,,,,,,,,,,
        """)  # fmt: skip
    outcome = take("customers", path)
    assert counts(outcome) == (2, 0, 0, 0, 0) and beside(outcome) == (1, 0)
    customer, person = Customer.objects.get(name="甲公司"), Contact.objects.get()
    assert (customer.phone, customer.email, customer.remark) == ("02166881234", "", "")
    assert not Registration.objects.exclude(position="", wechat="").exists()
    assert (person.customer, person.name, person.position, person.mobile) == (
        customer,
        "张三",
        "采购经理",
        "13800138000",
    )
    assert (person.email, person.wechat, person.birthday) == ("zhang@a.cn", "zs-138", "--08-15")
    assert person.birthday_lunar and person.key_person and not person.decision_maker
    assert person.remark == "早上联系\n部门：采购部"
    before = Event.objects.exclude(type="import.finished").count()
    again = take("customers", path)
    assert counts(again) == (0, 0, 2, 0, 0) and beside(again) == (0, 0)
    assert Event.objects.exclude(type="import.finished").count() == before


def test_several_people_in_a_row_and_in_several_rows(tmp_path, monkeypatch) -> None:
    monkeypatch.setattr("weixi.customers.importing.cutting.PORTION", 2)
    path = write_csv(tmp_path, """
        客户编号,客户名称,联系人1,联系人1手机,联系人2,联系人2职务,联系人手机2,第三联系人,第三联系人电话
        K1,甲公司,张三,13800138000,李四,总监,13900139000,王五,021-66881234
        K2,乙公司,赵六,13700137000,,,,,
        K1,,张三,,,,,,
        K1,,周七,13600136000,李四,,13900139000,,
        K2,,赵六,13500135000,,,,,
        """)  # fmt: skip
    plan = take("customers", path, check_only=True)
    outcome = take("customers", path)
    assert counts(plan) == counts(outcome) == (2, 2, 1, 0, 0) and beside(plan) == beside(outcome) == (6, 0)
    assert people() == {
        ("甲公司", "张三", "13800138000"), ("甲公司", "李四", "13900139000"), ("甲公司", "王五", ""),
        ("甲公司", "周七", "13600136000"), ("乙公司", "赵六", "13700137000"), ("乙公司", "赵六", "13500135000"),
    }  # fmt: skip
    assert Contact.objects.get(name="李四").position == "总监"
    assert counts(take("customers", path)) == (0, 0, 5, 0, 0)
    assert ImportRun.objects.order_by("pk").first().redecided == []


def test_linking_by_number_or_name_within_the_customer_alone(tmp_path, cast) -> None:
    customer = cast.customer_of("specialist")
    other = cast.customer_of("outsider")
    mine = add_contact(customer, viewer=SYSTEM, name="张三", mobile="13800138000")
    foreign = add_contact(other, viewer=SYSTEM, name="李四", mobile="13900139000")
    path = write_csv(tmp_path, f"""
        客户编号,联系人,联系人手机,联系人职务
        {customer.number},张三丰,13800138000,经理
        {customer.number},李四,13900139000,
        """)  # fmt: skip
    outcome = take("customers", path, cast.viewer("specialist"))
    assert counts(outcome) == (0, 2, 0, 0, 0) and beside(outcome) == (1, 1)
    mine.refresh_from_db()
    foreign.refresh_from_db()
    assert (mine.name, mine.position, foreign.customer) == ("张三丰", "经理", other)
    assert Contact.objects.filter(customer=customer).count() == 2


def test_without_a_name_columns_are_the_customers_own_or_the_row_is_sent_back(tmp_path) -> None:
    path = write_csv(tmp_path, """
        客户名称,电话,联系人,联系人手机,联系人邮箱,联系人职务,关键人
        甲公司,,,13800138000,a@b.cn,经理,否
        乙公司,02166881234,,13900139000,,,
        丙公司,,王五,,,,
        """)  # fmt: skip
    outcome = take("customers", path)
    assert counts(outcome) == (2, 0, 0, 1, 0) and beside(outcome) == (1, 0)
    assert "13900139000" in reasons(outcome)[0] and "姓名" in reasons(outcome)[0]
    first = Customer.objects.get(name="甲公司")
    assert (first.phone, first.email, first.remark) == ("13800138000", "a@b.cn", "联系人职位：经理")
    assert counts(take("customers", path)) == (0, 0, 2, 1, 0)


def test_bad_values_of_a_person_send_the_row_back_and_nothing_of_it_is_written(tmp_path) -> None:
    path = write_csv(tmp_path, """
        客户名称,城市,联系人,联系人手机,联系人2,联系人2邮箱
        甲公司,上海,张三,打电话,李四,l@a.cn
        乙公司,北京,王五,13800138000,赵六,不是邮箱
        丙公司,广州,周七,13700137000,周七,z@a.cn
        丁公司,成都,吴八,,吴八,w@a.cn
        """)  # fmt: skip
    outcome = take("customers", path)
    told = reasons(outcome)
    assert counts(outcome) == (2, 0, 0, 2, 0)
    assert "联系人手机" in told[0] and "联系人2邮箱" in told[1]
    assert people() == {("丙公司", "周七", "13700137000"), ("丁公司", "吴八", "")}
    assert set(Contact.objects.values_list("email", flat=True)) == {"z@a.cn", "w@a.cn"}


def test_one_name_twice_in_a_row_with_different_values(tmp_path) -> None:
    path = write_csv(tmp_path, "客户名称,联系人1,联系人1手机,联系人2,联系人2手机\n甲,张三,13800138000,张三,13900139000")
    outcome = take("customers", path)
    assert counts(outcome) == (0, 0, 0, 1, 0) and "张三" in reasons(outcome)[0]
    assert not Customer.objects.exists()


def test_rows_of_one_person_that_contradict(tmp_path) -> None:
    path = write_csv(tmp_path, "客户名称,联系人,联系人职务\n甲,张三,经理\n甲,张三,总监")
    outcome = take("customers", path)
    assert counts(outcome) == (1, 0, 0, 1, 0) and "总监" in reasons(outcome)[0]


def test_two_columns_that_meet_one_stored_person(tmp_path, cast) -> None:
    customer = cast.customer_of("specialist")
    add_contact(customer, viewer=SYSTEM, name="张三", mobile="13800138000")
    text = f"客户编号,联系人1,联系人1手机,联系人2\n{customer.number},张三丰,13800138000,张三"
    outcome = take("customers", write_csv(tmp_path, text))
    assert counts(outcome) == (0, 0, 0, 1, 0)
    assert set(Contact.objects.values_list("name", flat=True)) == {"张三"}


def test_a_private_customer_is_no_contact_of_his_own(tmp_path) -> None:
    path = write_csv(tmp_path, """
        客户姓名,联系人,手机,职位,生日
        王小明,王小明,13800138000,医生,1980-05-20
        李小红,李大红,13900139000,,
        """)  # fmt: skip
    assert beside(take("customers", path)) == (1, 0)
    assert Customer.objects.get(name="王小明").phone == "13800138000"
    assert Registration.objects.get(customer__name="王小明").position == "医生"
    assert people() == {("李小红", "李大红", "")}
    assert Customer.objects.get(name="李小红").phone == "13900139000"


def test_the_person_beside_a_company(tmp_path) -> None:
    """姓/名 and 客户姓名 beside a company name are its people, as in lists of leads."""
    path = write_csv(tmp_path, "Company,First Name,Last Name,Mobile,Title\nAcme Ltd,Ada,Lovelace,13800138000,CTO")
    assert beside(take("customers", path)) == (1, 0)
    person = Contact.objects.get()
    assert (person.name, person.mobile, person.position) == ("Ada Lovelace", "13800138000", "CTO")


def test_undo_takes_people_back_changes_included(tmp_path, cast) -> None:
    customer = cast.customer_of("specialist")
    before = add_contact(customer, viewer=SYSTEM, name="张三", mobile="13800138000", position="经理")
    text = f"客户编号,客户名称,联系人,联系人职务\n{customer.number},,张三,总监\n{customer.number},,李四,\nK9,新公司,王五,\n"
    outcome = take("customers", write_csv(tmp_path, text))
    assert beside(outcome) == (2, 1)
    result = undo_import(str(outcome["run"]), viewer=SYSTEM)
    assert result["kept"] == []
    before.refresh_from_db()
    assert before.position == "经理"
    assert people() == {(customer.name, "张三", "13800138000")}
    assert not Customer.objects.filter(name="新公司", archived_at=None).exists()


def test_undo_keeps_a_person_edited_since(tmp_path, cast) -> None:
    customer = cast.customer_of("specialist")
    outcome = take("customers", write_csv(tmp_path, f"客户编号,联系人\n{customer.number},李四"))
    change_contact(Contact.objects.get(), viewer=SYSTEM, whole=False, values={"position": "经理"})
    result = undo_import(str(outcome["run"]), viewer=SYSTEM)
    assert [each["kind"] for each in result["kept"]] == ["contact"] and Contact.objects.get().removed_at is None


def test_contacts_of_rows_that_hang_on_others_are_not_counted(tmp_path) -> None:
    path = write_csv(tmp_path, """
        客户名称,直接或间接,上级客户,邮箱,联系人
        子公司,间接,母公司,,张三
        母公司,直接,,不是邮箱,李四
        丁公司,,,,王五
        """)  # fmt: skip
    plan, outcome = take("customers", path, check_only=True), take("customers", path)
    assert counts(plan) == counts(outcome) == (1, 0, 0, 2, 0) and beside(plan) == beside(outcome) == (1, 0)
    assert people() == {("丁公司", "王五", "")}
    assert sum(ImportPart.objects.values_list("contacts_created", flat=True)) == 1


def test_no_column_of_people_asks_nothing_of_contacts(tmp_path) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    take("customers", write_csv(tmp_path, "客户名称,城市\n甲公司,上海"))
    with CaptureQueriesContext(connection) as asked:
        take("customers", write_csv(tmp_path, "客户名称,城市\n甲公司,北京\n乙公司,广州", "two.csv"))
    assert not [each for each in asked.captured_queries if '"customers_contact"."name_key"' in each["sql"]]


def test_statements_do_not_grow_with_the_people(tmp_path) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    def ask(count: int, name: str) -> int:
        rows = "\n".join(f"{name}{at}号公司,张{at},1380013{at:04d}" for at in range(count))
        path = write_csv(tmp_path, f"客户名称,联系人,联系人手机\n{rows}", f"{name}.csv")
        with CaptureQueriesContext(connection) as asked:
            take("customers", path)
        return len(asked)

    ask(2, "先")
    assert ask(60, "多") - ask(20, "少") <= 6


def test_masked_numbers_of_people(tmp_path, cast) -> None:
    customer = cast.customer_of("specialist")
    add_contact(customer, viewer=SYSTEM, name="张三", mobile="13900001111")
    head = f"客户编号,联系人,联系人手机\n{customer.number},张三,"
    assert counts(take("customers", write_csv(tmp_path, head + "139****1111"))) == (0, 0, 1, 0, 0)
    wrong = take("customers", write_csv(tmp_path, head + "139****2222", "wrong.csv"))
    assert counts(wrong) == (0, 0, 0, 1, 0) and "139****2222" in reasons(wrong)[0]
    assert Contact.objects.get().mobile == "13900001111"


@pytest.mark.parametrize(
    ("header", "fields"),
    [
        ("客户名称,联系人,联系电话,邮箱,地址,微信", "name,contact_name,phone,contact_email,address,wechat"),
        ("邮箱,客户名称,手机,联系人", "email,name,mobile,contact_name"),
        ("客户名称,关键联系人,手机", "name,,mobile"),
        ("客户名称,联系人1,手机1,联系人2,手机2,电话2", "name,contact_name,contact_mobile,contact2_name,contact2_mobile,contact2_phone"),
        ("客户姓名,手机,邮箱,职位", "person_name,mobile,email,position"),
        ("Account Name,Primary Contact,Contact Phone,Contact Email", "name,contact_name,contact_phone,contact_email"),
        ("公司名称,主要联系人姓名,主要联系人手机号,联系人生日,是否关键人", "name,contact_name,contact_mobile,contact_birthday,contact_key_person"),
    ],
)  # fmt: skip
def test_columns_of_people_are_told_from_the_customers_own(header, fields) -> None:
    made = suggest_mapping(CUSTOMERS, header.split(","))
    assert [one.field or "" for one in made] == fields.split(",")


def test_cells_that_name_nobody_or_hold_a_number(tmp_path) -> None:
    path = write_csv(tmp_path, """
        客户名称,联系人,职务
        甲1,无,
        甲2,-,
        甲3,暂无,经理
        甲4,N/A,
        甲5,/,
        甲6,张三 13800138000,
        甲7,13800138000,
        甲8,021-66881234,
        甲9,李四,
        """)  # fmt: skip
    outcome = take("customers", path)
    assert counts(outcome) == (6, 0, 0, 3, 0) and beside(outcome) == (1, 0)
    assert all("电话" in reason for reason in reasons(outcome))
    assert people() == {("甲9", "李四", "")}
    text = "客户名称,姓名\n甲9,无\n甲9,王五 13800138000\n甲9,赵六"
    as_contacts = take("contacts", write_csv(tmp_path, text, "contacts.csv"))
    assert counts(as_contacts) == (1, 0, 0, 2, 0)


def test_several_names_in_one_cell(tmp_path) -> None:
    text = "客户名称,联系人,联系人手机\n甲,张三、李四,\n乙,王五/赵六,13800138000\n丙,欧阳·娜娜,\n丁,Anne-Marie O'Neil,"
    outcome = take("customers", write_csv(tmp_path, text))
    assert counts(outcome) == (3, 0, 0, 1, 0) and "王五/赵六" in reasons(outcome)[0]
    assert {(customer, name) for customer, name, _mobile in people()} == {
        ("甲", "张三"), ("甲", "李四"), ("丙", "欧阳·娜娜"), ("丁", "Anne-Marie O'Neil"),
    }  # fmt: skip


def test_an_export_without_the_names_changes_nothing(tmp_path, cast) -> None:
    customer = cast.customer_of("specialist")
    values = {
        "mobile": "13800138000",
        "email": "z@a.cn",
        "position": "经理",
        "birthday": "1980-05-20",
        "key_person": True,
    }
    add_contact(customer, viewer=SYSTEM, name="张三", **values)
    phone = customer.phone
    text = (
        "客户编号,客户名称,联系人：手机,联系人：邮箱,联系人：职位,联系人：生日,联系人：关键人\n"
        f"{customer.number},{customer.name},13800138000,z@a.cn,经理,1980-05-20,是\n"
    )
    assert counts(take("customers", write_csv(tmp_path, text))) == (0, 0, 1, 0, 0)
    customer.refresh_from_db()
    assert (customer.phone, customer.email, customer.remark) == (phone, "", "")
    with_names = text.replace("客户名称,", "客户名称,联系人：名称,").replace(
        f"{customer.name},", f"{customer.name},张三,"
    )
    assert counts(take("customers", write_csv(tmp_path, with_names, "b.csv"))) == (0, 0, 1, 0, 0)
