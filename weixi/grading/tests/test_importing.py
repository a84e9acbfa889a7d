"""Judged indicators by file: scores and answers of the policy, each with its basis; and taken back again."""

from __future__ import annotations

from decimal import Decimal

import pytest

from weixi.customers.importing.commands import undo_import
from weixi.customers.importing.tests.helpers import counts, reasons, take, write_csv
from weixi.customers.services import create_customer
from weixi.grading.importing import JUDGEMENTS, with_indicators
from weixi.grading.models import Judgement
from weixi.grading.sections import grading_in_force
from weixi.grading.services.judgements import judge_indicator, judged_keys
from weixi.grading.words import indicator_titles
from weixi.kernel.errors import Forbidden
from weixi.organisation.scope import system_viewer
from weixi.testing.policies import shipped_policy

pytestmark = pytest.mark.django_db
SYSTEM = system_viewer("cli")


@pytest.fixture
def indicators() -> list[tuple[str, str, str]]:
    """(key, title, a score it takes) of the judged indicators."""
    shipped_policy("quadrant")
    section = grading_in_force()
    assert section is not None
    titles = indicator_titles(section)
    levels = {row.key: row.levels for row in section.indicator}
    return [(key, titles[key], str(levels[key][0][1]) if levels.get(key) else "60") for key in judged_keys(section)]


def valid(number: str) -> dict[str, tuple[Decimal, str]]:
    rows = Judgement.objects.filter(customer__number=number, replaced_at=None)
    return {row.indicator: (row.score, row.basis) for row in rows}


def test_scores_come_in_and_go_back(tmp_path, indicators) -> None:
    key, title, score = indicators[0]
    one = create_customer(viewer=SYSTEM, number="1", name="甲公司")
    create_customer(viewer=SYSTEM, number="2", name="乙公司")
    judge_indicator(one, key, viewer=SYSTEM, score=Decimal(score), basis="去年")
    text = (
        f"客户编号,客户名称,指标,评分,依据\n1,,{title},{score},今年走访\n,乙公司,{title},{score},年报\n2,,{title},{score},年报\n"
        f"2,,{title},{score},别的\n2,,没有的指标,50,x\n2,,{title},101,x\n2,,{title},{score},\n2,,{title},高,x\n9,,{title},{score},x\n"
    )
    path = write_csv(tmp_path, text)
    outcome = take("judgements", path)
    assert counts(outcome) == (1, 1, 1, 6, 0), reasons(outcome)
    assert valid("1") == {key: (Decimal(score), "今年走访")} and valid("2") == {key: (Decimal(score), "年报")}
    assert counts(take("judgements", path)) == (0, 0, 3, 6, 0)
    made = undo_import(str(outcome["run"]), viewer=SYSTEM)
    assert (made["taken_back"], made["restored"], made["kept"]) == (1, 1, [])
    assert valid("1") == {key: (Decimal(score), "去年")} and valid("2") == {}


def test_a_later_opinion_stays(tmp_path, indicators) -> None:
    key, title, score = indicators[0]
    one = create_customer(viewer=SYSTEM, number="1", name="甲公司")
    outcome = take("judgements", write_csv(tmp_path, f"客户编号,指标,评分,依据\n1,{title},{score},走访\n"))
    judge_indicator(one, key, viewer=SYSTEM, score=Decimal(score), basis="又看了一次")
    made = undo_import(str(outcome["run"]), viewer=SYSTEM)
    assert made["taken_back"] == 0 and [each["kind"] for each in made["kept"]] == ["judgement"]
    assert valid("1") == {key: (Decimal(score), "又看了一次")}


def test_named_answers_are_taken_by_name(tmp_path, indicators) -> None:
    section = grading_in_force()
    assert section is not None
    named = [row for row in section.indicator if row.judged and row.levels]
    if not named:
        pytest.skip("the shipped policy has no indicator with named answers")
    row = named[0]
    create_customer(viewer=SYSTEM, number="1", name="甲公司")
    name, score = row.levels[-1]
    take("judgements", write_csv(tmp_path, f"客户编号,指标,答案,依据\n1,{row.key},{name},走访\n"))
    assert valid("1")[row.key][0] == Decimal(str(score))
    told = reasons(take("judgements", write_csv(tmp_path, f"客户编号,指标,答案,依据\n1,{row.key},33,走访\n")))
    assert "33" in told[0] and name in told[0]
    # The empty table says so before anything is filled in.
    field = with_indicators(JUDGEMENTS).field("score")
    assert name in field.hint and field.example in dict(row.levels)


def test_the_right_to_judge_is_asked(tmp_path, cast, indicators) -> None:
    path = write_csv(tmp_path, "客户编号,指标,评分,依据\n1,x,1,x\n")
    with pytest.raises(Forbidden):
        take("judgements", path, cast.viewer("sales"))
