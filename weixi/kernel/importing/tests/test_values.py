from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from weixi.kernel.importing.cells import NOT_CALCULATED, CellError, tidy
from weixi.kernel.importing.values.choices import choice_table, parse_choice, parse_yes_no
from weixi.kernel.importing.values.codes import (
    parse_code,
    parse_credit_code,
    parse_email,
    parse_phone,
)
from weixi.kernel.importing.values.numbers import (
    COMMA,
    NumberRule,
    decide_numbers,
    parse_money,
    parse_number,
    parse_whole,
)
from weixi.kernel.importing.values.outcome import Bad, NeedsAnswer
from weixi.kernel.importing.values.text import (
    loose_key,
    name_key,
    parse_line,
    parse_person_name,
    parse_text,
    split_list,
)


def outcome(value: object) -> object:
    """A value, or the code of its refusal."""
    return value.code if isinstance(value, Bad) else value


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("¥1,234.50", Decimal("1234.50")),
        ("１，２３４．５", Decimal("1234.5")),
        ("人民币 1,000 元", Decimal(1000)),
        ("(1,234)", Decimal(-1234)),
        ("（5）", Decimal(-5)),
        ("-5", Decimal(-5)),
        ("−5", Decimal(-5)),
        ("5-", Decimal(-5)),
        ("3.5万", Decimal(35000)),
        ("1.2亿元", Decimal(120000000)),
        ("12%", Decimal("0.12")),
        ("1 234.5", Decimal("1234.5")),
        (0.1 + 0.2, Decimal("0.3")),
        (17850, Decimal(17850)),
        (".5", Decimal("0.5")),
        ("", None),
        ("　", None),
        (None, None),
        ("1.234,50", "number_ambiguous"),
        ("12,5", "number_ambiguous"),
        ("1,23,456", "number_unreadable"),
        ("NaN", "number_unreadable"),
        ("Infinity", "number_unreadable"),
        ("1e309", "number_size"),
        ("$5", "number_currency"),
        ("5美元", "number_currency"),
        ("abc", "number_unreadable"),
        ("--5", "number_unreadable"),
        ("(-5)", "number_unreadable"),
        ("1" * 100, "number_unreadable"),
        (True, "number_unreadable"),
        (date(2024, 1, 1), "number_unreadable"),
        (CellError("#N/A"), "error_cell"),
        ("#N/A", "error_cell"),
        (CellError(NOT_CALCULATED), "formula_not_calculated"),
        (float("nan"), "number_unreadable"),
        (float("inf"), "number_unreadable"),
    ],
)
def test_numbers(cell: Any, expected: object) -> None:
    assert outcome(parse_number(cell)) == expected


def test_a_column_with_decimal_commas_asks_and_the_answer_settles_it() -> None:
    asked = decide_numbers(["1.234,50", "7,5", "1.000"])
    assert isinstance(asked, NeedsAnswer)
    assert [option.key for option in asked.options] == ["point", "comma"]
    rule = NumberRule(COMMA)
    assert [parse_number(text, rule) for text in ("1.234,50", "7,5", "1.000")] == [
        Decimal("1234.50"),
        Decimal("7.5"),
        1000,
    ]
    assert decide_numbers(["1,234.50", "7", 3.5, None]) == NumberRule()


@pytest.mark.parametrize(
    ("cells", "decided"),
    [
        (["0,42", "12,5", "7", "-1,25", None], NumberRule(COMMA)),
        (["1.234,50", "2,5", "3"], NumberRule(COMMA)),
        (["0,42 €", "n/a", "12,5 €"], NumberRule()),
        (["12,34", "100", "200"], None),
        (["12,34", "1,5", "1,234"], None),
        (["0,42", "12,5", "2.55"], None),
        (["1,234", "2,345"], NumberRule()),
        (["2.55", "0.42"], NumberRule()),
    ],
)
def test_a_decimal_comma_is_believed_where_nothing_speaks_against_it(
    cells: list[Any], decided: NumberRule | None
) -> None:
    rule = decide_numbers(cells)
    assert rule == decided if decided is not None else isinstance(rule, NeedsAnswer)


def test_money_is_exact_and_has_a_size() -> None:
    assert parse_money("0.1") == Decimal("0.1")
    assert parse_money("2.555") == Decimal("2.555")
    assert outcome(parse_money("12%")) == "money_unreadable"
    assert outcome(parse_money("99999999999999999999")) == "number_size"


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("17850.0", 17850),
        (3, 3),
        ("1,000", 1000),
        ("2.5", "whole_decimals"),
        ("9223372036854775808", "number_size"),
        (1e15, "digits_lost"),
    ],
)
def test_whole_numbers(cell: Any, expected: object) -> None:
    assert outcome(parse_whole(cell)) == expected


@settings(max_examples=100, deadline=None)
@given(st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**12), max_value=10**12, places=2))
def test_every_way_of_writing_a_number_reads_the_same(number: Decimal) -> None:
    brackets = f"({-number:,})" if number < 0 else f"{number:,}"
    for text in (str(number), f"{number:,}", f"¥{number}", f"{number} 元", brackets):
        assert parse_number(text) == number


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=30))
def test_no_text_raises_anywhere(text: str) -> None:
    from weixi.kernel.importing.values.birthdays import parse_birthday
    from weixi.kernel.importing.values.dates import decide_dates, parse_moment

    for parse in (
        parse_number,
        parse_phone,
        parse_email,
        parse_code,
        parse_credit_code,
        parse_moment,
        parse_birthday,
        parse_yes_no,
    ):
        parse(text)  # type: ignore[operator]
    decide_dates([text])
    decide_numbers([text])


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("17850.0", "17850"),
        ("17850,0", "17850"),
        ("17,000", "17,000"),
        (tidy(17850.0), "17850"),
        ("C536379", "C536379"),
        ("00123", "00123"),
        ("１２３", "123"),
        ("'00123", "00123"),
        ("12E5", "12E5"),
        ("1.2E+5", "digits_lost"),
        ("1.38001E+5", "138001"),
        (4.4e17, "digits_lost"),
        (440101199001011000, "digits_lost"),
        ("x" * 65, "code_too_long"),
        ("#REF!", "error_cell"),
        ("", None),
    ],
)
def test_codes_keep_their_digits(cell: Any, expected: object) -> None:
    assert outcome(parse_code(cell)) == expected


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("13800138000", "13800138000"),
        (tidy(13800138000.0), "13800138000"),
        ("13800138000.0", "13800138000"),
        ("+86 138-0013-8000", "13800138000"),
        ("8613800138000", "13800138000"),
        ("0086 13800138000", "13800138000"),
        ("86-755-26001234", "0755-26001234"),
        ("86 10 12345678", "010-12345678"),
        ("(86)755-26001234", "0755-26001234"),
        ("86-0755-26001234", "0755-26001234"),
        ("86-138-0013-8000", "13800138000"),
        ("86-123456", "86123456"),
        ("１３８００１３８０００", "13800138000"),
        ("138 0013 8000", "13800138000"),
        ("1.3800138E+10", "digits_lost"),
        ("1.38E+10", "digits_lost"),
        ("1.3800138000E+10", "13800138000"),
        ("(010)12345678转801", "010-12345678-801"),
        ("０１０－１２３４５６７８", "010-12345678"),
        ("+86 10 12345678", "010-12345678"),
        ("0755-12345678-12", "0755-12345678-12"),
        ("400-800-1234", "4008001234"),
        ("12345678", "phone_unreadable"),
        ("23456789", "23456789"),
        ("+44 20 7946 0000", "+442079460000"),
        ("1380013800", "phone_unreadable"),
        ("310/246-1501", "+13102461501"),
        ("(310) 246-1501 x12", "+13102461501-12"),
        ("310-46-1501", "phone_unreadable"),
        # Hong Kong, Macau, Taiwan
        ("2345 6789", "23456789"),
        ("9123-4567", "91234567"),
        ("852-2345 6789", "+85223456789"),
        ("853 6612 3456", "+85366123456"),
        ("886-2-2345-6789", "+886223456789"),
        ("0912-345-678", "+886912345678"),
        ("0912345678", "+886912345678"),
        ("02-2345-6789", "+886223456789"),
        ("(02) 2345 6789 #12", "+886223456789-12"),
        ("(04)2345-6789", "+886423456789"),
        ("07-345-6789", "+88673456789"),
        ("+44 20 7946 0000 ext 12", "+442079460000-12"),
        # The mainland as before: an area code and a digit too few is no number of Taiwan.
        ("021-1234567", "021-1234567"),
        ("022-12345678", "022-12345678"),
        ("0755-1234567", "0755-1234567"),
        ("0755-123456", "phone_unreadable"),
        ("0755-23456", "phone_unreadable"),
        ("010-123456", "phone_unreadable"),
        ("1091234567", "phone_unreadable"),
        ("09123456789", "0912-3456789"),
        ("无", "phone_unreadable"),
        ("", None),
    ],
)
def test_phones(cell: Any, expected: object) -> None:
    assert outcome(parse_phone(cell)) == expected


@settings(max_examples=100, deadline=None)
@given(st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True))
def test_a_mobile_number_in_scientific_notation_is_exact_or_refused(mobile: str) -> None:
    for digits in range(2, 11):
        shown = f"{Decimal(mobile):.{digits}E}"
        assert outcome(parse_phone(shown)) in (mobile, "digits_lost")
        if digits < 10:
            assert outcome(parse_phone(shown)) == "digits_lost"


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("91350100M000100Y43", "91350100M000100Y43"),
        (" 91350100m000100y43 ", "91350100M000100Y43"),
        ("91350100M000100Y44", "credit_code_check"),
        ("91350100M000100Y4", "credit_code_shape"),
        ("9.11101E+17", "digits_lost"),
        (911101080000000000, "digits_lost"),
        (9.1110108e17, "digits_lost"),
    ],
)
def test_credit_codes(cell: Any, expected: object) -> None:
    assert outcome(parse_credit_code(cell)) == expected


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("Zhang.San@Example.COM", "Zhang.San@example.com"),
        ("a＠b.cn", "a@b.cn"),
        ("mailto:a@b.cn", "a@b.cn"),
        ("a@b.cn\nBcc: x@y.cn", "email_unreadable"),
        ("a@b.cn;c@d.cn", "email_unreadable"),
        ("a@@b.cn", "email_unreadable"),
        ("a@b", "email_unreadable"),
        ("a" * 5000 + "@", "text_too_long"),
        ("", None),
    ],
)
def test_mail_addresses(cell: Any, expected: object) -> None:
    assert outcome(parse_email(cell)) == expected


def test_yes_and_no_and_choices() -> None:
    for word in ("是", "有", "Y", "yes", "TRUE", "1", 1, True, "√", "１"):
        assert parse_yes_no(word) is True
    for word in ("否", "无", "N", "no", "FALSE", "0", 0, False, "×"):
        assert parse_yes_no(word) is False
    assert parse_yes_no(" ") is None
    assert outcome(parse_yes_no("也许")) == "yes_no_unreadable"
    table = choice_table({"visit": ("拜访", "上门 拜访"), "call": ("电话",)})
    assert parse_choice("上门拜访", table) == "visit"
    assert parse_choice("CALL", table) == "call"
    assert outcome(parse_choice("飞鸽", table)) == "choice_unknown"
    refused = parse_choice("飞鸽", table, "拜访, 电话")
    assert isinstance(refused, Bad) and "飞鸽" in str(refused.reason) and "拜访, 电话" in str(refused.reason)


def test_texts_keep_their_form_and_refuse_what_a_database_cannot_hold() -> None:
    assert parse_text(" 　ＡＢＣ　公司 ") == "ＡＢＣ　公司"
    assert parse_line("一\r\n二\t三") == "一 二 三"
    assert outcome(parse_text("a\0b")) == "text_control"
    assert outcome(parse_text("a\ud800")) == "text_control"
    assert outcome(parse_text("x" * 3000)) == "text_too_long"
    assert parse_person_name("张　 三") == "张三"
    assert parse_person_name("John   Smith") == "John Smith"
    assert split_list("技术支持、性价比,扩产;技术支持；\n新品") == ["技术支持", "性价比", "扩产", "新品"]


def test_name_keys_join_widths_but_not_different_names() -> None:
    assert name_key(" 深圳市振业（集团）股份有限公司\u200b") == name_key("深圳市振业(集团)股份有限公司")
    assert name_key("ＡＢＣ") == "ABC" and name_key("ABC") != name_key("abc")
    assert loose_key("A B　C") == loose_key("abc")


def test_tidy_gives_whole_floats_as_integers() -> None:
    assert tidy(17850.0) == 17850 and isinstance(tidy(17850.0), int)
    assert isinstance(tidy(1e15), float)
    assert tidy("") is None
    assert tidy(datetime(2024, 1, 1)) == datetime(2024, 1, 1)


@pytest.mark.parametrize(
    "cell",
    [
        "13800138003/13800138004", "021-55556666、13800138004", "13800138003,13900139000", "13800138003 13900139000",
        "0573-82221111\n13705731111", "13800138003 / 0512-57381234", "010-88886666;13911112222;13911113333",
        "13800138003|13800138004", "13800138003或021-55556666", "138 0013 8003/021-55556666",
    ],
)  # fmt: skip
def test_several_phones_in_one_cell_are_called_that(cell: str) -> None:
    found = parse_phone(cell)
    assert isinstance(found, Bad) and found.code == "phone_several"


def test_a_number_of_taiwan_run_together_is_refused_with_the_way_to_write_it() -> None:
    def told(cell: str) -> str:
        found = parse_phone(cell)
        assert isinstance(found, Bad)
        return found.reason.render()

    assert "04-23591234" in told("0423591234") and "04-23591234" in told("073351234")
    assert "04-23591234" not in told("12345678")


def test_a_slash_inside_one_number_stays_one() -> None:
    assert parse_phone("310/246-1501") == "+13102461501"
    assert isinstance(parse_phone("13800138003/abc"), Bad) and parse_phone("13800138003/abc").code == "phone_unreadable"
