"""HTML drawn in Python: what people typed stays text, addresses are those of `reverse`."""

from __future__ import annotations

from html import unescape

import pytest
from django.urls import NoReverseMatch, reverse
from django.utils.safestring import SafeString
from hypothesis import given
from hypothesis import strategies as st

from weixi.kernel.drawing.addresses import page_of
from weixi.kernel.drawing.marks import clause, cut, ring
from weixi.kernel.drawing.markup import fill, together

HOSTILE = """<script>alert("1")</script> {0} {x} & ' """


@given(st.text())
def test_a_value_is_text_and_says_the_same(text: str) -> None:
    drawn = fill('<i title="{}">{}</i>', text, text)
    inside = drawn.removeprefix('<i title="').removesuffix("</i>")
    assert not set(inside.replace('">', "", 1)) & set("<>\"'")
    assert unescape(drawn) == f'<i title="{text}">{text}</i>'


def test_braces_in_a_value_are_no_places() -> None:
    assert fill("<b>{}</b>{n}", "{n}{}", n="{}") == "<b>{n}{}</b>{}"


def test_what_is_html_is_not_escaped_again() -> None:
    assert together([fill("<b>{}</b>", "a&b"), "<", SafeString("<hr>")]) == "<b>a&amp;b</b>&lt;<hr>"


@pytest.mark.parametrize("drawn", [cut(HOSTILE, "name"), clause(HOSTILE, HOSTILE, link=False), ring(title=HOSTILE)])
def test_marks_keep_text_as_text(drawn: str) -> None:
    assert "<script>" not in drawn and "&lt;script&gt;alert(&quot;1&quot;)" in drawn


def test_page_of_is_what_reverse_gives() -> None:
    assert [page_of("customer", n) for n in (1, 70_000)] == [reverse("customer", args=[n]) for n in (1, 70_000)]
    with pytest.raises(NoReverseMatch):
        page_of("no-such-page", 1)
