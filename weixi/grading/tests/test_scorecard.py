from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from weixi.grading.ladders import BlankError, blanks_of
from weixi.grading.scorecard import Scorecard, facts_needed
from weixi.policy.document.grading import Grading

DAY = date(2026, 11, 24)


def section(**more) -> Grading:
    base = {
        "preset": "quadrant",
        "threshold": {"value": 60, "potential": 60},
        "indicator": [
            {"key": "annual_amount", "dimension": "value", "weight": 0.4, "bands": [[0, 20], [30000, 60], [100000, 100]]},
            {"key": "recency_days", "dimension": "value", "weight": 0.2, "method": "linear", "low": 365, "high": 0},
            {"key": "intent", "dimension": "potential", "weight": 0.3, "judged": True},
            {
                "key": "outlook", "dimension": "potential", "weight": 0.3, "judged": True,
                "method": "levels", "levels": [["高", 100], ["低", 20]],
            },
        ],
    }  # fmt: skip
    return Grading.model_validate({**base, **more})


def evaluate(grading, facts=None, judged=None, **more):
    numbers = {key: Decimal(value) for key, value in (judged or {}).items()}
    return Scorecard(grading, DAY, **more).evaluate(facts or {}, numbers)


@pytest.mark.parametrize(
    ("amount", "score"),
    [("-5", 0), ("0", 20), ("29999.99", 20), ("30000", 60), ("99999.99", 60), ("100000", 100), ("1e9", 100)],
)
def test_bands_take_the_last_one_reached(amount, score):
    assert evaluate(section(), {"annual_amount": Decimal(amount)}).scores[0] == score


@pytest.mark.parametrize(("days", "score"), [(0, "100"), (365, "0"), (400, "0"), (73, "80")])
def test_linear_runs_either_way_and_is_cut_off(days, score):
    assert evaluate(section(), {"recency_days": days}).scores[1] == Decimal(score)


@pytest.mark.parametrize(
    ("less", "given", "score"),
    [
        (False, "10", "0"),
        (False, "20", "25"),
        (False, "30", "75"),
        (True, "10", "100"),
        (True, "20", "50"),
        (True, "40", "0"),
    ],
)
def test_percentile_is_the_share_of_others_beaten(less, given, score):
    row = {"key": "annual_amount", "dimension": "value", "weight": 1, "method": "percentile"}
    if less:
        row["less_is_better"] = True
    grading = section(indicator=[row])
    ranks = {"annual_amount": [Decimal(n) for n in (10, 20, 20, 30, 40)]}
    assert evaluate(grading, {"annual_amount": Decimal(given)}, ranks=ranks).scores == (Decimal(score),)


def test_alone_one_stands_at_the_top():
    grading = section(indicator=[{"key": "x", "dimension": "value", "weight": 1, "method": "percentile"}])
    assert evaluate(grading, {"x": 3}, ranks={"x": [Decimal(3)]}).scores == (Decimal(100),)


def test_missing_is_left_out_or_scored_zero_and_always_listed():
    facts = {"annual_amount": Decimal(100000)}
    skipped = evaluate(section(), facts, {"intent": "50"})
    assert (skipped.value, skipped.potential, skipped.missing) == (
        Decimal(100),
        Decimal(50),
        ("recency_days", "outlook"),
    )
    zeroed = evaluate(section(missing="zero"), facts, {"intent": "50"})
    assert (zeroed.value, zeroed.potential, zeroed.missing) == (Decimal("66.67"), Decimal(25), skipped.missing)


def test_nothing_known_of_a_dimension_is_no_score():
    found = evaluate(section(), {"annual_amount": Decimal(100000)})
    assert (found.potential, found.grade) == (None, "important")


@pytest.mark.parametrize(
    ("value", "potential", "grade"),
    [("60", "60", "core"), ("60", "59.99", "important"), ("59.99", "60", "important"), ("59.99", "59.99", "normal")],
)
def test_quadrant(value, potential, grade):
    grading = section(
        indicator=[
            {"key": "v", "dimension": "value", "weight": 0.3, "judged": True},
            {"key": "p", "dimension": "potential", "weight": 0.7, "judged": True},
        ]
    )
    assert evaluate(grading, {}, {"v": value, "p": potential}).grade == grade


def test_thirds_that_make_sixty_reach_sixty():
    rows = [{"key": k, "dimension": "value", "weight": 0.3, "judged": True} for k in ("a", "b", "c")]
    found = evaluate(section(indicator=rows), {}, {"a": "61", "b": "60", "c": "59"})
    assert (found.value, found.grade) == (Decimal(60), "important")


@pytest.mark.parametrize(
    ("amount", "potential", "grade"),
    [
        ("100000.01", None, "high"), ("100000", None, "mid"), ("30000", None, "mid"), ("29999.99", None, "low"),
        ("-3", None, "low"), ("0", "80", "high"), ("0", "79.99", "low"),
    ],
)  # fmt: skip
def test_spend(amount, potential, grade):
    grading = section(
        preset="spend", threshold=None, spend={"high_above": 100000, "mid_from": 30000, "potential_from": 80},
        indicator=[{"key": "p", "dimension": "potential", "weight": 1, "judged": True}],
    )  # fmt: skip
    judged = {"p": potential} if potential else {}
    assert evaluate(grading, {"annual_amount": Decimal(amount)}, judged).grade == grade


def vip_section(order=None, partnership="none", **more):
    tests = {
        "partnership": partnership,
        "vip": {"annual_amount_from": 200000, "orders_6m_from": 4, "csat_from": 90},
        "important": {
            "annual_amount_from": 50000, "annual_amount_below": 200000, "orders_6m_from": 2, "orders_6m_to": 3, "csat_from": 80,
        },
        "normal": {"annual_amount_below": 50000, "orders_6m_to": 1, "negative_feedback": ["complaint", "low_score"], "low_score_below": 60},
        "high_potential": {"annual_amount_below": 50000, "industry_outlook_from": 70, "intent_from": 80},
    }  # fmt: skip
    if order:
        tests["order"] = order
    return section(preset="vip", threshold=None, indicator=[], vip={**tests, **more})


@pytest.mark.parametrize(
    ("partnership", "facts", "judged", "grade"),
    [
        ("none", (200000, 4, 90), {}, "vip"),
        ("none", (200000, 4, 89), {}, ""),
        ("none", (200000, 3, 90), {}, ""),
        ("further", (200000, 4, 90), {}, ""),
        ("further", (200000, 4, 90), {"partnership": "100"}, "vip"),
        ("instead", (200000, 4, None), {"partnership": "100"}, "vip"),
        ("instead", (200000, 4, 99), {}, ""),
        ("enough", (0, 0, None), {"partnership": "100"}, "vip"),
        ("enough", (200000, 4, 90), {}, "vip"),
        ("none", (60000, 2, 80), {}, "important"),
        ("none", (60000, 4, 80), {}, ""),
        ("none", (200000, 2, 80), {}, ""),
        ("none", (49999, 9, None), {}, "normal"),
        ("none", (60000, 1, 70), {}, "normal"),
        ("none", (60000, 1, 59), {}, ""),
        ("none", (10, 0, None), {"industry_outlook": "70", "intent": "80"}, "high_potential"),
        ("none", (10, 0, None), {"industry_outlook": "70", "intent": "79"}, "normal"),
    ],
)
def test_vip(partnership, facts, judged, grade):
    amount, orders, csat = facts
    known = {"annual_amount": Decimal(amount), "orders_6m": orders, "csat": csat}
    assert evaluate(vip_section(partnership=partnership), known, judged).grade == grade


def test_the_order_of_tests_is_the_policys():
    facts = {"annual_amount": Decimal(10), "orders_6m": 0}
    judged = {"industry_outlook": "99", "intent": "99"}
    assert evaluate(vip_section(), facts, judged).grade == "high_potential"
    assert (
        evaluate(vip_section(order=["normal", "vip", "high_potential", "important"]), facts, judged).grade == "normal"
    )


def test_complaints_keep_a_seldom_buyer_from_normal():
    facts = {"annual_amount": Decimal(60000), "orders_6m": 1, "complaints_12m": 1}
    assert evaluate(vip_section(), facts).grade == ""


@pytest.mark.parametrize(
    ("more", "blank"),
    [
        ({"threshold": None}, ["grading.threshold"]),
        ({"preset": "spend"}, ["grading.spend"]),
        ({"preset": "vip"}, ["grading.vip"]),
    ],
)
def test_blanks_are_named(more, blank):
    grading = section(**more)
    assert blanks_of(grading) == blank
    with pytest.raises(BlankError):
        Scorecard(grading, DAY)


def test_every_blank_number_of_vip_is_named():
    blank = blanks_of(section(preset="vip", vip={}))
    assert len(blank) == 11
    assert "grading.vip.vip.csat_from" in blank


RULES = [
    {"advice": "end", "title": "久未购买", "grade": ["normal"], "months_without_order": 12, "potential_below": 40},
    {"advice": "improve", "title": "下滑", "amount_change_below_pct": -30},
    {"advice": "improve", "title": "不满", "csat_below": 60},
    {"advice": "improve", "title": "有潜力", "value_below": 60, "potential_from": 60},
    {"advice": "maintain", "title": "其余"},
]


@pytest.mark.parametrize(
    ("facts", "judged", "advice"),
    [
        ({"last_order_on": date(2025, 11, 24)}, {"intent": "10"}, "end"),
        ({"last_order_on": date(2025, 11, 25)}, {"intent": "10"}, "maintain"),
        ({}, {"intent": "10"}, "maintain"),
        ({"annual_amount": Decimal(69), "annual_amount_before": Decimal(100)}, {}, "improve"),
        ({"annual_amount": Decimal(70), "annual_amount_before": Decimal(100)}, {}, "maintain"),
        ({"annual_amount": Decimal(0), "annual_amount_before": Decimal(0)}, {}, "maintain"),
        ({"csat": 59}, {}, "improve"),
        ({"csat": 60}, {}, "maintain"),
        ({"annual_amount": Decimal(0)}, {"intent": "60"}, "improve"),
    ],
)
def test_the_first_advice_whose_tests_all_hold(facts, judged, advice):
    assert evaluate(section(advice=RULES), facts, judged).advice == advice


def test_facts_needed_are_named_once():
    assert facts_needed(section(advice=RULES)) == (
        "annual_amount", "recency_days", "last_order_on", "annual_amount_before", "csat",
    )  # fmt: skip


amounts = st.decimals(-1_000_000, 1_000_000, places=2)


@settings(max_examples=60)
@given(amounts, amounts, st.integers(0, 2000), st.decimals(0, 100, places=2), st.decimals(0, 100, places=2))
def test_scores_stay_in_range_and_never_fall_as_the_amount_rises(first, second, days, intent, outlook):
    low, high = sorted((first, second))
    judged = {"intent": intent, "outlook": outlook}
    found = [evaluate(section(), {"annual_amount": a, "recency_days": days}, judged) for a in (low, high)]
    assert all(0 <= score <= 100 for each in found for score in each.scores if score is not None)
    assert found[0].value <= found[1].value
    assert found[0].potential == found[1].potential


@settings(max_examples=60)
@given(st.lists(amounts, min_size=1, max_size=20), st.booleans())
def test_percentiles_order_as_the_amounts_do(given_amounts, less):
    row = {"key": "annual_amount", "dimension": "value", "weight": 1, "method": "percentile", "less_is_better": less}
    ranks = {"annual_amount": sorted(given_amounts)}
    card = Scorecard(section(indicator=[row]), DAY, ranks)
    scored = [card.evaluate({"annual_amount": a}, {}).scores[0] for a in sorted(given_amounts)]
    assert scored == sorted(scored, reverse=less)
    assert all(0 <= score <= 100 for score in scored)
