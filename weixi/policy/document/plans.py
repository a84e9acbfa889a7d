"""[plan]: maintenance plans and their control program."""

from __future__ import annotations

from weixi.policy.document.section import Chain, Cited, Count, Flag, Listed, Many, Role, Text


class PlanStep(Cited):
    """One of the steps of the workflow; it is closed only with its papers, if `papers_needed`."""

    number: Count
    title: Text
    papers: Listed[Text] = ()
    papers_needed: Flag = True


class PlanDuty(Cited):
    """Who does what in carrying out a plan."""

    role: Role
    does: Listed[Text]


class Plan(Cited):
    contents: Listed[Text] = ()
    principles: Listed[Text] = ()
    ways: Listed[Text] = ()
    approval: Chain | None = None
    review_on: Listed[Text] = ()
    covers_prospects: Flag | None = None
    every_version_kept: Flag | None = None
    evaluation: Listed[Text] = ()
    papers: Listed[Text] = ()
    step: Many[PlanStep] = ()
    duty: Many[PlanDuty] = ()
