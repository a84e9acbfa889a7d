from __future__ import annotations

from typing import Any

import pytest

from weixi.policy.document.edit import add_item, remove_item, set_value
from weixi.policy.document.load import load_policy
from weixi.policy.document.paths import resolve
from weixi.policy.document.problems import PolicyError
from weixi.policy.document.shipped import build_shipped
from weixi.policy.document.tests.samples import SMALL
from weixi.policy.document.words import value_in_words

STANDARD = build_shipped()


@pytest.mark.parametrize(
    ("path", "raw", "shown"),
    [
        ("N-2a.within", "1 小时", "1 小时"),
        ("N-2a.within", "1天 12小时", "1 天 12 小时"),
        ("N-2a.within", "三天", "3 天"),
        ("N-2a.within", "ｐｔ３ｈ", "3 小时"),
        ("deadline[0].within", "P2D", "2 天"),
        ("C-1a.every", "半年", "半年"),
        ("C-1a.times", "2", "2"),
        ("C-1a.qualifies.kind", ["visit"], "拜访"),
        ("N-2a.escalate[1].after", "一天", "1 天"),
        ("N-2a.escalate[0].to", "director", "客户总监"),
        ("N-2a.escalate[0].after", "即时", "即时"),
        ("N-2a.closes_on", "case.responded、case.planned", "事项首次响应、事项方案给出"),
        ("grading.spend.high_above", "１５０，０００", "150,000"),
        ("grading.indicator[annual_amount].weight", "0.5", "0.5"),
        ("grading.grade[core].key_customer", "否", "否"),
        ("grading.override.valid_at_most", "90天", "90 天"),
        ("target[csat].value", "95%", "95"),
        ("calendar.extra_holidays", "2026-12-24, 2026-12-25", "2026年12月24日、2026年12月25日"),
        ("gift.class.vip.amount_at_most", "500.50", "500.5"),
        ("control.approved_on", "2026-03-01", "2026年3月1日"),
        ("archive.target.inventory_within", "", "（未填）"),
        ("grading.spend.potential_from", None, "（未填）"),
    ],
)
def test_a_value_typed_in_a_form_is_taken(path: str, raw: object, shown: str) -> None:
    changed = set_value(STANDARD, path, raw)
    value = resolve(changed, path)
    assert value_in_words(value, key=path.rsplit(".", 1)[-1], policy=changed) == shown


@pytest.mark.parametrize(
    ("path", "raw", "code", "place"),
    [
        ("N-2a.within", "soon", "duration_shape", "deadline[8].within"),
        ("N-2a.within", "", "within_or_due_from", "deadline[8].within"),
        ("N-2a.within", "P100000000D", "duration_shape", "deadline[8].within"),
        ("N-2a.escalate[0].to", "boss", "unknown_role", "deadline[8].escalate[0].to"),
        ("N-2a.clause", "N-2b", "clause_twice", "deadline[9].clause"),
        ("C-1a.every", "P5M", "period", "cadence[0].every"),
        ("C-1a.times", "0", "greater_than_equal", "cadence[0].times"),
        ("C-1a.times", "two", "int_type", "cadence[0].times"),
        ("C-1a.where.grade", "gold", "unknown_grade", "cadence[0].where.grade"),
        ("grading.threshold.value", "101", "less_than_equal", "grading.threshold.value"),
        ("grading.threshold.value", "1e999999", "number_type", "grading.threshold.value"),
        ("grading.grade[core].key_customer", "maybe", "bool_type", "grading.grade[0].key_customer"),
        ("grading.spend.mid_from", 200000, "order", "grading.spend"),
        ("no.such.place", 1, "no_such_path", "no.such.place"),
        ("N-2a.nothing", 1, "no_such_path", "N-2a.nothing"),
        ("N-2a.escalate[9].after", "P1D", "no_such_path", "N-2a.escalate[9].after"),
        ("", 1, "no_such_path", ""),
        ("grading.threshold.value", object(), "value_type", "grading.threshold.value"),
        ("callback.join[0].rules[0]", "", "blank", "callback.join[0].rules[0]"),
    ],
)
def test_a_value_that_cannot_stand_is_refused(path: str, raw: Any, code: str, place: str) -> None:
    with pytest.raises(PolicyError) as caught:
        set_value(STANDARD, path, raw)
    assert (code, place) in [(p.code, p.path) for p in caught.value.problems]


def test_everything_else_stays_the_same() -> None:
    changed = set_value(STANDARD, "N-2a.within", "PT1H")
    assert changed != STANDARD
    assert set_value(changed, "N-2a.within", "PT2H") == STANDARD


def test_steps_and_rules_are_added_and_taken_away() -> None:
    small = load_policy(SMALL)
    more = add_item(small, "N-2a.escalate", {"after": "P1D", "to": "director"})
    assert [step.to for step in more.deadline[0].escalate] == ["supervisor", "service_manager", "director"]
    assert remove_item(more, "N-2a.escalate[2]") == small
    assert list(remove_item(small, "C-1a").cadence) == []
    with pytest.raises(PolicyError):
        add_item(small, "deadline", {"clause": "N-2a"})
    with pytest.raises(PolicyError):
        add_item(small, "grading.preset", {})


def test_a_rule_that_the_text_speaks_of_is_not_taken_away() -> None:
    with pytest.raises(PolicyError) as caught:
        remove_item(STANDARD, "N-2a")
    assert {p.code for p in caught.value.problems} == {"dangling_placeholder", "dangling_rule"}
