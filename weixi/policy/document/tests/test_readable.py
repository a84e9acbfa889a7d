from __future__ import annotations

import re

import pytest

from weixi.policy.document.edit import set_value, set_values
from weixi.policy.document.labels import Lang
from weixi.policy.document.load import load_policy
from weixi.policy.document.paths import resolve
from weixi.policy.document.readable import ClauseText, chapters, limit_in_words
from weixi.policy.document.shipped import build_shipped
from weixi.policy.document.tests.samples import SMALL


def clause(name: str, preset: str = "quadrant") -> ClauseText:
    return next(c for chapter in chapters(build_shipped(preset)) for c in chapter.clauses if c.id == name)


def test_a_clause_reads_as_a_sentence_with_its_values_apart() -> None:
    text = clause("N-2")
    assert text.text.startswith("客户提出需求，2 小时内首次响应，24 小时内给出方案，")
    values = [(span.path, span.text, span.clause) for span in text.spans if span.is_value]
    assert values == [
        ("N-2a.within", "2 小时", "N-2a"),
        ("N-2b.within", "24 小时", "N-2b"),
        ("N-2c.within", "3 天", "N-2c"),
        ("N-2a.clock", "日历钟点", "N-2a"),
        ("N-2a.escalate[0].to", "客户关系主管", "N-2a"),
        ("N-2a.escalate[1].after", "4 小时", "N-2a"),
        ("N-2a.escalate[1].to", "客户服务经理", "N-2a"),
    ]
    assert text.rules == ("N-2a", "N-2b", "N-2c")
    assert (text.source, text.proposal) == ("000 步骤4", None)


def test_every_value_of_the_text_opens_an_editor() -> None:
    policy = build_shipped()
    found = [span for chapter in chapters(policy) for c in chapter.clauses for span in c.spans if span.path]
    assert len(found) > 100
    for span in found:
        assert span.path is not None and span.place is not None
        assert resolve(policy, span.place) == resolve(policy, span.path)


@pytest.mark.parametrize("path", ["N-2a.within", "N-2a.escalate[0].to", "archive.sources", "target[csat].value"])
def test_writing_back_what_is_there_changes_nothing(path: str) -> None:
    policy = build_shipped()
    assert set_value(policy, path, resolve(policy, path)) == policy


def test_blank_values_are_said_to_be_blank() -> None:
    assert "（未填）元" in clause("G-3", "vip").text


def test_an_edited_value_shows_in_the_text() -> None:
    policy = set_value(build_shipped(), "grading.threshold.value", "72.5")
    text = next(c for chapter in chapters(policy) for c in chapter.clauses if c.id == "G-2").text
    assert text.startswith("价值分不低于72.5、潜力分不低于60的为核心客户")


def test_rules_without_a_text_get_one() -> None:
    (chapter,) = chapters(load_policy(SMALL))
    assert [(c.id, c.text) for c in chapter.clauses] == [
        ("N-2a", "需求首次响应：2 小时内。"),
        ("C-1a", "C-1a：每月至少1次。"),
        ("C-4b", "C-4b：提前3 天提醒。"),
    ]
    (english,) = chapters(load_policy(SMALL), "en")
    assert english.clauses[1].text == "C-1a: every month, at least 1 times."


def test_the_time_of_a_rule_in_a_few_words() -> None:
    policy = build_shipped()
    shown = {clause: limit_in_words(policy.rule(clause)) for clause in ("N-2a", "K-2b", "K-2c", "C-1b", "C-4b", "C-6b")}  # type: ignore[arg-type]
    assert shown == {
        "N-2a": "2 小时",
        "K-2b": "4—6 个月",
        "K-2c": "10—12 个月",
        "C-1b": "季度",
        "C-4b": "提前 3 天",
        "C-6b": "按约定日期",
    }


@pytest.mark.parametrize(
    ("code", "lang", "word"), [("USD", "zh", "100,000美元"), ("USD", "en", "100,000USD"), ("SEK", "zh", "100,000SEK")]
)
def test_amounts_in_the_text_follow_the_currency(code: str, lang: Lang, word: str) -> None:
    policy = set_values(build_shipped("spend"), {"policy.currency": code})
    said = "".join(each.text for chapter in chapters(policy, lang) for each in chapter.clauses if each.id == "G-4")
    assert word in said
    assert not [each.id for chapter in chapters(policy) for each in chapter.clauses if re.search(r"\d元", each.text)]
