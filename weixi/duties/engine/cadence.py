"""Cadences: so many qualifying events in each period of the calendar."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import NamedTuple

from weixi.duties.engine.duty import Duty
from weixi.duties.engine.periods import starts
from weixi.duties.engine.run import Run
from weixi.duties.engine.timeline import Book, WindowRule
from weixi.duties.engine.window import Person, Slot, planned_steps, touched, window_duty
from weixi.kernel.calendar.wall import midnight
from weixi.policy.document.rules import Cadence

# Tables reach this far beyond the instant asked for: a longest period and more, so that the period
# that starts next is always in them.
AHEAD = timedelta(days=400)
_SPARE = timedelta(days=400)


class SlotTable(NamedTuple):
    """The slots of a rule that open before `until`, in order."""

    slots: list[Slot]
    opens: list[datetime]
    until: datetime


def cadence_slots(book: Book, compiled: WindowRule, now: datetime) -> SlotTable:
    """The periods that start while the version is in force, at least 400 days ahead of `now`."""
    table: SlotTable | None = book.memo.get(compiled)
    if table is None or now + AHEAD > table.until:
        table = book.memo[compiled] = _build(book, compiled, now + AHEAD + _SPARE)
    return table


def _build(book: Book, compiled: WindowRule, until: datetime) -> SlotTable:
    rule = compiled.rule
    assert isinstance(rule, Cadence)
    slots: list[Slot] = []
    days = starts(rule.every, book.local_date(book.start))
    day = next(days)
    for following in days:
        opens, due = midnight(day, book.tz), midnight(following, book.tz)
        if opens >= until or (book.end is not None and opens >= book.end):
            break
        if opens >= book.start:
            slots.append(Slot(day.isoformat(), opens, due, due, planned_steps(book, due, rule.escalate)))
        day = following
    return SlotTable(slots, [slot.opens for slot in slots], until)


def cadence_duties(
    run: Run, book: Book, compiled: WindowRule, person: Person, since: datetime, until: datetime | None
) -> Iterator[Duty]:
    """A duty for each period that starts in [since, until), while the customer is there and matches."""
    table = cadence_slots(book, compiled, run.now)
    subject = f"customer:{person.customer}"
    begun = bisect_right(table.opens, run.now)
    first = bisect_left(table.opens, since)
    end = len(table.opens) if until is None else bisect_left(table.opens, until)
    for slot in table.slots[first : min(end, begun)]:
        yield window_duty(run, book, compiled, person, slot, subject)
    following = max(first, begun)
    if following < end:
        slot = table.slots[following]
        run.look_again(slot.opens if touched(run, compiled, person, slot) else slot.over)
