"""Nodes: a day that returns — a birthday, an anniversary, a festival — and what is done for it."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta

from weixi.duties.engine.cadence import AHEAD, SlotTable
from weixi.duties.engine.duty import Duty
from weixi.duties.engine.returning import Returning, read_anniversary, read_birthday
from weixi.duties.engine.run import Run
from weixi.duties.engine.state import History, Snapshot
from weixi.duties.engine.timeline import Book, WindowRule
from weixi.duties.engine.window import Person, Slot, planned_steps, window_duty
from weixi.kernel.calendar.wall import midnight
from weixi.policy.document.rules import Node, returning_day

BIRTHDAY = "contact.birthday"
_DAY = timedelta(days=1)
_SPARE = timedelta(days=800)


def is_personal(node: Node) -> bool:
    """The date differs from customer to customer, or from contact to contact."""
    return node.date is not None and not node.date.startswith("--")


def contact_nodes(book: Book) -> list[WindowRule]:
    """The nodes kept for each contact; the others are kept for each customer."""
    return _nodes(book)[0]


def customer_nodes(book: Book) -> list[WindowRule]:
    return _nodes(book)[1]


def _nodes(book: Book) -> tuple[list[WindowRule], list[WindowRule]]:
    found: tuple[list[WindowRule], list[WindowRule]] | None = book.memo.get(_nodes)
    if found is None:
        of_contacts = [compiled for compiled in book.nodes if _node(compiled).date == BIRTHDAY]
        found = of_contacts, [compiled for compiled in book.nodes if compiled not in of_contacts]
        book.memo[_nodes] = found
    return found


def customer_node_duties(
    run: Run, book: Book, compiled: WindowRule, person: Person, known: Snapshot, until: datetime | None
) -> Iterator[Duty]:
    """The duties of one customer under a node that is not a contact's, whose slot opens in [known.at, until), while
    the customer is there and matches."""
    node = _node(compiled)
    slots: Iterable[Slot]
    if not is_personal(node):
        slots = _common_slots(run, book, compiled, known.at, until)
    else:
        returning = read_anniversary(_text(known.fields.get(str(node.date).removeprefix("customer."))))
        if returning is None:
            return
        slots = _personal_slots(run, book, compiled, returning, known.at, until)
    subject = f"customer:{person.customer}"
    for slot in slots:
        yield window_duty(run, book, compiled, person, slot, subject)


def contact_node_duties(
    run: Run, book: Book, compiled: WindowRule, subject: str, contact: History, people: dict[str, Person]
) -> Iterator[Duty]:
    """The duties for one contact's birthday, each for the customer whose contact it then was."""
    for place, known in enumerate(contact.snapshots):
        if not known.there or known.customer is None or not compiled.where.data_holds(known.fields):
            continue
        returning = read_birthday(_text(known.fields.get("birthday")), known.fields.get("lunar") is True)
        if returning is None:
            continue
        until = contact.snapshots[place + 1].at if place + 1 < len(contact.snapshots) else None
        for slot in _personal_slots(run, book, compiled, returning, known.at, until):
            customer = run.log.merges.root(known.customer, slot.opens)
            person = people.get(customer)
            if person is None:
                person = people[customer] = Person(run, customer)
            if _customer_fits(person.history.known_at(slot.opens), compiled):
                yield window_duty(run, book, compiled, person, slot, subject)


def _customer_fits(known: Snapshot | None, compiled: WindowRule) -> bool:
    return known is not None and known.there and compiled.where.state_holds(known.fields)


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None


def _node(compiled: WindowRule) -> Node:
    assert isinstance(compiled.rule, Node)
    return compiled.rule


def _common_slots(run: Run, book: Book, compiled: WindowRule, since: datetime, until: datetime | None) -> list[Slot]:
    """The slots that opened in [since, until), and a note of the one that opens next."""
    table = _common_table(book, compiled, run.now)
    first = bisect_left(table.opens, since)
    end = len(table.opens) if until is None else bisect_left(table.opens, until)
    begun = bisect_right(table.opens, run.now)
    following = max(first, begun)
    if following < end:
        run.look_again(table.opens[following])
    return table.slots[first : min(end, begun)]


def _common_table(book: Book, compiled: WindowRule, now: datetime) -> SlotTable:
    table: SlotTable | None = book.memo.get(compiled)
    if table is None or now + AHEAD > table.until:
        table = book.memo[compiled] = _build(book, compiled, now + _SPARE)
    return table


def _build(book: Book, compiled: WindowRule, until: datetime) -> SlotTable:
    node = _node(compiled)
    returning = common_date(node)
    last = book.local_date(until) + _before(node)
    slots: list[Slot] = []
    for day in returning.between(book.local_date(book.start), last):
        slot = slot_on(book, compiled, day)
        if slot is not None:
            slots.append(slot)
    return SlotTable(slots, [slot.opens for slot in slots], until)


def _personal_slots(
    run: Run,
    book: Book,
    compiled: WindowRule,
    returning: Returning,
    since: datetime,
    until: datetime | None,
) -> Iterator[Slot]:
    """The slots of a person's day that opened in [since, until), and a note of the one that opens next."""
    since = max(since, book.start)
    ahead = run.now + AHEAD
    last = min(ahead, until or ahead, book.end or ahead)
    if last <= since:
        return
    final_day = book.local_date(last) + _before(_node(compiled))
    for day in returning.between(book.local_date(since), final_day):
        slot = slot_on(book, compiled, day)
        if slot is None or slot.opens < since or (until is not None and slot.opens >= until):
            continue
        if slot.opens > run.now:
            run.look_again(slot.opens)
            return
        yield slot


def slot_on(book: Book, compiled: WindowRule, day: date) -> Slot | None:
    """The slot of that day under this version, or None when the day opens under another one.

    A day that falls between the openings of two versions opens when the later one takes effect.
    """
    memo_key = (compiled, day)
    if memo_key in book.memo:
        found: Slot | None = book.memo[memo_key]
        return found
    slot = book.memo[memo_key] = _slot(book, compiled, day)
    return slot


def _slot(book: Book, compiled: WindowRule, day: date) -> Slot | None:
    node = _node(compiled)
    opens = midnight(day - _before(node), book.tz)
    if opens < book.start:
        if not _waited_for(book, node, day):
            return None
        opens = book.start
    if book.end is not None and opens >= book.end:
        return None
    due = midnight(day + _DAY, book.tz)
    steps = planned_steps(book, due, node.escalate)
    return Slot(day.isoformat(), opens, due, book.add(due, node.grace), steps)


def _waited_for(book: Book, node: Node, day: date) -> bool:
    """Under the version before, the day would have opened only after this one took effect."""
    before = book.previous
    if before is None:
        return False
    for compiled in before.nodes:
        earlier = _node(compiled)
        if earlier.clause == node.clause and _returns_on(earlier, node, day):
            return midnight(day - _before(earlier), before.tz) >= book.start
    return False


def _returns_on(earlier: Node, node: Node, day: date) -> bool:
    """Whether both rules keep this day, for the same subject."""
    if is_personal(earlier) or is_personal(node):
        return earlier.date == node.date
    return day in common_date(earlier).between(day, day)


def common_date(node: Node) -> Returning:
    """The day of a rule that is the same for everybody."""
    if node.festival is not None:
        return Returning(festival=node.festival)
    parts = returning_day(str(node.date), bool(node.lunar))
    if parts is None:
        raise ValueError(f"{node.date} is no day that returns")
    return Returning(parts[0], parts[1], bool(node.lunar))


def _before(node: Node) -> timedelta:
    return timedelta(days=node.before.days) if node.before is not None else timedelta()
