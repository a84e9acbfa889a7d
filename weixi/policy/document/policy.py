"""The whole document as one typed value."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

from pydantic import Field

from weixi.policy.document.approvals import Approvals
from weixi.policy.document.archive import Archive
from weixi.policy.document.base import Section
from weixi.policy.document.care import Care, Interaction, Lifecycle, Upgrade
from weixi.policy.document.clauses import Chapter, Clause
from weixi.policy.document.feedback import Callback, Case, Survey
from weixi.policy.document.gifts import Gift
from weixi.policy.document.grading import Grading
from weixi.policy.document.guard import Outreach, Security
from weixi.policy.document.measures import Appraisal, Metric, Review, Target
from weixi.policy.document.organisation import Control, Organisation, Training
from weixi.policy.document.plans import Plan
from weixi.policy.document.rules import AnyRule, Cadence, CalendarSection, Deadline, Node, PolicyHeader
from weixi.policy.document.sales import Lead, Stage
from weixi.policy.document.section import Many
from weixi.policy.document.suggestions import Suggestion
from weixi.policy.document.visits import Visit


class Policy(Section):
    """A policy document, checked. Only `[policy]` must be there; a section left out is empty.

    Made by `load_policy`; the order of the fields is the order of the canonical text.
    """

    header: Annotated[PolicyHeader, Field(alias="policy")]
    control: Control = Control()
    calendar: CalendarSection = CalendarSection()
    grading: Grading | None = None
    deadline: Many[Deadline] = ()
    cadence: Many[Cadence] = ()
    node: Many[Node] = ()
    archive: Archive = Archive()
    interaction: Interaction = Interaction()
    care: Care = Care()
    lifecycle: Lifecycle = Lifecycle()
    case: Case = Case()
    survey: Survey = Survey()
    callback: Callback = Callback()
    upgrade: Upgrade = Upgrade()
    plan: Plan = Plan()
    visit: Visit = Visit()
    gift: Gift = Gift()
    suggestion: Suggestion = Suggestion()
    approval: Approvals = Field(default_factory=dict)
    lead: Lead = Lead()
    stage: Many[Stage] = ()
    metric: Many[Metric] = ()
    target: Many[Target] = ()
    appraisal: Many[Appraisal] = ()
    review: Review = Review()
    outreach: Outreach = Outreach()
    organisation: Organisation = Organisation()
    training: Training = Training()
    security: Security = Security()
    chapter: Many[Chapter] = ()
    clause: Many[Clause] = ()

    @property
    def rules(self) -> Iterator[AnyRule]:
        """Deadlines, cadences, nodes, in the order of the document."""
        yield from self.deadline
        yield from self.cadence
        yield from self.node

    @property
    def extra_purposes(self) -> frozenset[str]:
        """Purposes of contact that do not count towards a cadence, unless its rule asks for them by name."""
        if self.care.node_counts_for_cadence:
            return frozenset()
        return frozenset(purpose.code for purpose in self.interaction.purpose if purpose.extra)

    def rule(self, clause: str) -> AnyRule | None:
        """The rule of that clause, or None."""
        return next((rule for rule in self.rules if rule.clause == clause), None)
