"""[approval.*]: chains of people who say yes before something takes effect."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, model_validator

from weixi.policy.document.base import refusal
from weixi.policy.document.section import Cited, Code, Flag, Inline, Listed, Many, Role, Text


class ApprovalStep(Inline):
    """One step: `by` any one of these roles (or with `all` each of them) does `act`."""

    act: Literal["prepare", "review", "verify", "deliberate", "approve"]
    by: Listed[Role] = Field(min_length=1)
    all: Flag = False


class Approval(Cited):
    """A chain. Its first step prepares; a return sends it back there; every version is kept."""

    title: Text
    steps: Many[ApprovalStep]
    returns_allowed: Flag = True

    @model_validator(mode="after")
    def _ends_with_a_yes(self) -> Approval:
        if not self.steps:
            raise refusal("approval_steps", "a chain needs at least one step", key="steps")
        if self.steps[-1].act == "prepare":
            raise refusal("approval_steps", "a chain cannot end with preparing", key="steps")
        if any(step.act == "prepare" for step in self.steps[1:]):
            raise refusal("approval_steps", "only the first step can prepare", key="steps")
        return self


Approvals = dict[Code, Approval]
