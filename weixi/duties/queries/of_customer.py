"""The promises made to one customer: how they were kept, and which event settled which."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import F, OuterRef, Q, QuerySet, Subquery

from weixi.customers.models import Customer
from weixi.duties.cadences import Turn, open_cadences_of, states_of, turns
from weixi.duties.enums import WAITING, DutyState
from weixi.duties.lines import DutyLine, Told, line_of, with_about
from weixi.duties.models import Duty, DutyClock
from weixi.duties.people import People
from weixi.duties.queries.listing import by_due
from weixi.duties.timeline import current_timeline
from weixi.kernel import clock
from weixi.kernel.one_of import one_of
from weixi.kernel.prepared import Prepared, several
from weixi.organisation.scope import Viewer

# Nobody owes these any more.
GIVEN_UP = (DutyState.WITHDRAWN, DutyState.WAIVED)


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


@dataclass(frozen=True, slots=True)
class Kept:
    """The duties of one customer: what waits by due time, open periods included; every promise since a
    moment by due time; every step of escalation that ever fired, the latest first."""

    waiting: list[DutyLine]
    promises: list[Promise]
    raised: list[Raised]

    def raised_between(self, since: datetime, until: datetime) -> list[Raised]:
        """The steps in [since, until)."""
        return [each for each in self.raised if since <= each.at < until]


def customers_with_clock() -> QuerySet[Customer]:
    """Customers, each with when his duties were evaluated: what `duties_kept` needs, in the same query."""
    clocks = DutyClock.objects.filter(pk=OuterRef("pk"))
    return Customer.objects.annotate(
        clock_at=Subquery(clocks.values("evaluated_at")), clock_open=Subquery(clocks.values("open_cadences"))
    )


def duties_kept(viewer: Viewer, customer: Customer, since: datetime, now: datetime, people: People) -> Kept:
    """Everything the customer's page shows of his duties; two queries.

    The caller has fetched the customer for the viewer, from `customers_with_clock`, with the owner. Promises
    are the duties due from `since` on and those without a due time. Uses index: duty_customer.
    """
    timeline = current_timeline()
    waits, promised = Q(state__in=WAITING), ~Q(state__in=GIVEN_UP) & (Q(due_at=None) | Q(due_at__gte=since))
    # A duty comes once per step that fired.
    rows = (
        Duty.objects.annotate(
            step_at=F("escalations__at"), step_role=F("escalations__role"), step_person=F("escalations__person_id")
        )
        .filter(waits | promised | Q(step_at__isnull=False), customer=customer)
        .order_by("due_at", "key", "escalations__position")
    )
    duties: dict[int, Any] = {}
    steps: dict[int, list[Told]] = {}
    for row in rows:
        duties.setdefault(row.pk, row)
        if row.step_at is not None:
            person = people.by_id.get(row.step_person or 0)
            steps.setdefault(row.pk, []).append(Told(row.step_role, person.name if person else "", row.step_at))
    lines = [
        line_of(row, timeline, now, customer, people.by_id.get(row.assignee_id or 0), tuple(steps.get(row.pk, ())))
        for row in duties.values()
        if row.state in WAITING
    ]
    waiting = with_about(lines, viewer)
    read: Any = customer
    clock = (read.clock_at, read.clock_open or []) if read.clock_at else None
    waiting += open_cadences_of(customer, clock, now, timeline, people)
    waiting.sort(key=by_due)
    raised = [
        Raised(told.at, duties[pk].clause, duties[pk].title, told.role, told.person)
        for pk, fired in steps.items()
        for told in fired
    ]
    raised.sort(key=lambda each: each.at, reverse=True)
    return Kept(waiting, [_promise(row, now) for row in duties.values() if _counts(row, since)], raised)


def _counts(row: Duty, since: datetime) -> bool:
    return row.state not in GIVEN_UP and (row.due_at is None or row.due_at >= since)


def _promise(row: Duty, now: datetime) -> Promise:
    state = row.state
    if state == DutyState.OPEN and row.due_at and row.due_at < now:
        state = DutyState.OVERDUE
    late = bool(row.late_seconds)
    return Promise(row.clause, row.title, state, row.opens_at, row.due_at, row.closed_at, row.closed_by, late)


_TITLES = Prepared(
    lambda ids: (
        Duty.objects.filter(one_of("customer_id", ids), state__in=WAITING)
        .order_by(F("due_at").asc(nulls_last=True), "key")
        .values_list("customer_id", "due_at", "title")
    ),
    several,
)


def next_titles(viewer: Viewer, rows: Sequence[Customer]) -> Mapping[int, str]:
    """{customer: title of what is due at his next due time} for the rows of a list, read with their owners.

    That time counts the periods of cadences, which have no row (`cadences.next_due`): their titles are found
    by when they fall due. Two queries. Uses index: duty_customer.
    """
    first: dict[int, tuple[datetime | None, str]] = {}
    for customer, due, title in _TITLES(row.pk for row in rows).rows():
        first.setdefault(customer, (due, title))
    timeline = current_timeline()
    falling: dict[datetime, list[Turn]] = {}
    for turn in turns(timeline, clock.now()):
        for slot in (turn.slot, turn.following):
            if slot:
                falling.setdefault(slot.due, []).append(turn)
    periodic = [
        row for row in rows if row.next_due_at in falling and first.get(row.pk, (None, ""))[0] != row.next_due_at
    ]
    states = states_of([_state_row(row) for row in periodic], timeline)
    titles = {pk: title for pk, (_due, title) in first.items()}
    for row in periodic:
        assert row.next_due_at is not None
        kept = [turn for turn in falling[row.next_due_at] if turn.compiled.where.state_holds(states[row.pk])]
        if kept:
            titles[row.pk] = kept[0].rule.title
    return titles


def _state_row(row: Customer) -> dict[str, Any]:
    """As `states_of` wants a customer; his owner has been read with him."""
    username = row.owner.username if row.owner else None
    return {"pk": row.pk, "grade": row.grade, "lifecycle": row.lifecycle, "owner__username": username}
