"""A company that keeps its books in another currency is never shown yuan."""

from __future__ import annotations

import io
import zipfile
from decimal import Decimal

import pytest
from django.urls import reverse

from weixi.commerce.queries import dealings_of
from weixi.customers.fields.catalogue import field_of
from weixi.customers.fields.words import words
from weixi.customers.filtering.values import read_amount
from weixi.customers.importing.samples import sample_workbook
from weixi.customers.importing.specs import KINDS
from weixi.customers.lists.columns import all_columns
from weixi.kernel import currency
from weixi.testing.policies import policy_with

pytestmark = pytest.mark.django_db


@pytest.fixture
def dollars(cast):
    return policy_with({"policy.currency": "USD"})


def test_amounts_and_words_follow_the_policy(dollars, settings) -> None:
    assert currency.currency() == "USD"
    assert currency.money_text(Decimal("-1234.5")) == "−US$1,234.50"
    assert currency.money_text(Decimal(1), signed=False) == "1.00"
    assert currency.unit() == "美元"
    assert str(all_columns()["amount"].label) == "近 12 个月（美元）"
    assert words(field_of("annual_amount"), Decimal(5)) == "US$5.00"
    assert read_amount("US$1,200") == read_amount("1200 ".strip()) == Decimal("1200.00")


def test_a_currency_without_a_sign_goes_by_its_code(cast) -> None:
    policy_with({"policy.currency": "SEK"})
    assert currency.money_text(Decimal(5)) == "SEK 5.00" and currency.unit() == "SEK"


def test_yuan_before_and_after(cast) -> None:
    assert currency.money_text(Decimal(5)) == "¥5.00"


def test_pages_papers_and_templates(dollars, cast, client_as) -> None:
    customer = cast.customer_of("specialist")
    client = client_as(cast.admin)
    pages = [
        reverse("customers"), reverse("customer", args=[customer.pk]), reverse("customer", args=[customer.pk]) + "?tab=archive",
        reverse("customer", args=[customer.pk]) + "?tab=transactions",
    ]  # fmt: skip
    for page in pages:
        answer = client.get(page)
        text = answer.content.decode()
        assert answer.status_code == 200 and customer.name in text
        assert "¥" not in text and "（元）" not in text, page
    assert "US$0.00" in dict(dealings_of(customer).lines).values()
    with zipfile.ZipFile(io.BytesIO(sample_workbook(KINDS["orders"]))) as book:
        strings = book.read("xl/sharedStrings.xml").decode()
    assert "单位美元" in strings
