"""[survey], [callback] and [case]: asking customers how things are, and their issues."""

from __future__ import annotations

from typing import Literal

from weixi.policy.document.section import (
    Cited,
    Code,
    Count,
    Flag,
    Fraction,
    Listed,
    Many,
    Number,
    Role,
    RuleClause,
    Score,
    Span,
    Text,
)


class SurveyDimension(Cited):
    code: Code
    title: Text
    weight: Fraction | None = None


class Survey(Cited):
    """Satisfaction: scores 0-100, NPS from answers 0-10."""

    low_below: Score | None = None
    scale_to: Score | None = None
    link_alone_suffices: Flag | None = None
    satisfied_from: Score | None = None
    nps_promoter_from: Count | None = None
    nps_detractor_to: Count | None = None
    nps_alarm_below: Number | None = None
    statistics_every: Span | None = None
    statistics_by: Listed[Text] = ()
    needs_survey_every: Span | None = None
    needs_survey_ways: Listed[Text] = ()
    question_types: Listed[Text] = ()
    valid_for: Span | None = None
    one_answer_per_token: Flag | None = None
    cause_analysis: Listed[Text] = ()
    dimension: Many[SurveyDimension] = ()


class CallbackSelection(Cited):
    """A way of choosing whom to call."""

    code: Code
    title: Text
    description: Text


class CallbackQuestion(Cited):
    """The question a call must answer; `rule` is the rule whose duty asks for the call."""

    rule: RuleClause | None = None
    title: Text
    question: Text


class CallbackContent(Cited):
    code: Code
    title: Text
    description: Text


class CallbackRetry(Cited):
    """Not reached: so many tries, so far apart, then told to `report_to`."""

    tries: Count
    spacing: Span
    report_to: Role


class CallbackJoin(Cited):
    """Duties that one contact fulfils together when their times meet; `joined = false` keeps them apart."""

    rules: Listed[RuleClause]
    joined: Flag = True


class Callback(Cited):
    greeting: Text | None = None
    conduct: Listed[Text] = ()
    outcomes: Listed[Text] = ()
    retry: CallbackRetry | None = None
    selection: Many[CallbackSelection] = ()
    question: Many[CallbackQuestion] = ()
    content: Many[CallbackContent] = ()
    join: Many[CallbackJoin] = ()


class CaseKind(Cited):
    code: Code
    title: Text


class Severity(Cited):
    """How grave; `team` needs a task team, `report` a review report with these parts."""

    code: Code
    title: Text
    examples: Listed[Text] = ()
    team: Listed[Role] = ()
    report: Listed[Text] = ()


class CaseStep(Cited):
    """One step of the complaint flow with its owner."""

    code: Code
    title: Text
    owner: Role


class Case(Cited):
    """Needs, questions, issues, complaints, repairs. Their clocks are rules."""

    reopening_keeps_history: Flag | None = None
    frequent_need_from: Count | None = None
    shorter_deadline: Literal["show_both"] | None = None
    kind: Many[CaseKind] = ()
    severity: Many[Severity] = ()
    step: Many[CaseStep] = ()
