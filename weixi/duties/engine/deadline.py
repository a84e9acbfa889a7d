"""Deadlines: after this event, that evidence within so long."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from weixi.duties.engine.duty import Duty, State, Step
from weixi.duties.engine.events import YEARS, Event, by_occurrence, by_recording, read_instant, taken_back_by
from weixi.duties.engine.evidence import MOMENT, Evidence, fired, late_seconds, weigh
from weixi.duties.engine.log import Bucket
from weixi.duties.engine.pauses import move_due
from weixi.duties.engine.run import Run
from weixi.duties.engine.timeline import Book, DeadlineRule
from weixi.kernel.calendar.wall import midnight
from weixi.kernel.importing.wording import gettext_noop as _
from weixi.kernel.importing.wording import say

_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


class _Found(NamedTuple):
    evidence: Evidence
    closing: Event | None


def deadline_duty(run: Run, book: Book, compiled: DeadlineRule, anchor: Event, customer: str | None) -> Duty | None:
    """The duty that `anchor` makes under the rule, or None: not asked for, not yet open, no due date."""
    if not _matches(run, compiled, anchor, customer):
        return None
    rule = compiled.rule
    opens = anchor.occurred_at if rule.after is None else book.add_on(rule.clock, anchor.occurred_at, rule.after)
    due = _first_due(run, book, compiled, anchor)
    if due is None:
        return None
    if opens > run.now:
        run.look_again(opens)
        return None
    key = f"{rule.clause}|{anchor.subject or ''}|{anchor.id}"
    matters = _Matters(run, compiled, anchor, customer)
    evidence, closing = matters.at(run.now)
    waived_at = _waived_at(run, key, anchor, matters)
    state: State | None = None
    if waived_at is not None:
        state = State.WAIVED
    elif evidence.withdrawn_from is not None:
        state = State.WITHDRAWN
    elif closing is not None:
        state = State.DONE
    closed_at: datetime | None = None
    if state is State.DONE and closing is not None:
        closed_at = closing.recorded_at if rule.measure == "recorded_at" else closing.occurred_at
    first_due, still_paused = due, False
    pauses = _pauses(run, compiled, anchor)
    if pauses:
        due, still_paused = move_due(book, compiled, pauses, due, closed_at)
    if state is None and still_paused:
        state = State.PAUSED
    steps: tuple[Step, ...] = ()
    # No step comes before this instant, and what was settled by then, as known then, is reported to nobody.
    reported_from = max(due, anchor.recorded_at)
    if rule.escalate and not still_paused and not matters.settled_for_good(reported_from):
        planned = [Step(s.to, max(book.add(due, s.after), anchor.recorded_at)) for s in rule.escalate]

        def was_settled(at: datetime) -> bool:
            if matters.at(at).evidence.settled(at):
                return True
            known = [event for event in pauses if event.recorded_at <= at]
            return bool(known) and move_due(book, compiled, known, first_due, None).still

        steps = fired(planned, run.now, waived_at, was_settled)
        if state is None:
            for step in planned:
                run.look_again(step.at)
    if state is None:
        run.look_again(due + MOMENT)
        state = State.OPEN if run.now <= due else State.OVERDUE
    return Duty(
        key,
        rule.clause,
        customer,
        anchor.subject,
        anchor.id,
        opens,
        None if still_paused else due,
        state,
        closed_at,
        closing.id if closing is not None and closed_at is not None else None,
        late_seconds(closed_at, due) if closed_at is not None else None,
        steps,
        rule,
        book.version,
    )


def _matches(run: Run, compiled: DeadlineRule, anchor: Event, customer: str | None) -> bool:
    where = compiled.where
    # What takes something back asks for nothing itself.
    if not where.data_holds(anchor.data) or taken_back_by(anchor) is not None:
        return False
    if not where.state:
        return True
    if customer is None:
        return False
    return where.state_holds(run.log.history(customer).fields_at(anchor.recorded_at))


class _Matters:
    """Evidence for one deadline, as known at an instant."""

    def __init__(self, run: Run, compiled: DeadlineRule, anchor: Event, customer: str | None) -> None:
        self._log = run.log
        self._compiled = compiled
        self._anchor = anchor
        self._customer = customer
        self._by_customer = compiled.rule.same == "customer"
        # Only a merge changes which events matter as time goes on.
        self._fixed = not (self._by_customer and run.log.merges.ever_merged(customer))
        self._found: _Found | None = None

    def at(self, at: datetime) -> _Found:
        if not self._fixed:
            return self._look(at)
        if self._found is None:
            self._found = self._look(at)
        return self._found

    def settled_for_good(self, at: datetime) -> bool:
        """Whether the duty was settled by then, as known then and at any instant after."""
        return self._fixed and self.at(at).evidence.settled(at)

    def _look(self, at: datetime) -> _Found:
        rule, anchor, since = self._compiled.rule, self._anchor, self._anchor.occurred_at
        by_record = rule.measure == "recorded_at"
        customers: Sequence[str] = () if self._customer is None else (self._customer,)
        if self._by_customer:
            customers = list(self._log.one_customer(self._customer, at))
            around = [self._log.bucket_of(name) for name in customers]
        else:
            around = [self._log.of_subject(anchor.subject)]
        closing_in = [self._log.naming(anchor.id)] if rule.match == "anchor" else around
        found = [bucket.find(self._compiled.closes_on, since, None if by_record else anchor) for bucket in closing_in]
        if len(found) == 1 and not by_record:
            closing, first_recorded = found[0]
        else:
            recorded = [f.recorded for f in found if f.recorded is not None]
            if by_record and self._is_own_evidence():
                recorded.append(anchor)
            first_recorded = min(recorded, key=by_recording, default=None)
            occurred = [f.occurred for f in found if f.occurred is not None]
            closing = first_recorded if by_record else min(occurred, key=by_occurrence, default=None)
        withdrawal = self._withdrawal(around, customers)
        evidence = weigh(first_recorded.recorded_at if first_recorded else None, withdrawal)
        return _Found(evidence, closing)

    def _is_own_evidence(self) -> bool:
        """An anchor without a subject (or customer) shares it with nothing but itself."""
        shared = self._customer if self._by_customer else self._anchor.subject
        return shared is None and self._compiled.rule.match is None and self._anchor.type in self._compiled.closes_on

    def _withdrawal(self, around: Sequence[Bucket], customers: Sequence[str]) -> datetime | None:
        anchor = self._anchor
        times: list[datetime] = []
        if (taker := self._log.taken_back.get(anchor.id)) is not None and taker.type == anchor.type:
            times.append(taker.recorded_at)
        if self._compiled.withdraws_on:
            for bucket in around:
                first = bucket.find(self._compiled.withdraws_on, anchor.occurred_at, anchor).recorded
                if first is not None:
                    times.append(first.recorded_at)
        for name in customers:
            for event in self._log.history(name).archivings:
                if event.occurred_at >= anchor.occurred_at and event is not anchor:
                    times.append(event.recorded_at)
        return min(times) if times else None


def _waived_at(run: Run, key: str, anchor: Event, matters: _Matters) -> datetime | None:
    """When the duty was waived; a waiver of what was then known as done or withdrawn counts for nothing."""
    waiver = run.waiver(key)
    if waiver is None:
        return None
    at = waiver.recorded_at
    if anchor.recorded_at <= at and matters.at(at).evidence.settled(at):
        return None
    return at


def _pauses(run: Run, compiled: DeadlineRule, anchor: Event) -> list[Event]:
    if not compiled.pauses_on:
        return []
    types = compiled.pauses_on | compiled.resumes_on
    around = run.log.of_subject(anchor.subject) if anchor.subject is not None else Bucket((anchor,))
    return around.since(types, anchor.occurred_at)


def _first_due(run: Run, book: Book, compiled: DeadlineRule, anchor: Event) -> datetime | None:
    rule = compiled.rule
    if rule.within is not None:
        return book.add_on(rule.clock, anchor.occurred_at, rule.within)
    name = (rule.due_from or "").removeprefix("data.")
    value = anchor.data.get(name) if isinstance(anchor.data, dict) else None
    due = read_due(value, book)
    if due is None:
        told = {"clause": rule.clause, "place": rule.due_from or "", "event": anchor.id}
        if value is None:
            run.warnings.add(say(_("%(clause)s: %(place)s of event %(event)s is missing; no duty was made"), **told))
        else:
            run.warnings.add(say(_("%(clause)s: %(place)s of event %(event)s is no date; no duty was made"), **told))
    return due


def read_due(value: Any, book: Book) -> datetime | None:
    """`YYYY-MM-DD` means the midnight that ends the day; a time needs an offset. None: unreadable."""
    if not isinstance(value, str):
        return None
    try:
        if _DATE.fullmatch(value):
            day = date.fromisoformat(value)
            return midnight(day + timedelta(days=1), book.tz) if day.year in YEARS else None
    except (ValueError, OverflowError):
        return None
    return read_instant(value)
