"""[lead] and [[stage]]: leads, and the stages of a sale."""

from __future__ import annotations

from pydantic import model_validator

from weixi.policy.document.base import refusal
from weixi.policy.document.section import (
    Cited,
    Code,
    Count,
    Fraction,
    Inline,
    Listed,
    Many,
    Number,
    Percent,
    Role,
    Span,
    Text,
)


class LeadGrade(Cited):
    """A lead's grade by intent; `points_from`: behaviour points from which it is proposed."""

    code: Code
    title: Text
    signs: Listed[Text] = ()
    points_from: Number | None = None


class LeadSignal(Cited):
    """A behaviour and the points it adds (or takes)."""

    code: Code
    title: Text
    points: Number


class LeadDecay(Cited):
    """After each `every` without behaviour the points are multiplied by `keep`."""

    every: Span
    keep: Fraction


class Discount(Inline):
    """Who may grant up to `up_to_pct` off."""

    role: Role
    up_to_pct: Percent


class Lead(Cited):
    grade: Many[LeadGrade] = ()
    signal: Many[LeadSignal] = ()
    decay: LeadDecay | None = None


class Stage(Cited):
    """A stage of the sale: standard actions, time limit, and the evidence without which it is not left."""

    code: Code
    title: Text
    actions: Listed[Text] = ()
    evidence: Listed[Text] = ()
    within: Span | None = None
    need_points_from: Count | None = None
    discounts: Many[Discount] = ()
    reasons: Listed[Text] = ()

    @model_validator(mode="after")
    def _discounts_ascend(self) -> Stage:
        steps = [discount.up_to_pct for discount in self.discounts]
        if steps != sorted(set(steps)):
            raise refusal("order", "discount levels must ascend", key="discounts")
        return self
