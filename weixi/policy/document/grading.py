"""[grading]: who grades, by which scorecard and thresholds, and what a grade means elsewhere."""

from __future__ import annotations

from itertools import pairwise
from typing import Annotated, Literal

from pydantic import Field, model_validator

from weixi.policy.document.base import Section, one_of, refusal
from weixi.policy.document.section import (
    Amount,
    Band,
    Cited,
    Code,
    Count,
    Dept,
    Flag,
    Fraction,
    GiftClassCode,
    Level,
    Listed,
    Many,
    Number,
    Percent,
    Role,
    Score,
    Span,
    Text,
    VisitClassCode,
)

Preset = Literal["quadrant", "vip", "spend"]
PRESET_GRADES: dict[str, tuple[str, ...]] = {
    "quadrant": ("core", "important", "normal"),
    "vip": ("vip", "important", "normal", "high_potential"),
    "spend": ("high", "mid", "low"),
}


class Indicator(Cited):
    """One row of the scorecard. `key` names a computed fact, or with `judged` an opinion with basis.

    bands       [[from, score], ...]: the score of the last band whose `from` is reached, else 0
    linear      `low` scores 0, `high` scores 100, straight in between and cut off outside
    percentile  rank among all graded customers, 0-100
    levels      for a judged indicator: the named answers and their scores
    """

    key: Code
    title: Text | None = None
    dimension: Literal["value", "potential"]
    weight: Fraction
    judged: Flag = False
    method: Literal["bands", "linear", "percentile", "levels"] = "bands"
    bands: Many[Band] | None = None
    low: Number | None = None
    high: Number | None = None
    levels: Many[Level] | None = None
    less_is_better: Flag | None = None

    @model_validator(mode="after")
    def _method_fits(self) -> Indicator:
        if self.method == "bands" and not self.judged:
            self._check_bands()
        if self.method == "linear" and (self.low is None or self.high is None or self.low == self.high):
            raise refusal("linear", "method linear needs `low` and `high`, and they differ")
        if self.method == "levels" and not (self.judged and self.levels):
            raise refusal("levels", "method levels needs judged = true and `levels`")
        if self.judged and self.method == "percentile":
            raise refusal("judged", "a judged indicator cannot be scored by percentile")
        for name, method in (("bands", "bands"), ("low", "linear"), ("high", "linear"), ("levels", "levels")):
            if getattr(self, name) is not None and self.method != method:
                raise refusal("method", "`{name}` belongs to method {method}", name=name, method=method)
        if self.less_is_better is not None and self.method != "percentile":
            raise refusal("method", "`less_is_better` belongs to method percentile")
        return self

    def _check_bands(self) -> None:
        if not self.bands:
            raise refusal("bands", "method bands needs `bands` = [[from, score], ...]")
        starts = [start for start, _ in self.bands]
        if any(later <= earlier for earlier, later in pairwise(starts)):
            raise refusal("bands", "bands must ascend: each begins above the one before")


class Threshold(Cited):
    """Preset quadrant: a score at or above counts as high."""

    value: Score
    potential: Score


class Spend(Cited):
    """Preset spend: high above `high_above`; mid from `mid_from` on; low below.

    `potential_from`: a potential score at or above it makes a customer high whatever it spends.
    """

    high_above: Amount
    mid_from: Amount
    potential_from: Score | None = None

    @model_validator(mode="after")
    def _ordered(self) -> Spend:
        if self.mid_from > self.high_above:
            raise refusal("order", "`mid_from` must not be above `high_above`")
        return self


class VipTest(Section):
    """a, b, c of the document: at least so much a year, so many purchases in 6 months, such CSAT."""

    annual_amount_from: Amount | None = None
    orders_6m_from: Count | None = None
    csat_from: Score | None = None


class ImportantTest(Section):
    annual_amount_from: Amount | None = None
    annual_amount_below: Amount | None = None
    orders_6m_from: Count | None = None
    orders_6m_to: Count | None = None
    csat_from: Score | None = None

    @model_validator(mode="after")
    def _ordered(self) -> ImportantTest:
        pairs = (
            ("annual_amount_from", self.annual_amount_from, self.annual_amount_below),
            ("orders_6m_from", self.orders_6m_from, self.orders_6m_to),
        )
        for name, low, high in pairs:
            if low is not None and high is not None and low > high:
                raise refusal("order", "`{name}` is above the end of its range", name=name)
        return self


class NormalTest(Section):
    """Below the amount, or seldom buying and without negative feedback of the kinds named."""

    annual_amount_below: Amount | None = None
    orders_6m_to: Count | None = None
    negative_feedback: Listed[Literal["complaint", "low_score", "bad_remark"]] = ()
    low_score_below: Score | None = None


class HighPotentialTest(Section):
    """Little spend, good outlook of the industry and strong intent (both judged, 0-100)."""

    annual_amount_below: Amount | None = None
    industry_outlook_from: Score | None = None
    intent_from: Score | None = None


class Vip(Cited):
    """Preset vip. Its numbers are blank in the source; without them it cannot be put in force."""

    order: Listed[Literal["vip", "high_potential", "important", "normal"]] = (
        "vip",
        "high_potential",
        "important",
        "normal",
    )
    # further: partnership is asked besides CSAT; instead: in place of CSAT; enough: alone suffices
    partnership: Literal["none", "further", "instead", "enough"] | None = None
    vip: VipTest = VipTest()
    high_potential: HighPotentialTest = HighPotentialTest()
    important: ImportantTest = ImportantTest()
    normal: NormalTest = NormalTest()

    @model_validator(mode="after")
    def _tests_all(self) -> Vip:
        if len(self.order) != len(PRESET_GRADES["vip"]):
            raise refusal("order", "`order` names each of the four grades once")
        return self


class Grade(Cited):
    """A grade's name and what it maps to (owner rank, classes, priority, channel).

    `owners_together`  the roles of `owners` look after a customer side by side: an owner and a second owner
    """

    grade: Code
    title: Text
    standard: Text | None = None
    strategy: Text | None = None
    owners: Listed[Role] = ()
    owners_together: Flag = False
    key_customer: Flag = False
    visit_class: VisitClassCode | None = None
    gift_class: GiftClassCode | None = None
    # 1 is served first; equal numbers share
    priority: Count = 9
    self_service: Flag = False


class AdviceRule(Cited):
    """The first rule whose tests all hold gives the advice; a test left out is not asked."""

    advice: Literal["improve", "maintain", "end"]
    title: Text
    grade: Listed[Code] | None = None
    value_below: Score | None = None
    potential_below: Score | None = None
    potential_from: Score | None = None
    csat_below: Score | None = None
    amount_change_below_pct: Number | None = None
    months_without_order: Count | None = None


class ServiceStandard(Cited):
    """One row of the service standard table."""

    grade: Code
    standard: Text
    content: Text
    responsible: Text
    frequency: Text
    measure: Text


class Override(Cited):
    """A person may set a grade by hand: who asks, who approves, how long it may stand."""

    asked_by: Listed[Role]
    approved_by: Role
    valid_at_most: Span


class Fall(Cited):
    """A fall is noticed at once, and so is a rising risk of losing the customer: which ones, who is told.

    `silent_times`  no purchase for so many times the days that usually lie between two of them
    """

    notify: Listed[Literal["customer.owner", "supervisor", "service_manager"]]
    below_threshold: Flag = True
    drop_pct: Percent | None = None
    compared_with: Span | None = None
    silent_times: Annotated[int, Field(ge=1, le=100)] | None = None
    after_each_import: Flag = True
    nightly: Flag = True


class Grading(Cited):
    """How customers are graded. Scores are 0-100; weights are relative within a dimension. Only `preset` is
    needed to read a document; what a policy in force needs besides is judged by `activate`."""

    preset: Preset
    every: Span | None = None
    every_choices: Many[Span] = ()
    window: Span | None = None
    department: Dept | None = None
    collected_by: Role | None = None
    drafted_by: Role | None = None
    standards_approved_by: Role | None = None
    graded_by: Role | None = None
    approve_by: Role | None = None
    recorded_by: Role | None = None
    # an indicator nobody has judged or no fact gives: left out (weights rescaled), or scored 0
    missing: Literal["skip", "zero"] = "skip"
    threshold: Threshold | None = None
    spend: Spend | None = None
    vip: Vip | None = None
    override: Override | None = None
    fall: Fall | None = None
    indicator: Many[Indicator] = ()
    grade: Many[Grade] = ()
    advice: Many[AdviceRule] = ()
    service_standard: Many[ServiceStandard] = ()

    @model_validator(mode="after")
    def _coherent(self) -> Grading:
        keys = [indicator.key for indicator in self.indicator]
        if len(set(keys)) != len(keys):
            raise refusal("twice", "an indicator key stands twice")
        self._grades_fit()
        return self

    def _grades_fit(self) -> None:
        allowed = PRESET_GRADES[self.preset]
        for name in ("grade", "service_standard"):
            rows = [row.grade for row in getattr(self, name)]
            for code in rows:
                if code not in allowed:
                    raise refusal(
                        "grade",
                        "[[grading.{name}]] names `{grade}`; preset {preset} has {allowed}",
                        name=name,
                        grade=code,
                        preset=self.preset,
                        allowed=one_of(allowed),
                    )
            if rows and sorted(rows) != sorted(allowed):
                raise refusal(
                    "grade",
                    "[[grading.{name}]] must have one row for each of {allowed}",
                    name=name,
                    allowed=one_of(allowed),
                )
        for rule in self.advice:
            for code in rule.grade or ():
                if code not in allowed:
                    raise refusal(
                        "grade",
                        "[[grading.advice]] names `{grade}`; preset {preset} has {allowed}",
                        grade=code,
                        preset=self.preset,
                        allowed=one_of(allowed),
                    )

    @property
    def grades(self) -> tuple[str, ...]:
        """Codes of the preset's grades, in the preset's order."""
        return PRESET_GRADES[self.preset]
