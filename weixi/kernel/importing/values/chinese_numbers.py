"""Numbers of a calendar in words: 一 to 卅一."""

from __future__ import annotations

DIGITS = {"〇": 0, "零": 0, "一": 1, "二": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9}


def number_in_words(text: str) -> int:
    """Value of 一 to 卅一; 0 when the signs make no number."""
    text = text.replace("廿", "二十").replace("卅", "三十").replace("十十", "十")
    tens, ten, ones = text.partition("十")
    if not ten:
        return DIGITS.get(text, 0)
    return DIGITS.get(tens, 1 if not tens else 0) * 10 + (DIGITS.get(ones, 0) if ones else 0)
