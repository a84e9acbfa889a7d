"""Taking a person out of free text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from weixi.kernel.personal import ERASED, Wiper


@pytest.mark.parametrize(
    ("marks", "text", "left"),
    [
        (("陈立群",), "请陈立群回电", f"请{ERASED}回电"),
        (("13812345678",), "打 138-1234-5678 或 138 1234 5678", f"打 {ERASED} 或 {ERASED}"),
        (("13812345678",), "单号 9138123456780", "单号 9138123456780"),
        (("１３８１２３４５６７８",), "13812345678", ERASED),
        (("a.b@c.cn",), "A.B@C.CN 和 axb@c.cn", f"{ERASED} 和 axb@c.cn"),
        (("陈",), "陈列室", "陈列室"),
        (("123",), "123", "123"),
        ((), "什么都没有", "什么都没有"),
        (("陈立群", "立群"), "陈立群，立群", f"{ERASED}，{ERASED}"),
    ],
)
def test_marks_go_and_the_rest_stays(marks, text, left):
    assert Wiper(marks).text(text) == left


def test_lists_and_mappings_are_gone_through():
    wiped = Wiper(("陈立群",)).value({"changes": {"name": ["陈立群", None]}, "n": 3})
    assert wiped == {"changes": {"name": [ERASED, None]}, "n": 3}


@given(st.lists(st.text(max_size=12), max_size=4), st.text(max_size=60))
def test_nothing_is_left_to_find_and_again_changes_nothing(marks, text):
    wiper = Wiper(tuple(marks))
    once = wiper.text(text)
    if not any(mark.strip() and mark.strip() in ERASED for mark in marks):
        assert not wiper.holds(once) or wiper.holds(ERASED)
    assert wiper.text(text) == once
    if not wiper.holds(text):
        assert once == text
