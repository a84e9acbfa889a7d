"""duties = f(policy, events, calendar, now)."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from operator import attrgetter

from weixi.duties.engine.cadence import cadence_duties
from weixi.duties.engine.deadline import deadline_duty
from weixi.duties.engine.duty import Duty
from weixi.duties.engine.events import Event
from weixi.duties.engine.log import EventLog
from weixi.duties.engine.node import contact_node_duties, contact_nodes, customer_node_duties
from weixi.duties.engine.run import Run
from weixi.duties.engine.standing import standing
from weixi.duties.engine.timeline import PolicyTimeline
from weixi.duties.engine.window import Person
from weixi.kernel.importing.wording import Said, say
from weixi.kernel.importing.wording import gettext_noop as _

_key = attrgetter("key")


@dataclass(frozen=True, slots=True)
class Result:
    """The duties at `now`, sorted by key, and what people should be told about the input.

    `wake`: see `next_change`.
    """

    now: datetime
    duties: tuple[Duty, ...]
    warnings: tuple[Said, ...]
    wake: datetime | None


def evaluate(
    timeline: PolicyTimeline,
    events: Iterable[Event],
    now: datetime,
    *,
    rules: Collection[str] | None = None,
) -> Result:
    """All duties that the policy makes of the events recorded by `now`; pure and independent of their order.

    `rules` restricts the result to these clauses. The events may be those of one customer: its duties are
    then those of the whole log, provided that everything that touches them is among the events — what
    carries the customer (merged customers go together), shares a subject with its events, names one of them
    as `data.anchor` or waives one of its duties.

    Raises EventConflictError where an id stands twice with different content.
    """
    evaluation = Evaluation(timeline, events, now, rules=rules)
    duties = sorted(evaluation.duties(), key=_key)
    return Result(now, tuple(duties), evaluation.warnings(), evaluation.wake)


class Evaluation:
    """One evaluation whose duties are handed out customer by customer, so that they need not all be held."""

    def __init__(
        self,
        timeline: PolicyTimeline,
        events: Iterable[Event],
        now: datetime,
        *,
        rules: Collection[str] | None = None,
    ) -> None:
        self._timeline = timeline.only(rules).watching()
        self._run = Run(self._timeline, EventLog(events, now))

    def duties(self) -> Iterator[Duty]:
        """The duties, each once, in no order. `warnings` and `wake` are complete when all were taken."""
        yield from self._of_customers()
        yield from self._of_contacts()

    def warnings(self) -> tuple[Said, ...]:
        years = {year for book in self._timeline.books for year in book.calendar.missing_years}
        told = [
            say(
                _(
                    "the public holidays of %(year)s are not announced in the holiday table; the working days of the "
                    "week were used"
                ),
                year=year,
            )
            for year in sorted(years)
        ]
        return (*told, *sorted(self._run.warnings, key=str))

    @property
    def wake(self) -> datetime | None:
        return self._run.wake

    def _of_customers(self) -> Iterator[Duty]:
        log = self._run.log
        for customer in list(log.of_customer):
            yield from self._of_anchors(customer)
            if customer is not None:
                person = Person(self._run, customer)
                yield from self._once(self._in_calendar(person))
                log.forget(customer)

    def _of_anchors(self, customer: str | None) -> Iterator[Duty]:
        books = self._timeline.books
        only = books[0] if len(books) == 1 else None
        for event in self._run.log.of_customer[customer]:
            if only is not None:
                book = only if event.occurred_at >= only.start else None
            else:
                book = self._timeline.in_force(event.occurred_at)
            if book is None:
                continue
            for compiled in book.deadlines.get(event.type, ()):
                if compiled.where.data and not compiled.where.data_holds(event.data):
                    continue
                duty = deadline_duty(self._run, book, compiled, event, customer)
                if duty is not None:
                    yield duty

    def _in_calendar(self, person: Person) -> Iterator[Duty]:
        run, snapshots = self._run, person.history.snapshots
        last = len(snapshots) - 1
        for book in self._timeline.books:
            rules_of = standing(book).rules
            for place, known in enumerate(snapshots):
                if not known.there:
                    continue
                until = snapshots[place + 1].at if place < last else None
                rules = rules_of(known.fields)
                for compiled in rules.cadences:
                    yield from cadence_duties(run, book, compiled, person, known.at, until)
                for compiled in rules.nodes:
                    yield from customer_node_duties(run, book, compiled, person, known, until)

    def _of_contacts(self) -> Iterator[Duty]:
        if not any(True for book in self._timeline.books for _ in contact_nodes(book)):
            return
        for subject in self._run.log.contacts:
            yield from self._once(self._of_contact(subject))

    def _of_contact(self, subject: str) -> Iterator[Duty]:
        contact = self._run.log.contact(subject)
        people: dict[str, Person] = {}
        for book in self._timeline.books:
            for compiled in contact_nodes(book):
                yield from contact_node_duties(self._run, book, compiled, subject, contact, people)

    def _once(self, duties: Iterator[Duty]) -> Iterator[Duty]:
        """Where two versions make the same key, the earlier one's holds; they come in that order."""
        if len(self._timeline.books) == 1:
            yield from duties
            return
        seen: set[str] = set()
        for duty in duties:
            if duty.key not in seen:
                seen.add(duty.key)
                yield duty
