"""How the policy turns what is known of a customer into scores, a grade and an advice.

Pure: facts in, evaluation out; no database and no clock. Every number comes from the `[grading]` section.
Scores are compared as exact fractions, so that a score of just 60 reaches a threshold of 60; what is
stored and shown is rounded to two places.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import NamedTuple

from weixi.grading.ladders import AMOUNT, BAD_REMARKS, COMPLAINTS, CSAT, ORDERS_6M, Facts, Ladder, ladder_for
from weixi.kernel.calendar.wall import add_months
from weixi.policy.document.grading import AdviceRule, Grading, Indicator

ZERO, FULL = Decimal(0), Decimal(100)
PLACES = Decimal("0.01")
# What an advice rule looks at beside the indicators.
AMOUNT_BEFORE, LAST_ORDER = "annual_amount_before", "last_order_on"


# A named tuple, as the next one: a run makes millions, and a frozen dataclass is made several times slower.
class Score(NamedTuple):
    """A weighted mean kept as its two sums."""

    total: Decimal
    weight: Decimal

    def reaches(self, limit: Decimal) -> bool:
        return self.total >= limit * self.weight

    @property
    def rounded(self) -> Decimal:
        return (self.total / self.weight).quantize(PLACES, rounding=ROUND_HALF_UP)


class Evaluation(NamedTuple):
    """What a scorecard says of one customer.

    `scores` stand in the order of the policy's indicators; None where nothing is known. `value` and
    `potential` are None when nothing of the whole dimension is known. `grade` is empty when the customer
    fits none. `missing` names the indicators nothing is known of.
    """

    value: Decimal | None
    potential: Decimal | None
    grade: str
    advice: str
    scores: tuple[Decimal | None, ...]
    missing: tuple[str, ...]


# Key, judged by people, of the dimension of value (else of potential), weight, fact -> score.
_Row = tuple[str, bool, bool, Decimal, Callable[[Decimal], Decimal]]


@dataclass(frozen=True)
class Scorecard:
    """The scorecard of one policy on one date.

    `ranks` gives, for each indicator scored by percentile, the ascending values of all graded customers.
    Raises `BlankError` when the policy leaves blank what its preset needs.
    """

    grading: Grading
    as_of: date
    ranks: Mapping[str, Sequence[Decimal]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_ladder", ladder_for(self.grading))
        rows = [
            (row.key, row.judged, row.dimension == "value", row.weight, self._scorer(row))
            for row in self.grading.indicator
        ]
        object.__setattr__(self, "_rows", rows)
        object.__setattr__(self, "_rules", [(rule, self._silent_since(rule)) for rule in self.grading.advice])

    # What a section says is read once: a run asks for a million customers.
    _ladder: Ladder = field(init=False, repr=False, compare=False)
    _rows: list[_Row] = field(init=False, repr=False, compare=False)
    _rules: list[tuple[AdviceRule, date | None]] = field(init=False, repr=False, compare=False)

    def evaluate(self, facts: Facts, judged: Mapping[str, Decimal]) -> Evaluation:
        """`facts` by fact code, `judged` by indicator key (0-100, those still valid)."""
        scores: list[Decimal | None] = []
        missing: list[str] = []
        value_total = value_weight = potential_total = potential_weight = ZERO
        zero_if_missing = self.grading.missing == "zero"
        for key, by_people, of_value, weight, scorer in self._rows:
            given = judged.get(key) if by_people else facts.get(key)
            if given is None or isinstance(given, date):
                scores.append(None)
                missing.append(key)
                if not zero_if_missing:
                    continue
                score = ZERO
            else:
                score = scorer(given if isinstance(given, Decimal) else Decimal(given))
                scores.append(score)
            if of_value:
                value_total += score * weight
                value_weight += weight
            else:
                potential_total += score * weight
                potential_weight += weight
        value = Score(value_total, value_weight) if value_weight else None
        potential = Score(potential_total, potential_weight) if potential_weight else None
        grade = self._ladder(facts, judged, value, potential)
        return Evaluation(
            value.rounded if value else None,
            potential.rounded if potential else None,
            grade,
            self._advice(grade, facts, value, potential),
            tuple(scores),
            tuple(missing),
        )

    def _scorer(self, row: Indicator) -> Callable[[Decimal], Decimal]:
        if row.judged:
            return lambda given: min(max(given, ZERO), FULL)
        if row.method == "linear":
            assert row.low is not None and row.high is not None
            low, width = row.low, row.high - row.low
            return lambda given: min(max((given - low) * FULL / width, ZERO), FULL)
        if row.method == "percentile":
            return _percentile(self.ranks.get(row.key, ()), bool(row.less_is_better))
        starts = [start for start, _ in row.bands or ()]
        values = [score for _, score in row.bands or ()]

        def banded(given: Decimal) -> Decimal:
            place = bisect_right(starts, given)
            return values[place - 1] if place else ZERO

        return banded

    def _advice(self, grade: str, facts: Facts, value: Score | None, potential: Score | None) -> str:
        for rule, silent_since in self._rules:
            if _holds(rule, silent_since, grade, facts, value, potential):
                return rule.advice
        return ""

    def _silent_since(self, rule: AdviceRule) -> date | None:
        """The day after which a customer of whom the rule speaks has not bought."""
        months = rule.months_without_order
        return None if months is None else add_months(self.as_of, -months)


def _holds(
    rule: AdviceRule, silent_since: date | None, grade: str, facts: Facts, value: Score | None, potential: Score | None
) -> bool:
    """Every test given holds; a test of something not known does not."""
    if rule.grade is not None and grade not in rule.grade:
        return False
    if rule.value_below is not None and (value is None or value.reaches(rule.value_below)):
        return False
    if rule.potential_below is not None and (potential is None or potential.reaches(rule.potential_below)):
        return False
    if rule.potential_from is not None and (potential is None or not potential.reaches(rule.potential_from)):
        return False
    if rule.csat_below is not None:
        csat = facts.get(CSAT)
        if csat is None or isinstance(csat, date) or not csat < rule.csat_below:
            return False
    if rule.amount_change_below_pct is not None:
        change = amount_change_pct(facts)
        if change is None or not change < rule.amount_change_below_pct:
            return False
    if silent_since is not None:
        last = facts.get(LAST_ORDER)
        if not isinstance(last, date) or last > silent_since:
            return False
    return True


def amount_change_pct(facts: Facts) -> Decimal | None:
    """By how many percent the year's amount differs from the year before; None when that was nothing."""
    now, before = facts.get(AMOUNT), facts.get(AMOUNT_BEFORE)
    if now is None or before is None or isinstance(now, date) or isinstance(before, date) or before <= 0:
        return None
    return (Decimal(now) - before) * FULL / before


def _percentile(ranked: Sequence[Decimal], less_is_better: bool) -> Callable[[Decimal], Decimal]:
    """The share of the other customers one is strictly better than, 0-100; alone one stands at the top."""
    others = len(ranked) - 1

    def rank(given: Decimal) -> Decimal:
        if others < 1:
            return FULL
        beaten = len(ranked) - bisect_right(ranked, given) if less_is_better else bisect_left(ranked, given)
        return FULL * beaten / others

    return rank


def facts_needed(grading: Grading) -> tuple[str, ...]:
    """The codes of the facts that grading by this section looks at, each once, in a fixed order."""
    needed = [AMOUNT]
    needed += [row.key for row in grading.indicator if not row.judged]
    if grading.preset == "vip":
        needed += [ORDERS_6M, CSAT, COMPLAINTS, BAD_REMARKS]
    for rule in grading.advice:
        if rule.csat_below is not None:
            needed.append(CSAT)
        if rule.amount_change_below_pct is not None:
            needed.append(AMOUNT_BEFORE)
        if rule.months_without_order is not None:
            needed.append(LAST_ORDER)
    return tuple(dict.fromkeys(needed))
