from __future__ import annotations

import pytest

from weixi.customers.duplicates.gather import records_of
from weixi.customers.importing.commands import undo_import
from weixi.customers.importing.customer_values import phone_text
from weixi.customers.importing.models import ImportRun
from weixi.customers.importing.tests.helpers import counts, reasons, take, write_csv
from weixi.customers.matching.points import phones_of
from weixi.customers.models import Customer, CustomerTag, Registration
from weixi.customers.queries.matching import matching_customers
from weixi.customers.services import archive_customer
from weixi.customers.validators import clean_phone
from weixi.kernel.errors import Forbidden, Invalid
from weixi.kernel.events.models import Event
from weixi.kernel.importing.values.codes import parse_phone
from weixi.organisation.scope import system_viewer

pytestmark = pytest.mark.django_db
SYSTEM = system_viewer("test")


@pytest.mark.parametrize(
    ("text", "phones"),
    [
        ("客户名称,客户类别,电话,手机\n陈立群,个人,021-66881234,13800138000\n", ("02166881234", "13800138000")),
        ("公司名称,Phone 1,Phone 2\n启明科技有限公司,021-66881234,02-2345-6789\n", ("02166881234", "+886223456789")),
        ("公司名称,电话,电话2\n启明科技有限公司,021-66881234,2345 6789\n", ("02166881234", "23456789")),
        ("公司名称,电话,其他电话\n启明科技有限公司,021-66881234,021-66881234\n", ("02166881234", "")),
    ],
)
def test_a_second_telephone_has_a_place_of_its_own(tmp_path, text, phones) -> None:
    outcome = take("customers", write_csv(tmp_path, text))
    one = Customer.objects.get()
    assert ((one.phone, one.registration.other_phone), one.remark) == (phones, "")
    tail = (phones[1] or phones[0])[-4:]
    assert matching_customers(system_viewer("cli"), tail, limit=5) == [one.pk]
    assert {*records_of([one.pk])[one.pk].phones} == {*phones_of(filter(None, phones))}
    if phones[1]:
        data = Event.objects.get(type="customer.created").data
        assert phones[1] not in str(data)
        change = take("customers", write_csv(tmp_path, text.rpartition(",")[0] + ",13900139000\n"))
        assert change["updated"] == 1
        undo_import(str(change["run"]), viewer=system_viewer("cli"))
        assert Registration.objects.get(pk=one.pk).other_phone == phones[1]
    assert counts(take("customers", write_csv(tmp_path, text)))[:3] == (0, 0, 1)
    assert outcome["rejected"] == 0


@pytest.mark.parametrize(
    "phone",
    [
        "(07)3351234", "02-2345-6789 #12", "0912-345-678", "886-4-23591234", "852-2345 6789", "+44 20 7946 0000 ext 12",
        "020-3456 7890", "0512-65432100转808", "86-755-26001234", "(010)12345678转801", "400-800-1234",
        "310/246-1501", "(310) 246-1501 x12",
    ],
)  # fmt: skip
def test_a_number_as_the_archive_writes_it_is_the_same_number_in_the_next_file(phone: str) -> None:
    stored = clean_phone(phone_text(str(parse_phone(phone))))
    again = parse_phone(stored)
    assert isinstance(again, str) and clean_phone(phone_text(again)) == stored


def test_new_customers_and_the_same_file_again(tmp_path) -> None:
    path = write_csv(tmp_path, """
        客户编号,客户名称,电话,城市,标签,成立时间,手机,QQ,备注
        17850.0,上海启明科技有限公司,021-66881234-801,上海,大客户、老客户,2001-05-20,13800138000,12345,早上联系
        17851,北京华信贸易有限公司,,北京,,,,,
        """)  # fmt: skip
    outcome = take("customers", path)
    assert counts(outcome) == (2, 0, 0, 0, 0)
    first = Customer.objects.get(number="17850")
    assert (first.phone, first.city, first.founded_on) == ("02166881234转801", "上海", "2001-05-20")
    assert first.remark == "早上联系\nQQ：12345" and first.registration.other_phone == "13800138000"
    assert set(first.tagged.values_list("tag__name", flat=True)) == {"大客户", "老客户"}
    before = Event.objects.exclude(type="import.finished").count()
    assert counts(take("customers", path)) == (0, 0, 2, 0, 0)
    assert Event.objects.exclude(type="import.finished").count() == before
    finished = Event.objects.filter(type="import.finished").last()
    assert finished.data == {
        "kind": "customers",
        "created": 0,
        "updated": 0,
        "unchanged": 2,
        "rejected": 0,
        "skipped": 0,
    }


def test_equal_name_links_blank_cells_erase_nothing(tmp_path, cast) -> None:
    customer = cast.customer_of("specialist")
    path = write_csv(tmp_path, f"""
        客户名称,电话,行业,地址
        　{customer.name}　,13900139000,软件,工业园１号
        {customer.name.replace("科技有限", "科技")},,,
        """)  # fmt: skip
    outcome = take("customers", path)
    assert counts(outcome) == (1, 1, 0, 0, 0)
    customer.refresh_from_db()
    assert (customer.phone, customer.industry, customer.number) == ("13900139000", "软件", "C-001")
    assert Registration.objects.get(pk=customer.pk).address == "工业园１号"
    assert outcome["warnings"][0][0] == 3 and customer.name in outcome["warnings"][0][1]
    blank = write_csv(tmp_path, f"客户名称,电话,行业\n{customer.name},,", "blank.csv")
    assert counts(take("customers", blank)) == (0, 0, 1, 0, 0)
    customer.refresh_from_db()
    assert customer.industry == "软件"


def test_ambiguous_names_are_rejected_with_their_numbers(tmp_path) -> None:
    take("customers", write_csv(tmp_path, "客户编号,客户名称\nA1,同名公司\nA2,同名公司"))
    assert Customer.objects.filter(name="同名公司").count() == 2
    outcome = take("customers", write_csv(tmp_path, "客户名称,城市\n同名公司,上海", "more.csv"))
    assert counts(outcome) == (0, 0, 0, 1, 0)
    assert "A1" in reasons(outcome)[0] and "A2" in reasons(outcome)[0]


def test_rows_of_one_customer_complete_each_other_or_contradict(tmp_path) -> None:
    path = write_csv(tmp_path, """
        客户编号,客户名称,城市,电话
        1,甲公司,上海,
        1,,,13900139000
        1,甲公司,上海,
        1,,北京,
        ,甲公司,,13900139000
        """)  # fmt: skip
    outcome = take("customers", path)
    assert counts(outcome) == (1, 1, 2, 1, 0)
    assert "北京" in reasons(outcome)[0] and "2" in reasons(outcome)[0]
    customer = Customer.objects.get(number="1")
    assert (customer.city, customer.phone) == ("上海", "13900139000")
    assert counts(take("customers", path)) == (0, 0, 4, 1, 0)


def test_rows_of_one_customer_in_different_portions(tmp_path, monkeypatch) -> None:
    monkeypatch.setattr("weixi.customers.importing.cutting.PORTION", 2)
    rows = [
        "客户名称,城市,电话,备注",
        "甲,上海,,一",
        "乙,,,",
        "丙,,,",
        "甲,,13900139000,",
        "甲,北京,,",
        "甲,上海,,一",
        "乙,,,二",
    ]
    outcome = take("customers", write_csv(tmp_path, "\n".join(rows)))
    assert counts(outcome) == (3, 2, 1, 1, 0)
    assert ImportRun.objects.get().redecided == []
    assert Customer.objects.get(name="甲").phone == "13900139000"
    assert Customer.objects.get(name="乙").remark == "二"


def test_numbers_of_our_own_series_do_not_part_equal_names(tmp_path) -> None:
    take("customers", write_csv(tmp_path, "客户名称\n甲公司"))
    outcome = take("customers", write_csv(tmp_path, "客户编号,客户名称,城市\nX-9,甲公司,上海", "erp.csv"))
    assert counts(outcome) == (0, 1, 0, 0, 0)
    customer = Customer.objects.get()
    assert (customer.city, customer.remark) == ("上海", "客户编号：X-9")


def test_scope_and_rights_hold_and_disclose_nothing(tmp_path, cast) -> None:
    foreign = cast.customer_of("outsider")
    viewer = cast.viewer("specialist")
    before = Customer.objects.filter(pk=foreign.pk).values().get()
    path = write_csv(tmp_path, f"""
        客户编号,客户名称,电话,负责人
        {foreign.number},{foreign.name},13900139000,
        ,新公司一,,周强
        ,新公司二,,qian
        ,新公司三,,没有这人
        """)  # fmt: skip
    outcome = take("customers", path, viewer)
    assert counts(outcome) == (1, 0, 0, 3, 0)
    told = reasons(outcome)
    assert foreign.name not in told[0] and foreign.number in told[0]
    assert Customer.objects.filter(pk=foreign.pk).values().get() == before
    assert Customer.objects.get(name="新公司二").owner == cast.specialist
    with pytest.raises(Forbidden):
        take("customers", path, cast.viewer("sales"))


def test_supervisor_hands_over_within_his_team(tmp_path, cast) -> None:
    customer = cast.customer_of("specialist")
    path = write_csv(tmp_path, f"客户编号,负责人,客户阶段\n{customer.number},孙丽,老客户")
    assert counts(take("customers", path, cast.viewer("supervisor"))) == (0, 1, 0, 0, 0)
    customer.refresh_from_db()
    assert (customer.owner, customer.lifecycle) == (cast.colleague, "established")
    assert Event.objects.filter(type="customer.owner_changed", customer_id=customer.pk).count() == 1


def test_put_away_customers_are_not_brought_back(tmp_path, cast) -> None:
    customer = cast.customer_of("specialist")
    archive_customer(customer, viewer=SYSTEM, reason="停业")
    outcome = take("customers", write_csv(tmp_path, f"客户编号,城市\n{customer.number},上海"))
    assert counts(outcome) == (0, 0, 0, 1, 0)


def test_bad_rows_stop_no_good_one_and_come_back_whole(tmp_path) -> None:
    path = write_csv(tmp_path, """
        客户名称,邮箱,统一社会信用代码,电话
        好公司,a@b.cn,,13900139000
        坏邮箱,不是邮箱,,
        坏代码,,123,
        坏电话,,,打电话
        """)  # fmt: skip
    outcome = take("customers", path)
    assert counts(outcome) == (1, 0, 0, 3, 0)
    fixed = tmp_path / "fixed.csv"
    text = (tmp_path / outcome["error_file"]).read_text(encoding="utf-8")
    assert text.splitlines()[0].startswith("客户名称,邮箱,统一社会信用代码,电话,")
    fixed.write_text(
        text.replace("不是邮箱", "c@d.cn").replace(",123,", ",,").replace("打电话", "02166881234"), encoding="utf-8"
    )
    assert counts(take("customers", fixed)) == (3, 0, 0, 0, 0)


def test_a_row_says_all_that_is_wrong_and_what_would_be_right(tmp_path) -> None:
    outcome = take("customers", write_csv(tmp_path, "客户名称,电话,直接或间接\n,打电话,\n甲公司,,半直接"))
    first, second = reasons(outcome)
    assert "没有客户" in first and "打电话" in first
    assert "直接，间接" in second


def test_check_writes_nothing(tmp_path) -> None:
    path = write_csv(tmp_path, "客户名称,邮箱\n甲公司,\n乙公司,不是")
    outcome = take("customers", path, check_only=True)
    assert counts(outcome) == (1, 0, 0, 1, 0) and outcome["run"] is None
    assert len(reasons(outcome)) == 1
    assert not Customer.objects.exists() and not ImportRun.objects.exists() and not Event.objects.exists()


def test_questions_are_asked_and_answered(tmp_path) -> None:
    path = write_csv(tmp_path, "客户名称,合作日期\n甲公司,01-03-2016")
    with pytest.raises(Exception, match="mdy") as asked:
        take("customers", path)
    assert "合作日期" in str(asked.value)
    assert not ImportRun.objects.exists()
    take("customers", path, mapping={"answers": {"合作日期": "mdy"}})
    assert Customer.objects.get().cooperation_since == "2016-01-03"
    with pytest.raises(Invalid, match="xyz"):
        take("customers", path, mapping={"answers": {"合作日期": "xyz"}})


@pytest.mark.parametrize(
    ("mapping", "told"),
    [({"没有": "name"}, "没有"), ({"客户名称": "nome"}, "nome"), ({"客户名称": None}, "客户名称"), ({"columns": {}, "x": 1}, "x"),
     ({"城市": "name"}, "")],
)  # fmt: skip
def test_mapping_is_checked(tmp_path, mapping, told) -> None:
    path = write_csv(tmp_path, "客户名称,城市\n甲公司,上海")
    if mapping == {"城市": "name"}:
        take("customers", path, mapping=mapping)
        assert Customer.objects.get().name == "上海"
        return
    with pytest.raises(Invalid, match=told):
        take("customers", path, mapping=mapping)


def test_tags_grow_only(tmp_path) -> None:
    take("customers", write_csv(tmp_path, "客户名称,标签\n甲公司,一、二"))
    assert counts(take("customers", write_csv(tmp_path, "客户名称,标签\n甲公司,二", "two.csv"))) == (0, 0, 1, 0, 0)
    assert counts(take("customers", write_csv(tmp_path, "客户名称,标签\n甲公司,三", "three.csv"))) == (0, 1, 0, 0, 0)
    assert CustomerTag.objects.count() == 3


def test_statements_do_not_grow_with_the_rows(tmp_path, django_assert_max_num_queries) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    def ask(count: int) -> int:
        rows = "\n".join(f"第{count}批{number}号公司,上海" for number in range(count))
        path = write_csv(tmp_path, f"客户名称,城市\n{rows}", f"{count}.csv")
        with CaptureQueriesContext(connection) as asked:
            take("customers", path)
        return len(asked)

    ask(5)
    assert ask(150) - ask(30) <= 12


def test_the_country_beside_the_province_says_nothing(tmp_path, cast) -> None:
    path = write_csv(tmp_path, """
        客户名称,国家,省,市
        甲绢有限公司,中国,江苏,苏州
        乙绢有限公司,中国,,苏州
        丙绢有限公司,Germany,Bayern,Hof
        """)  # fmt: skip
    assert counts(take("customers", path)) == (3, 0, 0, 0, 0)
    regions = Customer.objects.filter(name__endswith="绢有限公司").order_by("pk").values_list("region", flat=True)
    assert list(regions) == ["江苏", "中国", "Germany Bayern"]


def test_words_for_nothing_are_blanks_and_that_is_told(tmp_path, cast) -> None:
    path = write_csv(tmp_path, """
        客户编号,客户名称,电话,邮箱,成立日期,贷款情况,备注
        K1,甲公司,无,NULL,0000-00-00,无,-
        K2,乙公司,-,n/a,暂无,,
        NULL,无,010-12345678,,,,
        K4,丁公司,#N/A,,,,
        """)  # fmt: skip
    outcome = take("customers", path)
    assert counts(outcome) == (2, 0, 0, 2, 0)
    made = Customer.objects.get(number="K1")
    assert (made.phone, made.email, made.founded_on, made.remark) == ("", "", "", "-")
    assert made.registration.loans == "无", "in a plain text it says what it says"
    told = [text for row, text in outcome["warnings"] if row == 2]
    assert len(told) == 3 and all("当作没有填" in text for text in told)
    assert counts(take("customers", path)) == (0, 0, 2, 2, 0)
