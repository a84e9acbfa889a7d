"""What comes out: duties, their states and the steps of escalation that fired."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from weixi.policy.document.rules import AnyRule


class State(StrEnum):
    OPEN = "open"
    OVERDUE = "overdue"
    PAUSED = "paused"
    DONE = "done"
    MISSED = "missed"
    WITHDRAWN = "withdrawn"
    WAIVED = "waived"


class Step(NamedTuple):
    """The role `to` is told at `at`."""

    to: str
    at: datetime


class Duty(NamedTuple):
    """What somebody must do by when, because a clause says so.

    A named tuple, not a dataclass: an evaluation makes millions, and this is made several times faster.
    `anchor` is the event's id (deadline), the period's first day (cadence) or the day (node). `due_at` is
    None while a pause is open. `closed_at`, `closed_by` (an event's id) and `late_seconds` are None in every
    state but done. `rule` is the rule of the policy version (`version` counts activations from 0) that
    decides.
    """

    key: str
    clause: str
    customer: str | None
    subject: str | None
    anchor: str
    opens_at: datetime
    due_at: datetime | None
    state: State
    closed_at: datetime | None
    closed_by: str | None
    late_seconds: int | None
    escalations: tuple[Step, ...]
    rule: AnyRule
    version: int
