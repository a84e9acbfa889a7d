"""Typed values: what is taken, what is refused, and that what is stated is read again as the same."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from weixi.customers.fields import typed
from weixi.customers.fields.field import Field
from weixi.customers.fields.typed import clean_custom_value, stated
from weixi.customers.fields.words import words
from weixi.kernel import currency


def a_field(kind: Any) -> Field:
    choices = (("华东", "华东"), ("华南", "华南")) if kind in ("choice", "choices") else ()
    return Field(f"x_{kind}", "试验", "customer", "more", kind, "custom", f"x_{kind}", choices, field_id=1)


@pytest.fixture(autouse=True)
def known(monkeypatch: pytest.MonkeyPatch) -> None:
    fields = {
        f"x_{kind}": a_field(kind)
        for kind in ("text", "long_text", "number", "amount", "date", "choice", "choices", "flag")
    }
    monkeypatch.setattr(typed, "find_field", fields.get)
    # No policy is asked here: amounts are in yuan.
    monkeypatch.setattr(currency, "_sources", [])


@pytest.mark.parametrize(
    ("kind", "given_value", "expected"),
    [
        ("text", "  厂房 ", "厂房"),
        ("text", " ", None),
        ("number", "１，２３４.5".replace("，", ","), Decimal("1234.5000")),
        ("number", 0, Decimal(0)),
        ("amount", "¥1,200.50", Decimal("1200.50")),
        ("date", "2026年3月2日", date(2026, 3, 2)),
        ("date", "2026/03/02", date(2026, 3, 2)),
        ("choice", "华东", "华东"),
        ("choices", "华南、华东,华南", ("华南", "华东")),
        ("choices", [], None),
        ("flag", "否", False),
        ("flag", True, True),
    ],
)
def test_taken(kind: str, given_value: Any, expected: Any) -> None:
    assert clean_custom_value(f"x_{kind}", given_value) == expected


@pytest.mark.parametrize(
    ("kind", "given_value"),
    [
        ("text", "长" * 301),
        ("text", 5),
        ("text", "a\x00b"),
        ("number", "一千"),
        ("number", True),
        ("number", "1e11"),
        ("number", "NaN"),
        ("number", "0.00001"),
        ("amount", "1.005"),
        ("date", "2026-02-30"),
        ("date", "3月2日"),
        ("date", 20260302),
        ("choice", "华北"),
        ("choices", ["华东", "华北"]),
        ("choices", {"a": 1}),
        ("flag", "也许"),
        ("unknown", "x"),
    ],
)
def test_refused_with_a_sentence(kind: str, given_value: Any) -> None:
    with pytest.raises(ValueError, match=r"."):
        clean_custom_value(f"x_{kind}", given_value)


@given(st.decimals(min_value=-(10**10), max_value=10**10, places=4))
def test_a_stated_number_is_read_as_the_same(number: Decimal) -> None:
    assert clean_custom_value("x_number", stated(number)) == number


@given(st.dates())
def test_a_stated_day_is_read_as_the_same(day: date) -> None:
    assert clean_custom_value("x_date", stated(day)) == day


@pytest.mark.parametrize(
    ("kind", "value", "said"),
    [
        ("amount", Decimal("1234.50"), "¥1,234.50"),
        ("amount", "1234.5", "¥1,234.50"),
        ("number", Decimal("12.5000"), "12.5"),
        ("number", Decimal(0), "0"),
        ("flag", False, "no"),
        ("flag", None, "—"),
        ("date", date(2026, 3, 2), "2 Mar 2026"),
        ("choices", ["华东", "华南"], "华东, 华南"),
        ("text", "", "—"),
    ],
)
def test_words(kind: str, value: Any, said: str) -> None:
    from django.utils import translation

    with translation.override("en"):
        assert words(a_field(kind), value) == said
