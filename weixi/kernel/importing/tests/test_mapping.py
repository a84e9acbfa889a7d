from __future__ import annotations

import pytest

from weixi.kernel.importing.mapping.headers import header_key, header_unit
from weixi.kernel.importing.mapping.spec import FalseFriend, FieldSpec, KindSpec, ValueType
from weixi.kernel.importing.mapping.suggest import missing_fields, suggest_mapping

SPEC = KindSpec(
    "things",
    "Things",
    "东西",
    (
        FieldSpec("name", "Full name", "客户名称", ValueType.ORGANISATION, ("公司名称",), weak=("名称",)),
        FieldSpec("mobile", "Mobile", "手机", ValueType.PHONE, ("手机号",)),
        FieldSpec("owner", "Owner", "客户经理", ValueType.PERSON),
        FieldSpec("amount", "Amount", "金额", ValueType.MONEY, ("销售额",)),
        FieldSpec("remark", "Remark", "备注", ValueType.LONG_TEXT, many=True),
    ),
    false_friends=(FalseFriend("负责人", "owner", "ours"), FalseFriend("等级", None, "made by grading")),
    elsewhere=("创建时间",),
    need_one_of=(("name",),),
)


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("*客户名称（必填）", "客户名称"),
        ("客户 名称", "客户名称"),
        ("【必填】手机号", "手机号"),
        ("金额（元）", "金额"),
        ("销售额(万元)", "销售额"),
        ("CustomerID", "customer_id"),
        ("Customer ID", "customer-id"),
        ("ｎａｍｅ", "Name"),
        ("生日(yyyy-mm-dd)", "生日"),
    ],
)
def test_headers_that_are_one(left: str, right: str) -> None:
    assert header_key(left) == header_key(right)


def test_headers_that_differ() -> None:
    assert header_key("电话（公司）") != header_key("电话（联系人）")
    assert header_key("") == ""


def test_units_in_headers_are_reported() -> None:
    assert header_unit("销售额(万元)") == "10000"
    assert header_unit("销售额（单位：亿元）") == "100000000"
    assert header_unit("销售额(元)") is None


def test_a_heading_over_several_names_does_not_make_a_phone_of_what_is_none() -> None:
    header, parts = ["手机号 / 微信", "手机号 / 座机号"], [("手机号", "微信"), ("手机号", "座机号")]
    made = suggest_mapping(SPEC, header, parts=parts, samples=[["zjg_1968", "同手机"], ["13800138000"]])
    assert [one.field for one in made] == [None, "mobile"]


def test_a_header_of_two_rows_means_the_same_in_one_text() -> None:
    for parts in (None, [("客户信息 / 名称",), ("联系方式 / 手机号",), ("备注",)]):
        made = suggest_mapping(SPEC, ["客户信息 / 名称", "联系方式 / 手机号", "备注"], parts=parts)
        assert [one.field for one in made] == ["name", "mobile", "remark"]


def test_every_column_comes_back() -> None:
    made = suggest_mapping(SPEC, ["公司名称", "手机号*", "负责人", "等级", "创建时间", "奇怪", ""])
    assert [(one.field, one.state) for one in made] == [
        ("name", "mapped"),
        ("mobile", "mapped"),
        ("owner", "mapped"),
        (None, "elsewhere"),
        (None, "elsewhere"),
        (None, "unknown"),
        (None, "unknown"),
    ]
    assert str(made[2].reason) == "ours"


def test_two_columns_for_one_field_are_contested_and_many_fields_are_not() -> None:
    made = suggest_mapping(SPEC, ["客户名称", "公司名称", "备注", "备注"])
    assert [one.field for one in made] == ["name", None, "remark", "remark"]
    assert (made[1].state, made[1].rival) == ("contested", 0)


def test_a_general_name_is_taken_only_when_nothing_better_is_there() -> None:
    assert suggest_mapping(SPEC, ["名称", "x"])[0].field == "name"
    made = suggest_mapping(SPEC, ["名称", "公司名称"])
    assert [one.field for one in made] == [None, "name"]
    assert made[0].state == "unknown"


def test_values_speak_for_an_unknown_column_and_against_a_known_one() -> None:
    mobiles = ["13800138000", "13800138001", "13800138002"]
    made = suggest_mapping(SPEC, ["客户名称", "C2"], samples=[["甲"], mobiles])
    assert made[1].field == "mobile" and made[1].doubt is not None and made[1].confidence < 0.8
    made = suggest_mapping(SPEC, ["客户名称", "手机"], samples=[["甲"], ["甲", "乙", "丙"]])
    assert made[1].field == "mobile" and made[1].doubt is not None
    # Phones with lost digits are still a column of phones.
    made = suggest_mapping(SPEC, ["客户名称", "手机"], samples=[["甲"], ["1.38E+10"] * 3])
    assert made[1].doubt is None


def test_two_row_headers_are_known_by_their_lower_part() -> None:
    made = suggest_mapping(SPEC, ["联系方式 / 手机", "金额"], parts=[("联系方式", "手机"), ("金额",)])
    assert [one.field for one in made] == ["mobile", "amount"]
    assert suggest_mapping(SPEC, ["联系方式 / 手机"])[0].field == "mobile"


def test_what_a_person_chose_before_wins() -> None:
    made = suggest_mapping(SPEC, ["奇怪", "手机"], remembered={header_key("奇怪"): "name", header_key("手机"): None})
    assert [(one.field, one.state) for one in made] == [("name", "mapped"), (None, "elsewhere")]


def test_missing_fields_are_named() -> None:
    assert missing_fields(SPEC, ["mobile", None]) == [("name",)]
    assert missing_fields(SPEC, ["name"]) == []


def test_a_name_of_two_meanings_is_told_by_the_values() -> None:
    kind = FieldSpec(
        "kind", "Kind", "客户性质", ValueType.CHOICE, choices={"company": ("企业", "公司"), "person": ("个人",)},
        by_values=("客户类型",),
    )  # fmt: skip
    spec = KindSpec(
        "things", "Things", "东西", (kind, FieldSpec("tags", "Tags", "标签", ValueType.LIST, ("客户类型",)))
    )
    for texts, field in [
        (["个人", "企业"], "kind"),
        (["公司", "个人", " "], "kind"),
        (["经销商", "企业"], "tags"),
        ([], "tags"),
    ]:
        assert suggest_mapping(spec, ["客户类型"], samples=[texts])[0].field == field
