"""Days that people typed, with or without the year, as they read them."""

from __future__ import annotations

import pytest
from django.utils import translation

from weixi.kernel.drawing.moments import partial_day_text


@pytest.mark.parametrize(
    ("text", "chinese", "english"),
    [
        ("2009-06-18", "2009年6月18日", "18 Jun 2009"),
        ("--06-18", "6月18日", "18 Jun"),
        # A lunar day that the other calendar does not have.
        ("1980-02-30", "1980年2月30日", "30 Feb 1980"),
        ("****-06-18", "****-06-18", "****-06-18"),
        ("2009-13-18", "2009-13-18", "2009-13-18"),
        ("2009", "2009", "2009"),
        ("", "", ""),
    ],
)
def test_a_day_reads_as_people_write_it(text: str, chinese: str, english: str) -> None:
    with translation.override("zh-hans"):
        assert partial_day_text(text) == chinese
    with translation.override("en"):
        assert partial_day_text(text) == english
