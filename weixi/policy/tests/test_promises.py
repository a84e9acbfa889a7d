"""What a document says and nobody would do keeps it from taking effect, with a sentence that says what to do."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils import translation

from weixi.policy.document.activate import can_activate
from weixi.policy.document.edit import set_values
from weixi.policy.document.load import policy_of
from weixi.policy.document.plain import plain
from weixi.policy.document.promises import overruled
from weixi.policy.document.shipped import build_shipped
from weixi.policy.leftovers import leftovers_of
from weixi.policy.problem_words import in_words

REFUSED = [
    ({"grading.window": "P6M"}, "grading.window", "近 12 个月"),
    ({"organisation.handover_keeps_history": False}, "organisation.handover_keeps_history", "历史始终跟着客户"),
    ({"archive.channels": ["手工录入"]}, "archive.channels", "Excel/CSV模板"),
    ({"archive.channels": ["手工录入", "Excel/CSV模板", "接口", "电子邮件"]}, "archive.channels", "三种"),
]
OVERRULED = [
    ({"grading.approve_by": "director"}, "approval.grading_run.steps[1].by", "grading.approve_by"),
    ({"grading.graded_by": "director"}, "approval.grading_run.steps[0].by", "grading.graded_by"),
    ({"grading.standards_approved_by": "director"}, "approval.grading_standard.steps[1].by", "director"),
    ({"grading.drafted_by": "specialist"}, "approval.grading_standard.steps[0].by", "specialist"),
    ({"grading.override.approved_by": "director"}, "approval.grade_override.steps[1].by", "director"),
    ({"grading.override.asked_by": ["sales"]}, "approval.grade_override.steps[0].by", "sales"),
]
KEPT: list[dict[str, Any]] = [
    {"grading.window": "P1Y"},
    {"grading.window": None},
    {"organisation.handover_keeps_history": None},
    {"archive.channels": None},
    {"archive.channels": ["接口", "手工录入", "Excel/CSV模板"]},
    {"grading.every": "P6M"},
    {"grading.every": "P1M"},
    {"C-4e.where": {}},
    {"grading.approve_by": "director", "approval.grading_run.steps[1].by": ["director", "executive"]},
]


@pytest.mark.parametrize(("values", "path", "said"), OVERRULED)
def test_where_two_places_name_people_one_holds_and_this_is_told(values: dict[str, Any], path: str, said: str) -> None:
    document = set_values(build_shipped(), values)
    assert can_activate(document) == []
    problem = next(problem for problem in overruled(document) if problem.path == path)
    with translation.override("zh-hans"):
        words = in_words(problem)
    assert said in words and "为准" in words and "{" not in words
    assert [each.why for each in leftovers_of(1, build_shipped(), document, "zh") if each.why == words]


@pytest.mark.parametrize(
    ("rule", "key", "said"),
    [
        ({"after": "P6M", "within": "P4M"}, "after", "在事件 P6M 后才开始，而时限是 P4M"),
        ({"within": "PT2H", "opens_on": "duty.opened"}, "opens_on", "duty.opened 由应办事项产生"),
        ({"within": "PT2H", "closes_on": ["duty.escalated"]}, "closes_on", "duty.escalated 由应办事项产生"),
    ],
)
def test_a_rule_that_is_late_from_the_start_or_waits_for_nothing_is_worth_a_word(
    rule: dict[str, Any], key: str, said: str
) -> None:
    whole = {"clause": "X-1", "opens_on": "case.opened", "closes_on": ["case.responded"], **rule}
    document = policy_of({"policy": plain(build_shipped())["policy"], "deadline": [whole]})
    problem = next(problem for problem in overruled(document) if problem.path == f"deadline[0].{key}")
    with translation.override("zh-hans"):
        assert said in in_words(problem)


@pytest.mark.parametrize(("values", "path", "said"), REFUSED)
def test_what_would_be_ignored_is_refused_with_the_way_out(values: dict[str, Any], path: str, said: str) -> None:
    found = can_activate(set_values(build_shipped(), values))
    assert path in [problem.path for problem in found]
    problem = next(problem for problem in found if problem.path == path)
    with translation.override("zh-hans"):
        words = in_words(problem)
    assert said in words and "{" not in words
    assert "{" not in problem.message


@pytest.mark.parametrize("values", KEPT)
def test_what_is_carried_out_is_taken(values: dict[str, Any]) -> None:
    document = set_values(build_shipped(), values)
    assert can_activate(document) == [] == list(overruled(document))


@pytest.mark.parametrize("preset", ["quadrant", "spend"])
def test_the_shipped_policies_promise_nothing_empty(preset: str) -> None:
    assert can_activate(build_shipped(preset)) == [] == list(overruled(build_shipped(preset)))
