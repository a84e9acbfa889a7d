"""A duty as pages, the API and the command line show it — stored, or computed for an open period."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, NamedTuple

from django.db.models import QuerySet

from weixi.customers.models import Customer
from weixi.duties.enums import DutyState
from weixi.duties.models import Duty, Escalation
from weixi.duties.people import Person
from weixi.duties.timeline import Timeline
from weixi.kernel import slices
from weixi.kernel.rows import read_rows
from weixi.kernel.telling import told_together
from weixi.organisation.models import User
from weixi.organisation.scope import Viewer
from weixi.policy.document.demands import demand_in_words
from weixi.policy.document.rules import AnyRule
from weixi.policy.reading import language


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
    # What the rule demands, in a few words of the reader's language.
    demand: str = ""

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


class _Beside(NamedTuple):
    """A customer or a person, as much of him as a line shows."""

    number: str = ""
    called: str = ""
    grade: str = ""
    username: str = ""
    name: str = ""


class _Row(NamedTuple):
    """A stored duty, column by column: objects of its table take longer to make than a page to draw."""

    pk: int
    key: str
    clause: str
    kind: str
    version_id: int | None
    title: str
    customer_id: int | None
    subject: str
    anchor: str
    opens_at: datetime
    due_at: datetime | None
    state: str
    closed_at: datetime | None
    closed_by: str
    late_seconds: int | None
    priority: int
    assignee_id: int | None


_OWN = _Row._fields
_NEAR = ("customer__number", "customer__name", "customer__short_name", "customer__grade", "assignee__username",
         "assignee__name")  # fmt: skip


def lines_of(rows: QuerySet[Duty], timeline: Timeline, now: datetime, viewer: Viewer) -> list[DutyLine]:
    """The lines of these duties as the viewer may read them, in the order asked for; three queries."""
    found = read_rows(rows, *_OWN, *_NEAR)
    told: dict[int, list[Told]] = {}
    # Uses index: the one of `duty`.
    steps = Escalation.objects.filter(duty_id__in=[row[0] for row in found]).order_by("duty_id", "position")
    for duty, role, person, at in read_rows(steps, "duty_id", "role", "person__name", "at"):
        told.setdefault(duty, []).append(Told(role, person or "", at))
    lines = []
    for row in found:
        own = _Row(*row[: len(_OWN)])
        number, name, short_name, grade, username, person = row[len(_OWN) :]
        customer = _Beside(number=number, called=short_name or name, grade=grade) if own.customer_id else None
        assignee = _Beside(username=username, name=person) if own.assignee_id else None
        lines.append(line_of(own, timeline, now, customer, assignee, tuple(told.get(own.pk, ()))))
    return with_about(lines, viewer)


def line_of(
    row: Duty | _Row,
    timeline: Timeline,
    now: datetime,
    customer: Customer | _Beside | None,
    assignee: User | Person | _Beside | None,
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
        demand=demand_in_words(rule, language()) if rule is not None else "",
    )


def with_about(lines: list[DutyLine], viewer: Viewer) -> list[DutyLine]:
    """The lines with a few words on their subjects, as the viewer may read them; one query for those of every kind."""
    wanted: dict[str, set[str]] = {}
    for line in lines:
        kind, _, key = line.subject.partition(":")
        if kind in slices.registry.subjects:
            wanted.setdefault(kind, set()).add(key)
    words = told_together(viewer, wanted)
    return [replace(line, about=words[line.subject]) if line.subject in words else line for line in lines]


def _rule(row: Duty | _Row, timeline: Timeline) -> AnyRule | None:
    try:
        return timeline.policies[timeline.versions.index(row.version_id)].rule(row.clause)
    except ValueError:
        return None
