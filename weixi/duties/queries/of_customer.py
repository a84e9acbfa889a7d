"""The promises made to one customer: how they were kept, and which event settled which."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from weixi.customers.models import Customer
from weixi.duties.enums import WAITING, DutyState
from weixi.duties.models import Duty, Escalation
from weixi.organisation.scope import Viewer


@dataclass(frozen=True, slots=True)
class Promise:
    """One duty of the customer, waiting or settled."""

    clause: str
    title: str
    state: str
    opens_at: datetime
    due_at: datetime | None
    closed_at: datetime | None
    closed_by: str
    late: bool

    @property
    def mark(self) -> str:
        """The shape it has on the line: kept, lk (done late), late (not done), open."""
        if self.state == DutyState.DONE:
            return "lk" if self.late else "kept"
        return "late" if self.state in (DutyState.OVERDUE, DutyState.MISSED) else "open"


@dataclass(frozen=True, slots=True)
class Raised:
    """A duty that climbed: who was told, and when."""

    at: datetime
    clause: str
    title: str
    role: str
    person: str


def promises_since(customer: Customer, since: datetime, now: datetime) -> list[Promise]:
    """Duties due from `since` on and those that wait, by due time. The caller has fetched the customer
    for the viewer. Uses index: duty_customer."""
    rows = (
        Duty.objects.filter(customer=customer)
        .exclude(state__in=(DutyState.WITHDRAWN, DutyState.WAIVED))
        .exclude(due_at__lt=since)
        .order_by("due_at", "key")
    )
    columns = ("clause", "title", "state", "opens_at", "due_at", "closed_at", "closed_by", "late_seconds")
    found = []
    for clause, title, state, opens, due, closed, by, late in rows.values_list(*columns):
        if state == DutyState.OPEN and due and due < now:
            state = DutyState.OVERDUE
        found.append(Promise(clause, title, state, opens, due, closed, by, bool(late)))
    return found


def raised_since(customer: Customer, since: datetime, until: datetime) -> list[Raised]:
    """Escalations of the customer's duties in [since, until)."""
    rows = Escalation.objects.filter(duty__customer=customer, at__gte=since, at__lt=until).order_by("-at")
    columns = ("at", "duty__clause", "duty__title", "role", "person__name")
    return [
        Raised(at, clause, title, role, person or "") for at, clause, title, role, person in rows.values_list(*columns)
    ]


def next_titles(viewer: Viewer, rows: Sequence[Customer]) -> Mapping[int, str]:
    """{customer: title of what is due next} for the rows of a list; one query.

    Uses index: duty_customer.
    """
    titles: dict[int, str] = {}
    waiting = Duty.objects.filter(customer_id__in=[row.pk for row in rows], state__in=WAITING).order_by("due_at", "key")
    for customer, title in waiting.values_list("customer_id", "title"):
        titles.setdefault(customer, title)
    return titles
