"""What of a period has no row yet: running cadence periods nobody has touched, and all that begins later.

Each rule is turned into conditions the database counts by. They say the same as `cadences` and the engine's nodes say
of one customer; `lines.py` asks those for the customers it draws.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, TextField, Value
from django.db.models.fields import Field
from django.db.models.functions import Cast, Left, Right
from django.db.models.lookups import In, LessThan

from weixi.customers.models import Contact, CustomerTag
from weixi.duties.cadences import Turn
from weixi.duties.engine.cadence import cadence_slots
from weixi.duties.engine.conditions import Condition, Test
from weixi.duties.engine.node import BIRTHDAY, common_date, is_personal, slot_on
from weixi.duties.engine.returning import Returning
from weixi.duties.engine.timeline import Book, WindowRule
from weixi.duties.engine.window import Slot
from weixi.duties.models import DutyClock
from weixi.duties.planning.periods import Period
from weixi.duties.timeline import Timeline
from weixi.policy.document.rules import Cadence, Node

# Names of a contact's fields in events, where the column is called otherwise.
_COLUMNS = {"lunar": "birthday_lunar"}
NOBODY = Q(pk__in=())


@dataclass(frozen=True, slots=True)
class ToCome:
    """One rule's turn, or turns, of the period. `days` are month and day as stored (`-12-08`) -> slot for days that
    differ from customer to customer, solar and lunar apart; else `slot` is everybody's."""

    book: Book
    compiled: WindowRule
    slot: Slot | None = None
    days: Mapping[str, Slot] = field(default_factory=dict)
    lunar: Mapping[str, Slot] = field(default_factory=dict)
    # A cadence period that has begun.
    runs: bool = False

    @property
    def rule(self) -> Cadence | Node:
        return self.compiled.rule

    @property
    def of_contacts(self) -> bool:
        return isinstance(self.rule, Node) and self.rule.date == BIRTHDAY

    @property
    def turn(self) -> Turn | None:
        """Of a cadence: as `cadences` takes it."""
        return Turn(self.book, self.compiled, self.slot, None) if isinstance(self.rule, Cadence) else None


def to_come(timeline: Timeline, now: datetime, period: Period) -> list[ToCome]:
    """What falls due in the period and has no row at `now`; nothing for a period that is over."""
    if period.until <= now:
        return []
    found: list[ToCome] = []
    for book in timeline.engine.books:
        if book.end is not None and book.end <= now:
            # Slots of it that still run opened before its end.
            found += _cadences(book, now, period)
            continue
        found += [*_cadences(book, now, period), *_nodes(book, now, period)]
    return found


def _cadences(book: Book, now: datetime, period: Period) -> Iterable[ToCome]:
    for compiled in book.cadences:
        for slot in cadence_slots(book, compiled, max(now, period.begin)).slots:
            if slot.over > now and period.begin < slot.due <= period.until:
                yield ToCome(book, compiled, slot, runs=slot.opens <= now)


def _nodes(book: Book, now: datetime, period: Period) -> Iterable[ToCome]:
    """Days whose duties have not opened: those that have stand among the rows."""
    for compiled in book.nodes:
        node = compiled.rule
        assert isinstance(node, Node)
        slots = {day: slot for day in period.days() if (slot := slot_on(book, compiled, day)) and slot.opens > now}
        if not slots:
            continue
        if is_personal(node):
            texts = {
                lunar: {text: slots[day] for text, day in _stored(period.first, period.last, lunar) if day in slots}
                for lunar in (False, True)
            }
            yield ToCome(book, compiled, days=texts[False], lunar=texts[True])
        else:
            for day in common_date(node).between(period.first, period.last):
                if day in slots:
                    yield ToCome(book, compiled, slots[day])


@lru_cache(maxsize=64)
def _stored(first: date, last: date, lunar: bool) -> tuple[tuple[str, date], ...]:
    """Every month and day as stored that returns between the two days, and when."""
    months = {1: 31, 2: 29, 3: 31, 4: 30, 5: 31, 6: 30, 7: 31, 8: 31, 9: 30, 10: 31, 11: 30, 12: 31}
    return tuple(
        (f"-{month:02d}-{number:02d}", day)
        for month, length in months.items()
        for number in range(1, (30 if lunar else length) + 1)
        for day in Returning(month, number, lunar).between(first, last)
    )


# --- conditions -------------------------------------------------------------------------------------


def customer_condition(item: ToCome) -> Q:
    """Of customers: the rule asks something of this one in the period, and it has no row. Not for contacts' days."""
    state = state_condition(item.compiled.where)
    if isinstance(item.rule, Cadence):
        assert item.slot is not None
        return _untouched(item.rule, item.slot, state)
    if item.slot is not None:
        return state
    column = str(item.rule.date).removeprefix("customer.")
    # The day itself, where its year is known, is no anniversary.
    years = {slot.day[:4] for slot in item.days.values()}
    if not years:
        return NOBODY
    past = Q(**{f"{column}__startswith": "-"}) | Q(LessThan(Left(F(column), 4), Value(min(years))))
    return state & _on(column, item.days) & past


def contact_condition(item: ToCome) -> Q:
    """Of contacts: this one's day lies in the period and has no row."""
    on = (Q(birthday_lunar=False) & _on("birthday", item.days)) | (Q(birthday_lunar=True) & _on("birthday", item.lunar))
    where = item.compiled.where
    return on & fields_condition(where.data) & state_condition(where, "customer__")


def _on(column: str, days: Mapping[str, Slot]) -> Q:
    """An empty list is no condition a database takes."""
    return Q(In(Right(F(column), 6), sorted(days))) if days else NOBODY


def _untouched(rule: Cadence, slot: Slot, state: Q) -> Q:
    """As `cadences._is_open` says it: what the clock holds as open, or the state for a period begun since."""
    name = json.dumps(f"{rule.clause}|{slot.day}")
    plain = json.dumps(f"{rule.clause}|{slot.day}", ensure_ascii=False)
    clocks = DutyClock.objects.filter(pk=OuterRef("pk"))
    listed = clocks.filter(evaluated_at__gte=slot.opens).annotate(held=Cast("open_cadences", TextField()))
    # The two databases keep letters beyond ASCII differently.
    held = Q(Exists(listed.filter(Q(held__contains=name) | Q(held__contains=plain))))
    begun_since = Q(Exists(clocks.filter(evaluated_at__lt=slot.opens)))
    return held | (begun_since & state)


def state_condition(where: Condition, prefix: str = "") -> Q:
    """`Condition.state_holds` for a row of customers (behind `prefix`)."""
    found = Q()
    for test in where.state:
        texts = sorted(value for value in test.plain if isinstance(value, str) and value)
        if not texts:
            return NOBODY
        if test.name == "tags":
            tags = CustomerTag.objects.filter(customer=OuterRef(f"{prefix}pk" if prefix else "pk"), tag__name__in=texts)
            found &= Q(Exists(tags))
        else:
            column = "owner__username" if test.name == "owner" else test.name
            found &= Q(**{f"{prefix}{column}__in": texts})
    return found


def fields_condition(tests: Sequence[Test]) -> Q:
    """`Condition.data_holds` for the fields of a contact; a name it does not have holds of nobody."""
    columns: dict[str, Field[Any, Any]] = {each.name: each for each in Contact._meta.fields}
    found = Q()
    for test in tests:
        column = columns.get(_COLUMNS.get(test.name, test.name))
        if column is None:
            return NOBODY
        if column.get_internal_type() == "BooleanField":
            options: list[Any] = sorted(test.truths)
        else:
            options = [value for value in test.plain if isinstance(value, str) and value]
        if not options:
            return NOBODY
        found &= Q(**{f"{column.name}__in": options})
    return found
