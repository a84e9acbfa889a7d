"""[interaction], [care], [lifecycle] and [upgrade]: what contact is, and how a relationship grows."""

from __future__ import annotations

from weixi.policy.document.durations import DaysDuration
from weixi.policy.document.section import (
    Cited,
    Code,
    Count,
    Flag,
    GradeCode,
    Listed,
    Many,
    MetricKey,
    Role,
    Span,
    Text,
)


class InteractionKind(Cited):
    """How a contact is made (`data.kind` of interaction.recorded)."""

    code: Code
    title: Text
    # told to one customer, not sent to many
    personal: Flag = True


class InteractionPurpose(Cited):
    """What contact is for: value, emotional ... (`data.purpose`); cadence and node rules qualify by it.

    `extra`: a node touch, which does not count towards a cadence.
    """

    code: Code
    title: Text
    examples: Listed[Text] = ()
    extra: Flag = False


class InteractionDepth(Cited):
    """How deep a contact goes (`data.depth`)."""

    code: Code
    title: Text


class Interaction(Cited):
    """The record of a contact; the time it must be entered within is a rule."""

    required: Listed[Code] = ()
    optional: Listed[Code] = ()
    kind: Many[InteractionKind] = ()
    purpose: Many[InteractionPurpose] = ()
    depth: Many[InteractionDepth] = ()


class VisitSystem(Cited):
    """Visits to chosen customers and patrol visits to all, side by side."""

    code: Code
    title: Text
    scope: Text


class Occasion(Cited):
    """A kind of day a customer has once: an exhibition, an opening, a launch; thought of so long before it."""

    code: Code
    title: Text
    before: DaysDuration


class Conference(Cited):
    """The customer service conference, and who is invited to events and visits."""

    every: Span
    times: Count
    invited: Text


class Care(Cited):
    """Plans, priority and channels of care."""

    plan_cycles: Many[Span] = ()
    plan_metrics: Listed[MetricKey] = ()
    node_counts_for_cadence: Flag | None = None
    # grades whose customers get festival greetings by bulk message instead of a duty each
    bulk_greeting_grades: Listed[GradeCode] = ()
    self_service: Listed[Text] = ()
    conference: Conference | None = None
    visit_system: Many[VisitSystem] = ()
    occasion: Many[Occasion] = ()


# The stages every customer can be in; a policy that lists stages says so itself.
STAGE_CODES = ("prospect", "new", "established", "loyal", "lost")


class LifecycleStage(Cited):
    """A stage and the actions it asks for. Each limit is the stage's own way out, left blank if none.

    `for_at_most`      time in the stage before the next is proposed
    `orders_12m_from`  orders in 12 months that lift a customer into the stage
    `silent_for`       time without an order after which the stage is proposed
    """

    code: Code
    title: Text
    actions: Listed[Text] = ()
    for_at_most: Span | None = None
    orders_12m_from: Count | None = None
    silent_for: Span | None = None


class Lifecycle(Cited):
    stage: Many[LifecycleStage] = ()


class UpgradePath(Cited):
    """A way of lifting the relationship, with its steps."""

    code: Code
    title: Text
    steps: Listed[Text] = ()
    grades: Listed[GradeCode] = ()
    package: Listed[Text] = ()


class Referral(Cited):
    """Who recommends a customer is thanked; an amount left blank is set per case."""

    reward: Text
    states: Listed[Text] = ()


class Upgrade(Cited):
    effect_every: Span | None = None
    effect_metrics: Listed[MetricKey] = ()
    strengthening_levels: Listed[Text] = ()
    strengthening_columns: Listed[Text] = ()
    owner: Role | None = None
    referral: Referral | None = None
    path: Many[UpgradePath] = ()
