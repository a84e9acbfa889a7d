"""The three presets: from scores and facts to a grade (G-2, G-3, G-4). Pure, numbers from the policy only."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from typing import Protocol

from weixi.policy.document.grading import (
    Grading,
    HighPotentialTest,
    ImportantTest,
    NormalTest,
    Vip,
    VipTest,
)

Figure = Decimal | int | date
Facts = Mapping[str, Figure | None]
Judged = Mapping[str, Decimal]

AMOUNT, ORDERS_6M, CSAT = "annual_amount", "orders_6m", "csat"
COMPLAINTS, BAD_REMARKS = "complaints_12m", "bad_remarks_12m"
# Judged indicators of preset vip, by key.
PARTNERSHIP, OUTLOOK, INTENT = "partnership", "industry_outlook", "intent"


class Reaching(Protocol):
    """A score that can be held against a limit."""

    def reaches(self, limit: Decimal) -> bool: ...


Ladder = Callable[[Facts, Judged, Reaching | None, Reaching | None], str]


class BlankError(ValueError):
    """The policy leaves blank what its preset needs; `blanks` names the keys."""

    def __init__(self, blanks: list[str]) -> None:
        super().__init__(", ".join(blanks))
        self.blanks = blanks


def blanks_of(grading: Grading) -> list[str]:
    """The keys a run by this section needs and does not find, as the document writes them."""
    if grading.preset == "quadrant":
        blank = ["grading.threshold"] if grading.threshold is None else []
        return blank + ([] if grading.indicator else ["grading.indicator"])
    if grading.preset == "spend":
        return ["grading.spend"] if grading.spend is None else []
    if grading.vip is None:
        return ["grading.vip"]
    vip = grading.vip
    needed: list[tuple[str, object]] = [
        ("partnership", vip.partnership),
        ("vip.annual_amount_from", vip.vip.annual_amount_from),
        ("vip.orders_6m_from", vip.vip.orders_6m_from),
        ("important.annual_amount_from", vip.important.annual_amount_from),
        ("important.orders_6m_from", vip.important.orders_6m_from),
        ("important.csat_from", vip.important.csat_from),
        ("normal.annual_amount_below", vip.normal.annual_amount_below),
        ("high_potential.annual_amount_below", vip.high_potential.annual_amount_below),
        ("high_potential.industry_outlook_from", vip.high_potential.industry_outlook_from),
        ("high_potential.intent_from", vip.high_potential.intent_from),
    ]
    if vip.partnership != "instead":
        needed.append(("vip.csat_from", vip.vip.csat_from))
    return [f"grading.vip.{key}" for key, value in needed if value is None]


def ladder_for(grading: Grading) -> Ladder:
    """The function that grades by this section. Raises BlankError."""
    if blank := blanks_of(grading):
        raise BlankError(blank)
    if grading.preset == "quadrant":
        return _quadrant(grading)
    if grading.preset == "spend":
        return _spend(grading)
    assert grading.vip is not None
    return _vip(grading.vip)


def _quadrant(grading: Grading) -> Ladder:
    assert grading.threshold is not None
    value_from, potential_from = grading.threshold.value, grading.threshold.potential

    def grade(facts: Facts, judged: Judged, value: Reaching | None, potential: Reaching | None) -> str:
        high = (value is not None and value.reaches(value_from)) + (
            potential is not None and potential.reaches(potential_from)
        )
        return ("normal", "important", "core")[high]

    return grade


def _spend(grading: Grading) -> Ladder:
    assert grading.spend is not None
    limits = grading.spend

    def grade(facts: Facts, judged: Judged, value: Reaching | None, potential: Reaching | None) -> str:
        amount = _number(facts, AMOUNT) or Decimal(0)
        promising = (
            limits.potential_from is not None and potential is not None and potential.reaches(limits.potential_from)
        )
        if amount > limits.high_above or promising:
            return "high"
        return "mid" if amount >= limits.mid_from else "low"

    return grade


def _vip(section: Vip) -> Ladder:
    tests: dict[str, Callable[[Facts, Judged], bool]] = {
        "vip": lambda facts, judged: _is_vip(section.vip, section.partnership, facts, judged),
        "important": lambda facts, judged: _is_important(section.important, facts),
        "normal": lambda facts, judged: _is_normal(section.normal, facts),
        "high_potential": lambda facts, judged: _is_high_potential(section.high_potential, facts, judged),
    }

    def grade(facts: Facts, judged: Judged, value: Reaching | None, potential: Reaching | None) -> str:
        return next((code for code in section.order if tests[code](facts, judged)), "")

    return grade


def _is_vip(test: VipTest, partnership: str | None, facts: Facts, judged: Judged) -> bool:
    partner = judged.get(PARTNERSHIP, Decimal(0)) > 0
    if partnership == "enough" and partner:
        return True
    if not (_at_least(facts, AMOUNT, test.annual_amount_from) and _at_least(facts, ORDERS_6M, test.orders_6m_from)):
        return False
    if partnership == "instead":
        return partner
    satisfied = _at_least(facts, CSAT, test.csat_from)
    return satisfied and (partner or partnership != "further")


def _is_important(test: ImportantTest, facts: Facts) -> bool:
    amount, orders = _number(facts, AMOUNT), _number(facts, ORDERS_6M)
    if test.annual_amount_below is not None and (amount is None or amount >= test.annual_amount_below):
        return False
    if test.orders_6m_to is not None and (orders is None or orders > test.orders_6m_to):
        return False
    return (
        _at_least(facts, AMOUNT, test.annual_amount_from)
        and _at_least(facts, ORDERS_6M, test.orders_6m_from)
        and _at_least(facts, CSAT, test.csat_from)
    )


def _is_normal(test: NormalTest, facts: Facts) -> bool:
    amount, orders = _number(facts, AMOUNT), _number(facts, ORDERS_6M)
    if test.annual_amount_below is not None and amount is not None and amount < test.annual_amount_below:
        return True
    seldom = test.orders_6m_to is not None and orders is not None and orders <= test.orders_6m_to
    return seldom and not _negative_feedback(test, facts)


def _negative_feedback(test: NormalTest, facts: Facts) -> bool:
    """Feedback on record; nothing on record is no negative feedback."""
    asked = test.negative_feedback
    csat = _number(facts, CSAT)
    return (
        ("complaint" in asked and (_number(facts, COMPLAINTS) or 0) > 0)
        or ("bad_remark" in asked and (_number(facts, BAD_REMARKS) or 0) > 0)
        or (
            "low_score" in asked
            and test.low_score_below is not None
            and csat is not None
            and csat < test.low_score_below
        )
    )


def _is_high_potential(test: HighPotentialTest, facts: Facts, judged: Judged) -> bool:
    amount = _number(facts, AMOUNT)
    if test.annual_amount_below is None or amount is None or amount >= test.annual_amount_below:
        return False
    for key, limit in ((OUTLOOK, test.industry_outlook_from), (INTENT, test.intent_from)):
        score = judged.get(key)
        if limit is None or score is None or score < limit:
            return False
    return True


def _number(facts: Facts, key: str) -> Decimal | int | None:
    given = facts.get(key)
    return None if isinstance(given, date) else given


def _at_least(facts: Facts, key: str, limit: Decimal | int | None) -> bool:
    """Not asked is passed; asked of something not known is not."""
    if limit is None:
        return True
    given = _number(facts, key)
    return given is not None and given >= limit
