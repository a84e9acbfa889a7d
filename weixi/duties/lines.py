"""A duty as pages, the API and the command line show it — stored, or computed for an open period."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from weixi.customers.models import Customer
from weixi.duties.enums import DutyState
from weixi.duties.models import Duty
from weixi.duties.people import Person
from weixi.duties.timeline import Timeline
from weixi.kernel import slices
from weixi.organisation.models import User


@dataclass(frozen=True, slots=True)
class Told:
    """One step of escalation that fired."""

    role: str
    person: str
    at: datetime


@dataclass(frozen=True, slots=True)
class DutyLine:
    """`pk` is None for a period that has no row yet. `closes_on` are the event types that close it:
    they decide which form does it. `state` is as of the reading: a due time that has passed since the
    last tick already counts."""

    key: str
    pk: int | None
    clause: str
    title: str
    kind: str
    customer_id: int | None
    customer_number: str
    customer_name: str
    grade: str
    subject: str
    anchor: str
    about: str
    opens_at: datetime
    due_at: datetime | None
    state: str
    closed_at: datetime | None
    closed_by: str
    late_seconds: int | None
    priority: int
    assignee_id: int | None
    assignee: str
    assignee_name: str
    closes_on: tuple[str, ...]
    qualifies: dict[str, Any]
    # The rule's evidence must name the anchor (`match = "anchor"`).
    matched: bool = False
    told: tuple[Told, ...] = ()

    @property
    def is_late(self) -> bool:
        return self.state == DutyState.OVERDUE

    @property
    def waits(self) -> bool:
        return self.state in (DutyState.OPEN, DutyState.OVERDUE, DutyState.PAUSED)

    def as_dict(self) -> dict[str, Any]:
        """The shape of `weixi duties --json`."""
        return {
            "key": self.key,
            "clause": self.clause,
            "title": self.title,
            "kind": self.kind,
            "customer": self.customer_number or None,
            "customer_name": self.customer_name or None,
            "subject": self.subject or None,
            "anchor": self.anchor,
            "opens_at": self.opens_at.isoformat(timespec="seconds"),
            "due_at": self.due_at.isoformat(timespec="seconds") if self.due_at else None,
            "state": self.state,
            "closed_at": self.closed_at.isoformat(timespec="seconds") if self.closed_at else None,
            "closed_by": self.closed_by or None,
            "late_seconds": self.late_seconds,
            "assignee": self.assignee or None,
            "escalations": [
                {"to": told.role, "person": told.person or None, "at": told.at.isoformat(timespec="seconds")}
                for told in self.told
            ],
        }


def lines_of(rows: Iterable[Duty], timeline: Timeline, now: datetime) -> list[DutyLine]:
    """Lines for stored duties (with `customer`, `assignee` selected and `escalations` prefetched)."""
    lines = []
    for row in rows:
        told = (Told(step.role, step.person.name if step.person else "", step.at) for step in row.escalations.all())
        lines.append(line_of(row, timeline, now, row.customer, row.assignee, tuple(told)))
    return with_about(lines)


def line_of(
    row: Duty,
    timeline: Timeline,
    now: datetime,
    customer: Customer | None,
    assignee: User | Person | None,
    told: tuple[Told, ...],
) -> DutyLine:
    """One row as a line, from what the caller has read beside it; its subject is not told yet."""
    rule = _rule(row, timeline)
    state = row.state
    if state == DutyState.OPEN and row.due_at and row.due_at < now:
        state = DutyState.OVERDUE
    return DutyLine(
        key=row.key,
        pk=row.pk,
        clause=row.clause,
        title=row.title,
        kind=row.kind,
        customer_id=row.customer_id,
        customer_number=customer.number if customer else "",
        customer_name=customer.called if customer else "",
        grade=customer.grade if customer else "",
        subject=row.subject,
        anchor=row.anchor,
        about="",
        opens_at=row.opens_at,
        due_at=row.due_at,
        state=state,
        closed_at=row.closed_at,
        closed_by=row.closed_by,
        late_seconds=row.late_seconds,
        priority=row.priority,
        assignee_id=row.assignee_id,
        assignee=assignee.username if assignee else "",
        assignee_name=assignee.name if assignee else "",
        closes_on=tuple(getattr(rule, "closes_on", getattr(rule, "on", ()))),
        qualifies=dict(getattr(rule, "qualifies", {})),
        matched=getattr(rule, "match", None) == "anchor",
        told=told,
    )


def with_about(lines: list[DutyLine]) -> list[DutyLine]:
    """The lines with a few words on their subjects; one query per kind of subject."""
    wanted: dict[str, set[str]] = {}
    for line in lines:
        kind, _, key = line.subject.partition(":")
        if kind in slices.registry.subjects:
            wanted.setdefault(kind, set()).add(key)
    words: dict[str, str] = {}
    for kind, keys in wanted.items():
        for key, text in slices.registry.subjects[kind].about(sorted(keys)).items():
            words[f"{kind}:{key}"] = text
    return [replace(line, about=words[line.subject]) if line.subject in words else line for line in lines]


def _rule(row: Duty, timeline: Timeline) -> Any:
    try:
        return timeline.policies[timeline.versions.index(row.version_id)].rule(row.clause)
    except ValueError:
        return None
