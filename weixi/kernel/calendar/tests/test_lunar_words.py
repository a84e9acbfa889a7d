from __future__ import annotations

from datetime import date

import pytest

from weixi.kernel.calendar.lunar_words import lunar_day_in_words


@pytest.mark.parametrize(
    ("day", "words"),
    [
        (date(2026, 2, 17), "正月初一"),
        (date(2026, 9, 25), "八月十五"),
        (date(2025, 1, 28), "腊月廿九"),
        (date(2025, 7, 25), "闰六月初一"),
        (date(1800, 1, 1), ""),
    ],
)
def test_lunar_days_are_said_as_people_say_them(day: date, words: str) -> None:
    assert lunar_day_in_words(day) == words
