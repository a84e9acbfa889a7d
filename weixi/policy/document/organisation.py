"""[organisation], [training] and [control]: who we are, what people learn, how the paper is controlled."""

from __future__ import annotations

from typing import Literal

from weixi.policy.document.section import (
    Chain,
    Cited,
    Code,
    Count,
    Day,
    Dept,
    Flag,
    GradeCode,
    Listed,
    Many,
    Role,
    Score,
    Span,
    Text,
)


class Department(Cited):
    code: Code
    title: Text
    also_called: Listed[Text] = ()
    leads: Listed[Text] = ()


class RoleTitle(Cited):
    """The company's names for a role, and how far it sees."""

    role: Role
    title: Text
    also_called: Listed[Text] = ()
    sees: Literal["own", "team", "department", "all"]


class Position(Cited):
    """A further post named by the papers; it acts with the rights of `acts_as`.

    `senior`  only who is senior in that role holds it
    """

    code: Code
    title: Text
    acts_as: Role
    department: Dept | None = None
    senior: Flag = False


class Capacity(Cited):
    """How many customers of a grade one person can serve."""

    grade: GradeCode
    customers_at_most: Count


class Organisation(Cited):
    programme_approval: Chain | None = None
    policy_approval: Chain | None = None
    handover_keeps_history: Flag | None = None
    resources: Listed[Text] = ()
    department: Many[Department] = ()
    role: Many[RoleTitle] = ()
    position: Many[Position] = ()
    capacity: Many[Capacity] = ()


class Course(Cited):
    code: Code
    title: Text
    topics: Listed[Text] = ()
    roles: Listed[Role] = ()
    pass_from: Score | None = None
    valid_for: Span | None = None
    needed_for: Listed[Code] = ()


class Training(Cited):
    uncertified: Literal["flag", "forbid", "ignore"] | None = None
    course: Many[Course] = ()


class Control(Cited):
    """The head of the controlled document."""

    number: Text | None = None
    status: Text | None = None
    executing: Dept | None = None
    supervising: Dept | None = None
    editing: Dept | None = None
    scope: Text | None = None
    prepared_on: Day | None = None
    reviewed_on: Day | None = None
    approved_on: Day | None = None
    change_mark: Text | None = None
    changes: Count | None = None
    changed_on: Day | None = None
