"""Counting what is to come: customers that are alike to the rules are counted by the database and judged once."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db.models import Case, Count, Exists, F, IntegerField, OuterRef, Q, Subquery, TextField, Value, When
from django.db.models.functions import Cast, Concat, Right

from weixi.customers.models import Contact, Customer, CustomerTag
from weixi.duties.engine.conditions import Test
from weixi.duties.engine.returning import read_anniversary
from weixi.duties.models import DutyClock
from weixi.duties.planning.to_come import ToCome, contact_condition
from weixi.kernel.literal import filled

# (rule's turn, owner, grade, how many): owners without a name are None.
Counted = tuple[ToCome, int | None, str, int]
Narrow = Callable[..., Any]


def alike(items: Sequence[ToCome], narrow: Narrow, names: Mapping[int, str]) -> Iterator[Counted]:
    """How many customers, or days of contacts, each item is about, by owner and grade. `narrow(rows, prefix)` leaves
    those that are asked for; `names` are people's log-in names."""
    running = [item for item in items if item.runs]
    if running:
        yield from _running(running, narrow, names)
    state = [item for item in items if item.slot is not None and not item.runs]
    if state:
        yield from _by_state(state, narrow, names)
    for column in ("founded_on", "cooperation_since"):
        own = [item for item in items if getattr(item.rule, "date", None) == f"customer.{column}" and item.days]
        if own:
            yield from _by_day(own, column, narrow, names)
    contacts = [item for item in items if item.of_contacts and (item.days or item.lunar)]
    if contacts:
        yield from _of_contacts(contacts, narrow)


def _by_state(items: list[ToCome], narrow: Narrow, names: Mapping[int, str]) -> Iterator[Counted]:
    """What follows from the state customers have now: periods that have not begun, days that are the same for
    everybody. Uses index: customer_owner_grade alone, where the rules ask for nothing but grades."""
    rows = narrow(Customer.objects.filter(archived_at=None))
    for state, holds, owner, grade, _more, number in _groups(items, rows, names):
        for item in items:
            if _fits(item, state, holds):
                yield item, owner, grade, number


def _running(items: list[ToCome], narrow: Narrow, names: Mapping[int, str]) -> Iterator[Counted]:
    """Cadence periods that run: what the customer's clock holds as open, or the state for one begun since."""
    slots = [item.slot for item in items if item.slot is not None]
    opens = sorted({slot.opens for slot in slots})
    rows = narrow(Customer.objects.filter(archived_at=None, next_period_due_at__lte=max(slot.due for slot in slots)))
    # Uses index: customer_owner_period, which everybody's too are found in by their owners.
    for part in (rows.filter(owner_id__in=sorted(names)), rows.filter(owner_id=None)):
        groups = _groups(items, part.annotate(seen=_clock(opens)), names, "seen")
        for state, holds, owner, grade, (seen,), number in groups:
            if seen is None:
                continue
            behind, open_then = _read(seen)
            for item in items:
                assert item.slot is not None
                begun = opens.index(item.slot.opens) >= behind
                if _fits(item, state, holds) if begun else f"{item.rule.clause}|{item.slot.day}" in open_then:
                    yield item, owner, grade, number


def _groups(
    items: Sequence[ToCome], rows: Any, names: Mapping[int, str], *columns: str
) -> Iterator[tuple[dict[str, Any], dict[Test, bool], int | None, str, tuple[Any, ...], int]]:
    """Rows of customers that agree in all the rules look at and in `columns`: (state, which tests on tags hold, owner,
    grade, values of the columns, how many)."""
    tests, tagged = _tags(items)
    # The grade and the owner stand together in an index; whatever else is asked for reads the table.
    asked = {test.name for item in items for test in item.compiled.where.state}
    more = (*(["lifecycle"] if "lifecycle" in asked else []), *columns)
    groups = rows.annotate(**tagged).order_by().values_list("owner_id", "grade", *tagged, *more)
    for owner, grade, *values, number in groups.annotate(n=Count("pk")):
        flags, rest = values[: len(tests)], values[len(tests) :]
        state = {"grade": grade or None, "owner": names.get(owner or 0)}
        if len(rest) > len(columns):
            state["lifecycle"] = rest.pop(0)
        yield state, dict(zip(tests, flags, strict=True)), owner, grade, tuple(rest), number


def _clock(opens: Sequence[datetime]) -> Subquery:
    """Of a customer: how many of these instants had passed when he was evaluated, and what was open then."""
    passed: Any = Value(0)
    for moment in opens:
        passed = passed + Case(When(evaluated_at__gte=moment, then=1), default=0, output_field=IntegerField())
    clocks = DutyClock.objects.filter(pk=OuterRef("pk"), evaluated_at__isnull=False)
    said = Concat(Cast(passed, TextField()), Value(" "), Cast("open_cadences", TextField()), output_field=TextField())
    return Subquery(clocks.annotate(said=said).values("said"))


def _read(seen: str | None) -> tuple[int, frozenset[str]]:
    number, _, listed = (seen or "").partition(" ")
    return (int(number), frozenset(json.loads(listed))) if listed else (0, frozenset())


def _tags(items: Sequence[ToCome]) -> tuple[list[Test], dict[str, Exists]]:
    """The tests on tags among the rules' conditions, and each as a column that says whether it holds."""
    tests = list(dict.fromkeys(test for item in items for test in item.compiled.where.state if test.name == "tags"))
    columns = {}
    for place, test in enumerate(tests):
        words = sorted(value for value in test.plain if isinstance(value, str))
        columns[f"tags{place}"] = Exists(CustomerTag.objects.filter(customer=OuterRef("pk"), tag__name__in=words))
    return tests, columns


def _fits(item: ToCome, state: Mapping[str, Any], holds: Mapping[Test, bool]) -> bool:
    return all(
        holds[test] if test.name == "tags" else test.holds(state.get(test.name)) for test in item.compiled.where.state
    )


def _by_day(items: list[ToCome], column: str, narrow: Narrow, names: Mapping[int, str]) -> Iterator[Counted]:
    """Days that each customer has for himself. Uses index: customer_founded, customer_since."""
    wanted = sorted({text for item in items for text in item.days})
    rows = narrow(Customer.objects.filter(filled(column), archived_at=None))
    rows = rows.annotate(day=Right(F(column), 6)).filter(day__in=wanted)
    for state, holds, owner, grade, (text,), number in _groups(items, rows, names, column):
        for item in items:
            slot, returning = item.days.get(text[-6:]), read_anniversary(text)
            returns = slot and returning and returning.in_year(int(slot.day[:4])) is not None
            if returns and _fits(item, state, holds):
                yield item, owner, grade, number


def _of_contacts(items: list[ToCome], narrow: Narrow) -> Iterator[Counted]:
    """Birthdays. Uses index: contact_birthday."""
    conditions = [contact_condition(item) for item in items]
    whole = Q()
    for condition in conditions:
        whole |= condition
    rows = narrow(
        Contact.objects.filter(whole, filled("birthday"), removed_at=None, customer__archived_at=None), "customer__"
    )
    counts = {f"n{place}": Count("pk", filter=condition) for place, condition in enumerate(conditions)}
    groups = rows.order_by().values_list("customer__owner_id", "customer__grade").annotate(**counts)
    found: dict[tuple[int, Any, str], int] = defaultdict(int)
    for owner, grade, *numbers in groups:
        for place, number in enumerate(numbers):
            found[place, owner, grade] += number
    for (place, owner, grade), number in found.items():
        if number:
            yield items[place], owner, grade, number
