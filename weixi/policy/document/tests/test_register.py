"""Every number of the clause register stands in the shipped policy, at its clause and with its source."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from weixi.policy.document.durations import Duration
from weixi.policy.document.paths import absolute, follow, resolve
from weixi.policy.document.shipped import build_shipped

# (clause of the register, preset, path, expected: ISO text for a length of time)
NUMBERS: list[tuple[str, str, str, Any]] = [
    ("A-3", "quadrant", "A-3.within", "PT24H"),
    ("A-4", "quadrant", "A-4.within", "PT48H"),
    ("A-7", "quadrant", "archive.target.completeness_pct", 90),
    ("A-7", "quadrant", "archive.target.completeness_within", "P6M"),
    ("A-7", "quadrant", "archive.target.missing_key_fields", 0),
    ("A-7", "quadrant", "archive.target.inventory_within", "P3M"),
    ("G-4", "quadrant", "grading.spend.high_above", 100000),
    ("G-4", "spend", "grading.spend.high_above", 100000),
    ("G-4", "spend", "grading.spend.mid_from", 30000),
    ("G-5", "quadrant", "grading.every", "P3M"),
    ("G-5", "quadrant", "grading.every_choices[1]", "P6M"),
    ("C-1", "quadrant", "C-1a.every", "P1M"),
    ("C-1", "quadrant", "C-1a.times", 1),
    ("C-1", "quadrant", "C-1b.every", "P3M"),
    ("C-1", "quadrant", "C-1b.times", 1),
    ("C-1", "quadrant", "C-1c.every", "P6M"),
    ("C-1", "quadrant", "C-1c.times", 1),
    ("C-2", "vip", "C-2a.every", "P3M"),
    ("C-2", "vip", "C-2b.every", "P1M"),
    ("C-3", "spend", "C-3a.every", "P1M"),
    ("C-3", "spend", "C-3b.every", "P3M"),
    ("C-3", "spend", "C-3c.every", "P2W"),
    ("C-3", "spend", "C-3d.every", "P1W"),
    ("C-4", "quadrant", "C-4b.before", "P3D"),
    ("C-6", "quadrant", "C-6a.within", "PT24H"),
    ("C-9", "quadrant", "care.conference.every", "P1Y"),
    ("C-9", "quadrant", "care.conference.times", 1),
    ("C-10", "quadrant", "C-10.within", "P7D"),
    ("N-1", "quadrant", "N-1.every", "P6M"),
    ("N-1", "quadrant", "survey.needs_survey_every", "P3M"),
    ("N-2", "quadrant", "N-2a.within", "PT2H"),
    ("N-2", "quadrant", "N-2b.within", "PT24H"),
    ("N-2", "quadrant", "N-2c.within", "P3D"),
    ("I-1", "quadrant", "I-1.within", "PT24H"),
    ("I-2", "quadrant", "I-2.within", "PT48H"),
    ("I-3", "quadrant", "I-3a.within", "PT24H"),
    ("I-3", "quadrant", "I-3b.within", "P7D"),
    ("I-3", "quadrant", "I-3c.within", "P7D"),
    ("I-4", "quadrant", "I-4a.within", "PT24H"),
    ("I-4", "quadrant", "I-4b.within", "PT2H"),
    ("I-4", "quadrant", "I-4b.clock", "working"),
    ("I-6", "quadrant", "I-6c.after", "P3D"),
    ("I-6", "quadrant", "I-6c.within", "P5D"),
    ("I-7", "quadrant", "I-4a.within", "PT24H"),
    ("I-7", "quadrant", "N-2a.within", "PT2H"),
    ("S-1", "quadrant", "S-1a.within", "P3D"),
    ("S-1", "quadrant", "survey.low_below", 80),
    ("S-1", "quadrant", "survey.scale_to", 100),
    ("S-2", "quadrant", "survey.statistics_every", "P1M"),
    ("S-2", "quadrant", "survey.nps_alarm_below", 0),
    ("S-4", "quadrant", "target[csat].value", 92),
    ("U-1", "quadrant", "upgrade.path[service].package[0]", "7×24小时技术支持"),
    ("U-2", "quadrant", "upgrade.effect_every", "P3M"),
    ("K-2", "quadrant", "K-2a.after", "P1W"),
    ("K-2", "quadrant", "K-2b.after", "P4M"),
    ("K-2", "quadrant", "K-2b.within", "P6M"),
    ("K-2", "quadrant", "K-2c.after", "P10M"),
    ("K-2", "quadrant", "K-2c.within", "P12M"),
    ("K-3", "quadrant", "K-3.within", "PT2H"),
    ("K-3", "quadrant", "K-3.clock", "working"),
    ("V-1", "quadrant", "visit.class.normal.group_at_most", 10),
    ("V-1", "quadrant", "visit.class.important.apply_before", "P5D"),
    ("V-1", "quadrant", "visit.class.important.souvenirs", 1),
    ("R-4", "quadrant", "suggestion.time.normally_from", "P10D"),
    ("R-4", "quadrant", "suggestion.time.normally_to", "P15D"),
    ("R-4", "quadrant", "suggestion.time.at_most", "P20D"),
    ("R-4", "quadrant", "suggestion.time.extended_to", "P30D"),
    ("R-4", "quadrant", "R-4a.within", "P15D"),
    ("R-4", "quadrant", "R-4b.within", "P20D"),
    ("R-6", "quadrant", "suggestion.reward[A].amount_from", 3000),
    ("R-6", "quadrant", "suggestion.reward[B].amount_from", 2000),
    ("R-6", "quadrant", "suggestion.reward[B].amount_below", 3000),
    ("R-6", "quadrant", "suggestion.reward[C].amount_from", 500),
    ("R-6", "quadrant", "suggestion.reward[C].amount_below", 2000),
    ("R-6", "quadrant", "suggestion.encouragement[none_adopted].amount", 300),
    ("R-6", "quadrant", "suggestion.encouragement[none_adopted].suggestions_from", 3),
    ("R-6", "quadrant", "suggestion.encouragement[none_adopted].within", "P1Y"),
    ("R-6", "quadrant", "suggestion.encouragement[one_kept].amount", 300),
    ("R-6", "quadrant", "suggestion.encouragement[one_kept].suggestions_from", 2),
    ("R-6", "quadrant", "suggestion.encouragement[one_kept].kept_from", 1),
    ("L-1", "quadrant", "L-1a.within", "PT24H"),
    ("L-1", "quadrant", "L-1b.within", "PT48H"),
    ("L-1", "quadrant", "L-1c.within", "P1W"),
    ("L-3", "quadrant", "stage[needs].need_points_from", 3),
    ("L-3", "quadrant", "stage[proposal].within", "PT48H"),
    ("L-3", "quadrant", "L-3.within", "PT48H"),
    ("L-4", "quadrant", "target[conversion].value", 25),
    ("L-4", "quadrant", "target[conversion].baseline", 15),
    ("L-4", "quadrant", "target[conversion].example", Decimal("18.75")),
    ("L-4", "quadrant", "target[cycle_days].value", -30),
    ("L-4", "quadrant", "target[cycle_days].baseline", 60),
    ("L-4", "quadrant", "target[cycle_days].example", 42),
    ("L-4", "quadrant", "target[order_value].value", 20),
    ("L-4", "quadrant", "target[key_conversion].value", 60),
    ("L-4", "quadrant", "target[key_conversion].strict", True),
    ("L-4", "quadrant", "target[per_head].value", 35),
    ("M-1", "quadrant", "target[churn].value", -30),
    ("M-1", "quadrant", "target[churn].relative", True),
    ("M-1", "quadrant", "target[repurchase].value", 45),
    ("M-1", "quadrant", "target[repurchase].relative", False),
    ("M-1", "quadrant", "metric[cac].better", "down"),
    ("M-3", "quadrant", "review.every", "P1M"),
    ("M-8", "quadrant", "review.build[lifecycle_mechanism].within", "P6M"),
    ("M-8", "quadrant", "review.build[care_system].within", "P1Y"),
    ("M-8", "quadrant", "review.paper[crm_standard].every", "P1Y"),
    ("D-1", "quadrant", "security.personal.alarms_at[0]", 100000),
    ("D-1", "quadrant", "security.personal.alarms_at[1]", 1000000),
]


@pytest.mark.parametrize(("clause", "preset", "path", "expected"), NUMBERS)
def test_a_number_of_the_register_is_in_the_policy(clause: str, preset: str, path: str, expected: Any) -> None:
    policy = build_shipped(preset)
    value = resolve(policy, path)
    assert (value.text if isinstance(value, Duration) else value) == expected
    text = next(one for one in policy.clause if one.id == clause)
    assert text.source is not None or text.proposal == "own"


@pytest.mark.parametrize(("clause", "preset", "path", "expected"), NUMBERS)
def test_a_number_says_where_it_comes_from(clause: str, preset: str, path: str, expected: Any) -> None:
    policy = build_shipped(preset)
    keys = absolute(policy, path)
    around = [follow(policy, keys[:length]) for length in range(1, len(keys))]
    sources = [getattr(one, "source", None) for one in around]
    marks = [getattr(one, "proposal", None) for one in around]
    assert any(sources) or any(marks), f"{clause} {path}"


CHAPTERS = {
    "A": 13,
    "G": 12,
    "C": 12,
    "N": 3,
    "I": 7,
    "S": 4,
    "U": 4,
    "K": 7,
    "P": 8,
    "V": 4,
    "T": 6,
    "R": 8,
    "L": 5,
    "M": 8,
    "O": 9,
    "D": 4,
}


@pytest.mark.parametrize("preset", ["quadrant", "spend", "vip"])
def test_every_clause_of_the_register_has_its_text(preset: str) -> None:
    policy = build_shipped(preset)
    assert [chapter.letter for chapter in policy.chapter] == list(CHAPTERS)
    wanted = [f"{letter}-{number + 1}" for letter, count in CHAPTERS.items() for number in range(count)]
    assert [clause.id for clause in policy.clause] == wanted


@pytest.mark.parametrize("preset", ["quadrant", "spend", "vip"])
def test_every_rule_is_named_by_a_clause_of_its_chapter(preset: str) -> None:
    policy = build_shipped(preset)
    named = {rule for clause in policy.clause for rule in clause.rules}
    assert [rule.clause for rule in policy.rules if rule.clause not in named] == []


@pytest.mark.parametrize("clause", ["T-5", "K-6", "G-6", "L-5"])
def test_what_no_document_says_is_marked_as_ours(clause: str) -> None:
    text = next(one for one in build_shipped().clause if one.id == clause)
    assert (text.proposal, text.source) == ("own", None)


def test_first_contact_counts_once_for_coinciding_duties() -> None:
    policy = build_shipped()
    for join in policy.callback.join:
        rules = [resolve(policy, clause) for clause in join.rules]
        assert all("callback.completed" in rule.closes_on for rule in rules)
