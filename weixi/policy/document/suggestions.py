"""[suggestion]: subjects, routing, time limits and rewards of customers' suggestions."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, model_validator

from weixi.policy.document.base import refusal
from weixi.policy.document.section import (
    Amount,
    Chain,
    Cited,
    Code,
    Count,
    Dept,
    Flag,
    Listed,
    Many,
    Role,
    Span,
    Text,
)


class Subject(Cited):
    code: Code
    title: Text


class Route(Cited):
    """Which departments answer a category; the first leads."""

    code: Code
    title: Text
    departments: Listed[Dept] = Field(min_length=1)


class SuggestionTime(Cited):
    """Time limits, all from `counted_from`."""

    counted_from: Literal["received", "routed"] = "received"
    normally_from: Span
    normally_to: Span
    at_most: Span
    extended_to: Span
    extended_by: Role
    approval: Chain | None = None


class Reward(Cited):
    """An adopted suggestion's reward: from (inclusive) and below (exclusive), in the policy's currency."""

    code: Code
    amount_from: Amount
    amount_below: Amount | None = None

    @model_validator(mode="after")
    def _ordered(self) -> Reward:
        if self.amount_below is not None and self.amount_below <= self.amount_from:
            raise refusal("order", "`amount_below` must be above `amount_from`", key="amount_below")
        return self


class Encouragement(Cited):
    """A person who made at least so many suggestions within the time, with these results, gets `amount`."""

    code: Code
    amount: Amount
    suggestions_from: Count
    within: Span
    adopted_at_most: Count = 0
    kept_from: Count = 0


class SuggestionResult(Cited):
    code: Code
    title: Text
    consolation: Listed[Text] = ()


class Suggestion(Cited):
    channels: Listed[Text] = ()
    registered: Listed[Text] = ()
    received_by: Role | None = None
    classified_by: Role | None = None
    routing_approved_by: Role | None = None
    once_per_person_and_year: Flag | None = None
    reward_principle: Text | None = None
    turned_from: Listed[Code] = ()
    time: SuggestionTime | None = None
    subject: Many[Subject] = ()
    route: Many[Route] = ()
    result: Many[SuggestionResult] = ()
    reward: Many[Reward] = ()
    encouragement: Many[Encouragement] = ()

    @model_validator(mode="after")
    def _rewards_apart(self) -> Suggestion:
        best = None
        for reward in self.reward:
            if best is not None and (reward.amount_below is None or reward.amount_below > best):
                raise refusal("order", "rewards go from the highest down and may not overlap", key="reward")
            best = reward.amount_from
        return self
