from __future__ import annotations

from decimal import Decimal

import pytest

from weixi.policy.document.durations import Duration
from weixi.policy.document.shipped import build_shipped
from weixi.policy.document.words import (
    code_in_words,
    duration_in_words,
    number_in_words,
    period_in_words,
    range_in_words,
    role_in_words,
)


@pytest.mark.parametrize(
    ("text", "zh", "en"),
    [
        ("PT2H", "2 小时", "2 hours"),
        ("PT1H", "1 小时", "1 hour"),
        ("PT24H", "24 小时", "24 hours"),
        ("PT90M", "1 小时 30 分钟", "1 hour 30 minutes"),
        ("P3D", "3 天", "3 days"),
        ("P1W", "1 周", "1 week"),
        ("P7D", "7 天", "7 days"),
        ("P12M", "12 个月", "12 months"),
        ("P1Y", "1 年", "1 year"),
        ("P1Y2M3DT4H", "1 年 2 个月 3 天 4 小时", "1 year 2 months 3 days 4 hours"),
        ("PT0S", "即时", "at once"),
        ("PT1.5S", "1.5 秒", "1.5 seconds"),
    ],
)
def test_lengths_of_time(text: str, zh: str, en: str) -> None:
    assert duration_in_words(Duration.parse(text)) == zh
    assert duration_in_words(Duration.parse(text), "en") == en


@pytest.mark.parametrize(
    ("first", "last", "zh"),
    [
        ("P4M", "P6M", "4—6 个月"),
        ("P10M", "P12M", "10—12 个月"),
        ("P3D", "P5D", "3—5 天"),
        ("P1W", "P8D", "1 周—8 天"),
    ],
)
def test_ranges(first: str, last: str, zh: str) -> None:
    assert range_in_words(Duration.parse(first), Duration.parse(last)) == zh


@pytest.mark.parametrize(
    ("text", "zh"), [("P1M", "月"), ("P3M", "季度"), ("P14D", "两周"), ("P12M", "年"), ("P5D", "5 天")]
)
def test_periods(text: str, zh: str) -> None:
    assert period_in_words(Duration.parse(text)) == zh


@pytest.mark.parametrize(
    ("value", "shown"),
    [(Decimal("100000"), "100,000"), (Decimal("0.40"), "0.4"), (-30, "-30"), (Decimal("18.75"), "18.75")],
)
def test_numbers(value: Decimal | int, shown: str) -> None:
    assert number_in_words(value) == shown


def test_roles() -> None:
    assert role_in_words("role:after_sales") == "售后服务人员"
    assert role_in_words("customer.owner", "en") == "owner of the customer"


@pytest.mark.parametrize(("code", "shown"), [("gm_office", "总经办"), ("customer_service", "客户服务部")])
def test_a_department_without_an_english_name_keeps_its_own(code: str, shown: str) -> None:
    policy = build_shipped()
    assert code_in_words(code, "en", policy) == code_in_words(code, "zh", policy) == shown
    assert code_in_words("elsewhere", "en", policy) == "elsewhere"
