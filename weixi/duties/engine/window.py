"""Duties that stand in the calendar: opened by a date, closed by evidence inside a window of time."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple

from weixi.duties.engine.duty import Duty, State, Step
from weixi.duties.engine.events import Event
from weixi.duties.engine.evidence import MOMENT, NO_EVIDENCE, Evidence, fired, late_seconds, weigh
from weixi.duties.engine.run import Run
from weixi.duties.engine.state import History
from weixi.duties.engine.timeline import PURPOSE, Book, WindowRule
from weixi.policy.document.rules import Escalation


class Slot(NamedTuple):
    """One turn of a rule, the same for everybody: evidence counts in [opens, over), the duty is missed from
    `over` on. `day` names it: the period's first day, or the day itself."""

    day: str
    opens: datetime
    due: datetime
    over: datetime
    steps: tuple[Step, ...]


def planned_steps(book: Book, due: datetime, escalate: tuple[Escalation, ...]) -> tuple[Step, ...]:
    return tuple(Step(step.to, book.add(due, step.after)) for step in escalate)


class Proofs(NamedTuple):
    """A customer's events that qualify for a rule, in order of occurrence."""

    events: list[Event]
    times: list[datetime]

    def inside(self, start: datetime, end: datetime) -> list[Event]:
        if not self.events:
            return self.events
        return self.events[bisect_left(self.times, start) : bisect_left(self.times, end)]


class Person:
    """One customer during an evaluation: its history, and the proofs for each rule."""

    def __init__(self, run: Run, customer: str) -> None:
        self.customer = customer
        self.history: History = run.log.history(customer)
        self._events = run.log.of_customer.get(customer, [])
        self._proofs: dict[tuple[int, int], Proofs] = {}

    def proofs(self, compiled: WindowRule) -> Proofs:
        found = self._proofs.get(compiled.proof)
        if found is None:
            on, qualifies, extra = compiled.on, compiled.qualifies, compiled.extra
            events = [e for e in self._events if e.type in on and qualifies.data_holds(e.data)]
            if extra:
                events = [e for e in events if not (isinstance(e.data, dict) and e.data.get(PURPOSE) in extra)]
            found = self._proofs[compiled.proof] = Proofs(events, [event.occurred_at for event in events])
        return found


def window_duty(run: Run, book: Book, compiled: WindowRule, person: Person, slot: Slot, subject: str) -> Duty:
    """The duty of one slot that has opened."""
    rule, now = compiled.rule, run.now
    key = f"{rule.clause}|{subject}|{slot.day}"
    inside = person.proofs(compiled).inside(slot.opens, slot.over)
    done_from: datetime | None = None
    if len(inside) >= compiled.times:
        done_from = sorted(event.recorded_at for event in inside)[compiled.times - 1]
    evidence = NO_EVIDENCE
    ending = person.history.ending_between(slot.opens, slot.over)
    if done_from is not None or ending is not None:
        evidence = weigh(done_from, ending.recorded_at if ending else None)
    waived_at: datetime | None = None
    if run.log.waivers:
        waived_at = _waived_at(run.log.waivers, key, evidence)
    state, closing = _state(evidence, waived_at, slot, now), None
    if state is State.DONE:
        closing = inside[compiled.times - 1]
    steps = fired(slot.steps, now, waived_at, evidence.settled) if slot.steps else ()
    if state in _PENDING:
        run.look_again(slot.due + MOMENT if slot.due < slot.over else None)
        run.look_again(slot.over)
        for step in slot.steps:
            run.look_again(step.at)
    return Duty(
        key,
        rule.clause,
        person.customer,
        subject,
        slot.day,
        slot.opens,
        slot.due,
        state,
        closing.occurred_at if closing else None,
        closing.id if closing else None,
        late_seconds(closing.occurred_at, slot.due) if closing else None,
        steps,
        rule,
        book.version,
    )


_PENDING = (State.OPEN, State.OVERDUE, State.MISSED)


def _state(evidence: Evidence, waived_at: datetime | None, slot: Slot, now: datetime) -> State:
    if waived_at is not None:
        return State.WAIVED
    if evidence.withdrawn_from is not None:
        return State.WITHDRAWN
    if evidence.done_from is not None:
        return State.DONE
    if now >= slot.over:
        return State.MISSED
    return State.OVERDUE if now > slot.due else State.OPEN


def _waived_at(waivers: Mapping[str, Event], key: str, evidence: Evidence) -> datetime | None:
    waiver = waivers.get(key)
    if waiver is None or evidence.settled(waiver.recorded_at):
        return None
    return waiver.recorded_at


def touched(run: Run, compiled: WindowRule, person: Person, slot: Slot) -> bool:
    """Whether the slot will show something of its own as soon as it opens."""
    if person.proofs(compiled).inside(slot.opens, slot.over):
        return True
    return bool(run.log.waivers) and f"{compiled.rule.clause}|customer:{person.customer}|{slot.day}" in run.log.waivers
