"""The few words beside a clause's number."""

from __future__ import annotations

import pytest

from weixi.policy.document.demands import demand_in_words
from weixi.policy.document.rules import Cadence, Deadline, Node

OPENS = {"clause": "X-1", "opens_on": "order.placed", "closes_on": ["callback.completed"]}


@pytest.mark.parametrize(
    ("keys", "chinese", "english"),
    [
        ({"within": "PT24H"}, "24 小时内", "within 24 hours"),
        ({"within": "P1W"}, "1 周内", "within 1 week"),
        ({"after": "P4M", "within": "P6M"}, "4—6 个月内", "after 4–6 months"),
        ({"within": "P15D", "clock": "working"}, "15 个工作日内", "within 15 working days"),
        ({"within": "PT4H", "clock": "working"}, "4 个工作小时内", "within 4 hours of work"),
        ({"within": "PT0S"}, "即时", "at once"),
        ({"due_from": "data.due"}, "按约定时间", "at the time agreed"),
    ],
)
def test_a_deadline_says_by_when(keys: dict[str, str], chinese: str, english: str) -> None:
    rule = Deadline.model_validate(OPENS | keys)
    assert (demand_in_words(rule), demand_in_words(rule, "en")) == (chinese, english)


@pytest.mark.parametrize(
    ("every", "times", "chinese", "english"),
    [
        ("P1M", 1, "每月 1 次", "1 × each month"),
        ("P3M", 2, "每季度 2 次", "2 × each quarter"),
        ("P2W", 1, "每两周 1 次", "1 × each two weeks"),
    ],
)
def test_a_cadence_says_how_often(every: str, times: int, chinese: str, english: str) -> None:
    rule = Cadence.model_validate({"clause": "X-2", "every": every, "times": times})
    assert (demand_in_words(rule), demand_in_words(rule, "en")) == (chinese, english)


def test_a_day_says_how_long_before() -> None:
    day = {"clause": "X-3", "festival": "春节"}
    assert demand_in_words(Node.model_validate(day | {"before": "P3D"})) == "提前 3 天"
    assert demand_in_words(Node.model_validate(day | {"before": "P3D"}), "en") == "3 days ahead"
    assert demand_in_words(Node.model_validate(day)) == ""
