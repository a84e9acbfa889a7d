"""The projection: stored duties = what the engine gives for the customer's events, as of now.

Called at the end of every unit of work for the customers it touched, and by the tick for those whose
time has come. Running it twice, late, or from two processes at once gives the same rows: nothing is
advanced, everything is derived.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.utils.translation import gettext

from weixi.customers.models import Customer, MergeRecord
from weixi.duties.cadences import is_untouched, next_period_due, period_of, states_of, turns
from weixi.duties.engine.duty import Duty as DutyResult
from weixi.duties.engine.duty import Step
from weixi.duties.engine.evaluate import evaluate
from weixi.duties.engine.events import Event
from weixi.duties.enums import PRIORITIES, WAITING, DutyState
from weixi.duties.log import engine_events
from weixi.duties.models import Duty, DutyClock, Escalation, TickState
from weixi.duties.notices import tell_escalated, tell_given
from weixi.duties.people import People
from weixi.duties.services.fresh import Fresh, enter
from weixi.duties.services.locks import lock
from weixi.duties.timeline import Timeline, current_timeline, kind_of
from weixi.kernel import slices
from weixi.kernel.events.work import UnitOfWork
from weixi.kernel.one_of import one_of
from weixi.kernel.prepared import Prepared, several
from weixi.kernel.rows import blanks, insert_rows, update_values

NO_CUSTOMER = 0
# Customers evaluated together: enough to share queries, few enough to hold no lock for long.
CHUNK = 500
FIELDS = (
    "clause", "kind", "version_id", "title", "customer_id", "subject", "anchor", "opens_at", "due_at", "state",
    "closed_at", "closed_by", "late_seconds", "priority", "assignee_id",
)  # fmt: skip
CUSTOMER = (
    "pk", "owner_id", "next_due_at", "next_period_due_at", "grade", "lifecycle", "owner__username", "archived_at",
    "name", "short_name", "merged_into_id",
)  # fmt: skip
_blank_duty, _blank_step = blanks(Duty), blanks(Escalation)
# Places of two columns in a stored row, which begins with pk and key.
_STATE, _ASSIGNEE = 2 + FIELDS.index("state"), 2 + FIELDS.index("assignee_id")
# What one recorded talk asks for is asked for with every one of them.
_TICKED = Prepared(lambda: TickState.objects.order_by("-until").values_list("until")[:1])
_CUSTOMERS = Prepared(lambda ids: Customer.objects.filter(one_of("pk", ids)).order_by().values_list(*CUSTOMER), several)
# Uses index: the merge's two keys.
_MERGES = Prepared(
    lambda ids: (
        MergeRecord.objects.filter(one_of("loser_id", ids) | one_of("winner_id", ids))
        .order_by()
        .values_list("loser_id", "winner_id")
    ),
    several,
)
_STORED = Prepared(
    lambda ids: Duty.objects.filter(one_of("customer_id", ids)).order_by().values_list("pk", "key", *FIELDS), several
)
_OF_NOBODY = Prepared(lambda: Duty.objects.filter(customer=None).order_by().values_list("pk", "key", *FIELDS))
_STEPS = Prepared(
    lambda duties: (
        Escalation.objects.filter(one_of("duty_id", duties))
        .order_by()
        .values_list("pk", "duty_id", "position", "role", "at")
    ),
    several,
)


@dataclass
class Report:
    """What bringing duties up to date changed."""

    customers: int = 0
    opened: int = 0
    overdue: int = 0
    missed: int = 0
    escalated: int = 0
    warnings: list[str] = field(default_factory=list)

    def add(self, other: Report) -> None:
        for name in ("customers", "opened", "overdue", "missed", "escalated"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        self.warnings.extend(other.warnings)


def project_duties(work: UnitOfWork) -> None:
    """The projection of a unit of work: only customers whose events or owner concern a rule."""
    timeline = current_timeline()
    heard = timeline.types
    touched = {e.customer_id for e in work.written if e.type in heard and e.customer_id is not None}
    # A new or changed owner takes over what waits.
    touched |= {e.customer_id for e in work.written if e.type == "customer.owner_changed" and e.customer_id}
    alone = any(e.customer_id is None and e.type in heard for e in work.written)
    if not touched and not alone:
        return
    moment = _moment(work.now)
    touched -= enter(work, timeline, moment)
    _recompute([*touched, *([NO_CUSTOMER] if alone else [])], moment, timeline, work.actor)


def recompute(
    customer_ids: Iterable[int],
    now: datetime,
    *,
    timeline: Timeline | None = None,
    actor: str = "",
) -> Report:
    """Derive the duties of these customers as of `now` (or of the last tick, if that was later) and store
    what differs. Inside a transaction; holds the customers' clocks till its end."""
    return _recompute(customer_ids, _moment(now), timeline or current_timeline(), actor)


def _recompute(customer_ids: Iterable[int], moment: datetime, timeline: Timeline, actor: str) -> Report:
    report = Report()
    ids = sorted(set(customer_ids))
    people = People.load()
    for start in range(0, len(ids), CHUNK):
        report.add(_recompute_chunk(ids[start : start + CHUNK], moment, timeline, people, actor))
    return report


def _moment(now: datetime) -> datetime:
    """`now`, or the last tick if that was later."""
    return max([now, *(until for (until,) in _TICKED().rows())])


def _recompute_chunk(ids: list[int], now: datetime, timeline: Timeline, people: People, actor: str) -> Report:
    groups = merged_groups(ids)
    ids = sorted(pk for group in groups for pk in group)
    lock(ids)
    # A version put in force while this waited for the clocks: from here on it is seen, and its waking stays.
    timeline = current_timeline()
    events: dict[int, list[Event]] = {pk: [] for pk in ids}
    for event in engine_events([pk or None for pk in ids], timeline.types):
        events[int(event.customer) if event.customer else NO_CUSTOMER].append(event)
    duties: list[DutyResult] = []
    warnings: list[str] = []
    wakes: dict[int, datetime | None] = {}
    fresh = Fresh(timeline, now)
    for group in groups:
        known = events[group[0]] if len(group) == 1 else [event for pk in group for event in events[pk]]
        result = fresh.result(known) or evaluate(timeline.engine, known, now)
        duties.extend(result.duties)
        warnings.extend(said.render(gettext) for said in result.warnings)
        wakes.update(dict.fromkeys(group, result.wake))
    customers = {str(row[0]): dict(zip(CUSTOMER, row, strict=True)) for row in _CUSTOMERS(ids).rows()}
    duties = _at_home(duties, customers)
    wanted = {duty.key: duty for duty in duties if not is_untouched(duty)}
    report = _store(ids, wanted, customers, timeline, people, actor)
    report.warnings = warnings
    report.customers = len(ids)
    _set_clocks(wakes, duties, now, timeline, customers)
    return report


def _at_home(duties: list[DutyResult], customers: Mapping[str, Mapping[str, Any]]) -> list[DutyResult]:
    """What was to be done for a customer that is a part of another now is that one's: it stands on its page, in its
    next due time, with its owner. Taken back, it goes home, as all is derived from where the customer is."""
    homes: dict[str, str] = {}
    for key, row in customers.items():
        home = key
        while (into := customers.get(home, row)["merged_into_id"]) is not None and str(into) in customers:
            home = str(into)
        if home != key:
            homes[key] = home
    if not homes:
        return duties
    return [duty._replace(customer=homes.get(duty.customer or "", duty.customer)) for duty in duties]


def merged_groups(ids: list[int]) -> list[list[int]]:
    """The customers, each with those it was ever merged with: these are evaluated together, also after a
    merge was taken back, for what was recorded in between counts where it counted then. A query for each step."""
    groups = {pk: [pk] for pk in sorted(set(ids))}
    ask = set(groups)
    while ask:
        pairs = _MERGES(ask).rows()
        ask = {pk for pair in pairs for pk in pair} - groups.keys()
        for pk in ask:
            groups[pk] = [pk]
        for one, other in pairs:
            mine, theirs = groups[one], groups[other]
            if mine is not theirs:
                mine += theirs
                for pk in theirs:
                    groups[pk] = mine
    return [sorted(group) for pk, group in sorted(groups.items()) if pk == min(group)]


def _store(
    ids: list[int],
    wanted: Mapping[str, DutyResult],
    customers: Mapping[str, Mapping[str, Any]],
    timeline: Timeline,
    people: People,
    actor: str,
) -> Report:
    rows = _STORED([pk for pk in ids if pk != NO_CUSTOMER]).rows()
    if NO_CUSTOMER in ids:
        rows = [*rows, *_OF_NOBODY().rows()]
    stored = {row[1]: row for row in rows}
    owners = _subject_owners(duty for key, duty in wanted.items() if key not in stored or duty.state in WAITING)
    fresh: list[Duty] = []
    # By which columns changed: an index of none of them is not written.
    changed: dict[tuple[str, ...], list[tuple[Any, ...]]] = defaultdict(list)
    fired: dict[str, Duty] = {}
    report = Report()
    for key, duty in wanted.items():
        known = stored.get(key)
        values = _values(duty, customers, timeline, people, owners, known)
        row: Duty | None = None
        if known is None:
            row = _duty(values, key=key)
            fresh.append(row)
            report.opened += 1
            report.overdue += duty.state == DutyState.OVERDUE
            report.missed += duty.state == DutyState.MISSED
        elif known[2:] != values:
            places = [place for place, value in enumerate(values) if known[2 + place] != value]
            written = (*(values[place] for place in places), known[0])
            changed[tuple(FIELDS[place] for place in places)].append(written)
            report.overdue += duty.state == DutyState.OVERDUE and known[_STATE] != DutyState.OVERDUE
            report.missed += duty.state == DutyState.MISSED and known[_STATE] != DutyState.MISSED
        if duty.escalations:
            fired[key] = row or _duty(values, key=key, id=stored[key][0])
    gone = [row[0] for key, row in stored.items() if key not in wanted]
    if gone:
        Duty.objects.filter(pk__in=gone).delete()
    insert_rows(fresh)
    for columns, rows in changed.items():
        update_values(Duty, columns, rows)
    names = {row["pk"]: row["short_name"] or row["name"] for row in customers.values()}
    there = [row[0] for key, row in stored.items() if key in wanted]
    report.escalated = _store_escalations(wanted, fired, there, customers, people, names)
    tell_given([row for row in fresh if row.state in WAITING], names, actor=actor, people=people)
    return report


def _duty(values: tuple[Any, ...], **more: Any) -> Duty:
    made = _blank_duty()
    vars(made).update(zip(FIELDS, values, strict=True), **more)
    return made


def _values(
    duty: DutyResult,
    customers: Mapping[str, Mapping[str, Any]],
    timeline: Timeline,
    people: People,
    owners: Mapping[str, int],
    known: tuple[Any, ...] | None,
) -> tuple[Any, ...]:
    """The columns of FIELDS, in that order."""
    rule = duty.rule
    customer = customers.get(duty.customer or "")
    if known is not None and duty.state not in WAITING:
        # Settled: it stays with whom it was then.
        assignee_id = known[_ASSIGNEE]
    else:
        assignee = people.assignee(
            rule.assignee,
            customer_owner=people.active(customer["owner_id"]) if customer else None,
            subject_owner=people.active(owners.get(duty.subject or "")),
        )
        assignee_id = assignee.pk if assignee else None
    priority = rule.priority
    return (
        duty.clause,
        kind_of(rule),
        timeline.version_key(duty),
        rule.title or duty.clause,
        customer["pk"] if customer else None,
        duty.subject or "",
        duty.anchor,
        duty.opens_at,
        duty.due_at,
        duty.state,
        duty.closed_at,
        duty.closed_by or "",
        duty.late_seconds,
        PRIORITIES.get(priority, 2) if isinstance(priority, str) else priority,
        assignee_id,
    )


def _subject_owners(duties: Iterable[DutyResult]) -> dict[str, int]:
    """Subject -> person responsible for it, where the rule asks for him; one query per kind of subject."""
    wanted: dict[str, set[str]] = {}
    for duty in duties:
        kind, _, key = (duty.subject or "").partition(":")
        if duty.rule.assignee == "subject.owner" and kind in slices.registry.subjects:
            wanted.setdefault(kind, set()).add(key)
    owners: dict[str, int] = {}
    for kind, keys in wanted.items():
        for key, person in slices.registry.subjects[kind].owners(sorted(keys)).items():
            owners[f"{kind}:{key}"] = person
    return owners


def _store_escalations(
    wanted: Mapping[str, DutyResult],
    fired: Mapping[str, Duty],
    there: Sequence[int],
    customers: Mapping[str, Mapping[str, Any]],
    people: People,
    names: Mapping[int, str],
) -> int:
    """Store the steps that `fired`; each new one is told once. A step of a duty that was `there` and that
    the engine no longer gives (evidence entered late restated the duty) goes; its notice stays sent."""
    stored: dict[tuple[int, int], tuple[int, str, datetime]] = {}
    for start in range(0, len(there), 500):
        for pk, duty_id, position, role, at in _STEPS(there[start : start + 500]).rows():
            stored[duty_id, position] = (pk, role, at)
    fresh: list[Escalation] = []
    gone: list[int] = []
    for key, row in fired.items():
        duty = wanted[key]
        owner = people.active(row.assignee_id)
        if owner is None and (customer := customers.get(duty.customer or "")):
            owner = people.active(customer["owner_id"])
        for position, step in _positions(duty):
            known = stored.pop((row.pk, position), None)
            if known is not None and known[1:] == (step.to, step.at):
                continue
            if known is not None:
                gone.append(known[0])
            person = people.with_role(step.to, around=owner)
            made = _blank_step()
            made.duty, made.position, made.role, made.at = row, position, step.to, step.at
            made.person_id = person.pk if person else None
            fresh.append(made)
    gone += [pk for pk, _, _ in stored.values()]
    if gone:
        Escalation.objects.filter(pk__in=gone).delete()
    insert_rows(fresh)
    tell_escalated(fresh, names)
    return len(fresh)


def _positions(duty: DutyResult) -> list[tuple[int, Step]]:
    """The fired steps with their places in the rule's list; a rule may name one role twice."""
    places = list(enumerate(duty.rule.escalate))
    found: list[tuple[int, Step]] = []
    for step in duty.escalations:
        while places and places[0][1].to != step.to:
            places.pop(0)
        found.append((places.pop(0)[0] if places else len(found), step))
    return found


def _set_clocks(
    wakes: Mapping[int, datetime | None],
    duties: Iterable[DutyResult],
    now: datetime,
    timeline: Timeline,
    customers: Mapping[str, Mapping[str, Any]],
) -> None:
    """Which periods are open without a row, and when each customer's next duty and next period fall due."""
    untouched: dict[str, set[str]] = {}
    due: dict[str, datetime] = {}
    period_due: dict[str, datetime] = {}
    for duty in duties:
        if duty.customer is None:
            continue
        first = due
        if is_untouched(duty):
            untouched.setdefault(duty.customer, set()).add(period_of(duty))
            first = period_due
        if duty.due_at is not None and duty.state in (DutyState.OPEN, DutyState.OVERDUE):
            first[duty.customer] = min(duty.due_at, first.get(duty.customer, duty.due_at))
    update_values(
        DutyClock,
        ["wake_at", "evaluated_at", "versions", "open_cadences"],
        [
            (wake, now, len(timeline.versions), sorted(untouched.get(str(pk), ())), pk)
            for pk, wake in sorted(wakes.items())
        ],
    )
    coming = turns(timeline, now)
    states = states_of(customers.values(), timeline) if coming else {}
    moved = []
    for key, row in customers.items():
        period = period_due.get(key)
        if row["archived_at"] is None:
            period = next_period_due(period, coming, states.get(row["pk"], {}), untouched.get(key, set()))
        moment = min((at for at in (due.get(key), period) if at is not None), default=None)
        if (row["next_due_at"], row["next_period_due_at"]) != (moment, period):
            moved.append((moment, period, row["pk"]))
    update_values(Customer, ["next_due_at", "next_period_due_at"], moved)
