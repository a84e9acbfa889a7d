"""Below which amount of 12 months a grade is no longer carried (G-5). Pure, numbers from the policy only."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from weixi.grading.ladders import AMOUNT
from weixi.policy.document.grading import Grading, Indicator


@dataclass(frozen=True, slots=True)
class Limit:
    """What a grade asks of the year's amount; with `above` the limit itself is not enough."""

    amount: Decimal
    above: bool = False

    def kept(self, amount: Decimal) -> bool:
        return amount > self.amount if self.above else amount >= self.amount


def limits_of(section: Grading) -> dict[str, Limit]:
    """Grade -> its limit; grades that ask nothing of the amount are not in it.

    Preset quadrant has no such number of its own: there it is the amount from which the amount's indicator
    reaches the value threshold.
    """
    if section.preset == "spend" and section.spend is not None:
        return {
            "high": Limit(section.spend.high_above, above=True),
            "mid": Limit(section.spend.mid_from),
        }
    if section.preset == "vip" and section.vip is not None:
        given = {
            "vip": section.vip.vip.annual_amount_from,
            "important": section.vip.important.annual_amount_from,
        }
        return {grade: Limit(amount) for grade, amount in given.items() if amount is not None}
    if section.preset == "quadrant" and section.threshold is not None:
        row = next((row for row in section.indicator if row.key == AMOUNT and row.dimension == "value"), None)
        amount = _amount_scoring(row, section.threshold.value) if row else None
        if amount is not None:
            return {"core": Limit(amount), "important": Limit(amount)}
    return {}


def _amount_scoring(row: Indicator, score: Decimal) -> Decimal | None:
    """The smallest amount whose score on this indicator is at least `score`."""
    if row.method == "bands":
        return next((start for start, given in row.bands or () if given >= score), None)
    if row.method == "linear" and row.low is not None and row.high is not None and row.low < row.high:
        return row.low + (row.high - row.low) * score / 100
    return None
