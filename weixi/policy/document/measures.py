"""[[metric]], [[target]], [[appraisal]] and [review]: what is measured, aimed at and talked over."""

from __future__ import annotations

from typing import Literal

from pydantic import model_validator

from weixi.policy.document.base import Section, refusal
from weixi.policy.document.section import (
    Cited,
    Code,
    Fraction,
    GradeCode,
    Listed,
    Many,
    MetricKey,
    Number,
    Proposal,
    Role,
    RuleClause,
    Span,
    Text,
)

Unit = Literal["pct", "ratio", "number", "amount", "days", "score", "nps"]


class Measured(Section):
    """`clause` names a rule of this document; `basis` the [[clause]] that asks for the figure."""

    clause: RuleClause | None = None
    basis: Text | None = None
    source: Text | None = None
    proposal: Proposal | None = None


class Metric(Measured):
    """A figure, defined once, in words."""

    key: Code
    title: Text
    formula: Text
    unit: Unit
    better: Literal["up", "down"]
    by: Listed[Text] = ()


class Target(Measured):
    """What a metric shall reach. A `relative` target is a change in percent of the baseline.

    `strict`: the value itself is not enough (> 60 %).
    """

    key: Code
    title: Text
    metric: MetricKey
    value: Number
    relative: bool = False
    strict: bool = False
    baseline: Number | None = None
    example: Number | None = None
    grade: Listed[GradeCode] = ()
    period: Span | None = None
    within: Span | None = None
    owner: Role | None = None

    @model_validator(mode="after")
    def _example_is_the_change(self) -> Target:
        if self.example is None:
            return self
        if not self.relative or self.baseline is None:
            raise refusal("example", "`example` belongs to a relative target with a baseline", key="example")
        if self.baseline * (1 + self.value / 100) != self.example:
            raise refusal("example", "`example` is not the baseline changed by `value` percent", key="example")
        return self


class Appraisal(Measured):
    """One weighted measure of a person's monthly appraisal; the weights of a role sum to 1."""

    key: Code
    role: Role
    metric: MetricKey
    weight: Fraction
    every: Span


class Paper(Cited):
    """A paper written regularly from the year's results."""

    code: Code
    title: Text
    every: Span
    contents: Listed[Text] = ()


class Build(Cited):
    """Something to be built up within a time after the policy takes effect."""

    code: Code
    title: Text
    within: Span


class Review(Cited):
    """The service review meeting and what it leaves behind."""

    every: Span | None = None
    pack: Listed[Text] = ()
    outputs: Listed[Text] = ()
    checks_last_actions: bool | None = None
    appeals_recorded: bool | None = None
    improvement: Listed[Text] = ()
    charts: Listed[Text] = ()
    snapshot_every: Span | None = None
    paper: Many[Paper] = ()
    build: Many[Build] = ()
