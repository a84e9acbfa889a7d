"""Normal forms, keys and points, by tables and by properties."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from weixi.customers.matching.companies import company_name
from weixi.customers.matching.compare import Kind, compare
from weixi.customers.matching.fold import fold
from weixi.customers.matching.keys import keys_of, near_keys_of
from weixi.customers.matching.likeness import Reason
from weixi.customers.matching.places import leading_place
from weixi.customers.matching.points import address_of, birthday_of, code_of, phone_of, same_phone
from weixi.customers.matching.records import Record, record_of

CODE, OTHER_CODE = "91350100M000100Y43", "91310000132206289X"


def company(name: str, **more: object) -> Record:
    return record_of(1, is_person=False, name=name, **more)  # type: ignore[arg-type]


def person(name: str, **more: object) -> Record:
    return record_of(1, is_person=True, name=name, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("name", "core", "place", "branch"),
    [
        ("苏州恒泰纺织有限公司", "恒泰纺织", "苏州", ""),
        ("江苏省苏州市恒泰纺织有限责任公司", "恒泰纺织", "苏州", ""),
        ("恒泰纺织（苏州）有限公司", "恒泰纺织", "苏州", ""),
        ("恆泰紡織(集團)股份有限公司", "恒泰纺织", "", ""),
        ("ＡＢＣ科技【中国】有限公司", "abc科技", "", ""),
        ("青岛啤酒股份有限公司", "青岛啤酒", "", ""),
        ("苏州恒泰纺织有限公司（已停用）", "恒泰纺织", "苏州", ""),
        ("【重点】苏州恒泰纺织有限公司", "恒泰纺织", "苏州", ""),
        ("苏州恒泰纺织有限公司(2)", "恒泰纺织", "苏州", ""),
        ("苏州恒泰纺织有限公司-作废", "恒泰纺织", "苏州", ""),
        ("恒泰（新）纺织有限公司", "恒泰新纺织", "", ""),
        ("北京银行股份有限公司", "北京银行", "", ""),
        ("万科企业股份有限公司上海办事处", "万科企业", "", "上海办事处"),
        ("苏州恒泰纺织第二分厂", "恒泰纺织", "苏州", "第二分厂"),
        ("中国工商银行苏州分行", "中国工商银行", "", "苏州分行"),
        ("恒泰纺织有限公司(南京分公司)", "恒泰纺织", "", "南京分公司"),
        ("海底捞火锅（西单店）", "海底捞火锅", "", "西单"),
        ("上海麦当劳-人民广场餐厅", "麦当劳", "上海", "人民广场"),
        ("公司", "公司", "", ""),
    ],
)
def test_the_parts_of_a_company_name(name: str, core: str, place: str, branch: str) -> None:
    parts = company_name(name)
    assert (parts.core, parts.place, parts.branch) == (core, place, branch)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("+86 138-0013-8000", "13800138000"),
        ("０１３８００１３８０００", "13800138000"),
        ("0086 10 8265 1234", "01082651234"),
        ("010-82651234转801", "01082651234"),
        ("310/246-1501", "3102461501"),
        ("+1 310.246.1501", "3102461501"),
        ("001 310 246 1501", "3102461501"),
        ("1 (310) 246-1501 x5", "3102461501"),
        ("+44 (0)20 7946 0958", "02079460958"),
        ("+852 2345 6789", "23456789"),
        ("138-0013-8000", "13800138000"),
        ("00000000", ""),
        ("123", ""),
    ],
)
def test_phones(text: str, expected: str) -> None:
    assert phone_of(text) == expected


def test_a_line_with_and_without_its_area_code_is_one() -> None:
    assert same_phone("01082651234", "82651234")
    assert not same_phone("01082651234", "82651235")
    assert not same_phone("13882651234", "82651234")


def test_other_normal_forms() -> None:
    assert address_of("435 S. La Cienega Blv.") == ("435", "la cienega blvd")
    assert address_of("江苏省苏州市人民路１２号") == ("12", "江苏苏州人民路12号")
    assert (birthday_of("1980-03-05"), birthday_of("--03-05")) == ("19800305", "")
    assert (code_of(" 91350100m000100y43 "), code_of("12345")) == (CODE, "")
    assert fold("恒\u200b泰〔集團〕ＬＴＤ") == "恒泰(集团)ltd"
    assert leading_place("江苏省苏州市恒泰") == ("苏州", 6)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("苏州恒泰纺织有限公司", "苏州市恒泰紡織有限責任公司"),
        ("苏州恒泰纺织有限公司", "恒泰纺织（苏州）有限公司"),
        ("深圳市振业(集团)股份有限公司", "深圳振业集团"),
        ("国华网安科技股份有限公司", "国华网按科技股份有限公司"),
        ("苏州恒泰纺织有限公司", "苏州恒泰织纺有限公司"),
        ("Acme Trading Co., Ltd.", "ACME TRADING"),
        ("南京第2机床厂", "南京第二机床厂"),
        ("成都市第12中学", "成都市第十二中学"),
        ("第12中学食堂", "第十二中学食堂"),
        ("中铁11局集团有限公司", "中铁十一局集团有限公司"),
        ("成都第20中学", "成都第二十中学"),
        ("成都第1中学", "成都第一中学"),
    ],
)
def test_written_otherwise_it_is_the_same(one: str, other: str) -> None:
    found = compare(company(one), company(other))
    assert found is not None and found.kind is Kind.DUPLICATE
    assert set(keys_of(company(one))) & set(keys_of(company(other)))
    assert set(near_keys_of(company(one))) & set(keys_of(company(other)))
    assert set(near_keys_of(company(other))) & set(keys_of(company(one)))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("北京银行股份有限公司", "南京银行股份有限公司"),
        ("苏州恒泰纺织有限公司", "无锡恒泰纺织有限公司"),
        ("东方电子股份有限公司", "东方电气股份有限公司"),
        ("华峰化学股份有限公司", "华融化学股份有限公司"),
        ("中远海运能源运输股份有限公司", "中远海运发展股份有限公司"),
        ("上海第12中学", "上海第21中学"),
        ("北京市第一中学", "北京市第十中学"),
        ("成都第12中学", "成都第二十中学"),
        ("中铁十一局集团有限公司", "中铁十二局集团有限公司"),
        ("365便利店有限公司", "356便利店有限公司"),
        ("Pier 39 Seafood", "Pier 93 Seafood"),
    ],
)
def test_other_companies_stay_other_companies(one: str, other: str) -> None:
    assert compare(company(one), company(other)) is None


@pytest.mark.parametrize("part", ["苏州分公司", "办事处", "第二分厂", "南京子公司", "（杭州分公司）", "西安分店"])
def test_a_branch_is_related_and_never_the_company_itself(part: str) -> None:
    whole = company("恒泰纺织有限公司", phones=["0512-65123456"], code=CODE, address="人民路12号")
    branch = company("恒泰纺织有限公司" + part, phones=["0512-65123456"], code=OTHER_CODE, address="人民路12号")
    found = compare(whole, branch)
    assert found is not None and (found.kind, found.reasons) == (Kind.RELATED, (Reason.BRANCH,))


def test_two_legal_numbers_are_two_companies() -> None:
    same = {"phones": ["0512-65123456"], "address": "人民路12号"}
    assert (
        compare(company("恒泰纺织有限公司", code=CODE, **same), company("恒泰纺织有限公司", code=OTHER_CODE, **same))
        is None
    )
    one = compare(company("恒泰纺织有限公司", code=CODE), company("苏州老厂", code=CODE))
    assert one is not None and one.reasons[0] is Reason.SAME_CODE


def test_a_name_alone_makes_no_two_people_one() -> None:
    assert compare(person("张伟"), person("张伟")) is None
    found = compare(person("張偉", birthday="1980-03-05"), person("张伟", birthday="19800305"))
    assert found is not None and Reason.SAME_BIRTHDAY in found.reasons
    assert compare(person("张伟", birthday="1980-03-05"), person("张伟", birthday="1991-11-21")) is None
    assert compare(person("张伟"), company("张伟")) is None


names = st.text(alphabet="恒泰苏州纺织集团有限公司分第二厂（）()ab 1", min_size=1, max_size=14)
records = st.builds(
    record_of,
    st.integers(1, 9),
    is_person=st.booleans(),
    name=names,
    short_name=names,
    phones=st.lists(st.sampled_from(["13800138000", "010-82651234", "82651234", ""]), max_size=2),
    code=st.sampled_from(["", CODE, OTHER_CODE]),
    address=st.sampled_from(["", "人民路1号", "1 main st"]),
    birthday=st.sampled_from(["", "1980-01-02"]),
)


@settings(max_examples=300, deadline=None)
@given(records, records)
def test_comparing_does_not_depend_on_the_order(one: Record, other: Record) -> None:
    found, back = compare(one, other), compare(other, one)
    assert (found and (found.kind, found.score, set(found.reasons))) == (
        back and (back.kind, back.score, set(back.reasons))
    )
    if found is not None:
        assert 0 < found.score <= 1
        if found.kind is Kind.DUPLICATE:
            assert one.company.branch == other.company.branch


@settings(max_examples=300, deadline=None)
@given(records)
def test_near_keys_are_some_of_those_it_is_filed_under_with_and_without_its_place(record: Record) -> None:
    placeless = replace(record, company=record.company._replace(place=""))
    near = set(near_keys_of(record))
    assert bool(near) == bool(keys_of(record)) and near <= set(keys_of(record)) | set(keys_of(placeless))


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=30))
def test_any_text_has_its_forms_and_folding_twice_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)
    record = record_of(1, is_person=False, name=text, short_name=text, address=text, city=text, birthday=text)
    assert all(0 <= key < 2**63 for key in keys_of(record))
    keys_of(record_of(1, is_person=True, name=text, address=text, birthday=text))


def test_houses_of_a_chain_are_related_and_one_house_is_one() -> None:
    xidan, other = (
        company("海底捞火锅(西单店)", phones=["010-66012345"]),
        company("海底捞火锅(王府井店)", phones=["010-65133333"]),
    )
    found = compare(xidan, other)
    assert found is not None and (found.kind, found.reasons) == (Kind.RELATED, (Reason.TWO_BRANCHES,))
    again = compare(xidan, company("海底捞火锅（西单店）", phones=["(010)6601 2345"]))
    assert again is not None and again.kind is Kind.DUPLICATE
    chain = compare(
        company("全聚德烤鸭店", phones=["010-67011379"]), company("全聚德烤鸭店(前门店)", phones=["010-67011379"])
    )
    assert chain is not None and chain.kind is Kind.DUPLICATE, "they answer the same telephone"
    hotline = compare(
        company("海底捞火锅", phones=["4009107107"]), company("海底捞火锅(西单店)", phones=["4009107107"])
    )
    assert hotline is not None and hotline.kind is Kind.RELATED
