"""How a plan was carried out, in figures: planned, in time, late, open, missed, waived — by person, grade, department.

Everything is added up by the database: one statement for what has a row, one each for what follows from customers' state,
from their own days, from their contacts' days and from days that come once. Each reads an index alone, as far as the
period and the people asked for reach in it; why nothing is kept: docs/decisions/0018.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any, TypeVar

from django.db.models import Count, Q

from weixi.customers.models import Occasion
from weixi.duties.people import People
from weixi.duties.planning.alike import alike
from weixi.duties.planning.asked import BUCKETS, NOBODY, OPEN, STATES, Wanted, states_in
from weixi.duties.planning.one_off import Announced, announced
from weixi.duties.planning.to_come import ToCome, to_come
from weixi.duties.timeline import Timeline, current_timeline
from weixi.kernel import clock

_Key = TypeVar("_Key", bound=Hashable)


@dataclass(frozen=True, slots=True)
class Sum:
    """Lines of a plan by how they stand. Waived ones need not be done: they stand beside what is planned."""

    in_time: int = 0
    late: int = 0
    open: int = 0
    missed: int = 0
    waived: int = 0

    @property
    def done(self) -> int:
        return self.in_time + self.late

    @property
    def planned(self) -> int:
        return self.done + self.open + self.missed

    @property
    def execution(self) -> float | None:
        """执行率: done ÷ planned; None where nothing was planned."""
        return self.done / self.planned if self.planned else None

    @property
    def punctuality(self) -> float | None:
        """准时率: done in time ÷ done; None where nothing was done."""
        return self.in_time / self.done if self.done else None

    def plus(self, other: Sum) -> Sum:
        return Sum(*(getattr(self, name) + getattr(other, name) for name in STATES))

    def stands(self, state: str | None) -> int:
        """How many lines stand so; None: all."""
        return sum(getattr(self, each) for each in (STATES if state is None else states_in(state)))

    @property
    def is_empty(self) -> bool:
        return not (self.planned or self.waived)


@dataclass(frozen=True)
class Figures:
    """`cells`: (person, 0 for nobody; grade; rule) -> sum. `titles`: rule -> its title. Not `graded`, grades are left
    together under ""."""

    cells: Mapping[tuple[int, str, str], Sum] = field(default_factory=dict)
    titles: Mapping[str, str] = field(default_factory=dict)
    graded: bool = True

    @property
    def total(self) -> Sum:
        return _together(self.cells.values())

    def by(self, name: Callable[[int, str, str], _Key]) -> dict[_Key, Sum]:
        """The sums of the cells that `name(person, grade, rule)` calls alike."""
        groups: dict[_Key, list[Sum]] = defaultdict(list)
        for key, cell in self.cells.items():
            groups[name(*key)].append(cell)
        return {key: _together(cells) for key, cells in groups.items()}

    def by_person(self) -> dict[int, Sum]:
        return self.by(lambda person, _grade, _rule: person)

    def by_grade(self) -> dict[str, Sum]:
        return self.by(lambda _person, grade, _rule: grade)

    def by_rule(self) -> dict[str, Sum]:
        return self.by(lambda _person, _grade, rule: rule)


def _together(cells: Iterable[Sum]) -> Sum:
    columns = zip(*((cell.in_time, cell.late, cell.open, cell.missed, cell.waived) for cell in cells), strict=True)
    return Sum(*map(sum, columns))


def figures_of(wanted: Wanted, people: People, *, graded: bool = True) -> Figures:
    """The figures of a plan; at most nine statements beside those for people and rules. Not `graded`, stored lines need
    not be looked up with their customers."""
    counted: dict[tuple[int, str, str], list[int]] = defaultdict(lambda: [0] * len(STATES))
    timeline = current_timeline()
    for part in wanted.parts():
        # Uses index: duty_plan, alone where no grade is asked for.
        rows = part.order_by().values_list("assignee_id", "clause", *(["customer__grade"] if graded else []))
        for person, rule, *rest in rows.annotate(**_COUNTS):
            grade, numbers = (rest[0] or "", rest[1:]) if graded else ("", rest)
            cell = counted[person or NOBODY, grade, rule]
            for place, number in enumerate(numbers):
                cell[place] += number
    for (person, grade, rule), number in _to_come(wanted, people, timeline).items():
        counted[person, grade if graded else "", rule][STATES.index(OPEN)] += number
    cells = {key: Sum(*cell) for key, cell in counted.items() if any(cell)}
    return Figures(cells, {rule: timeline.title(rule) for _person, _grade, rule in cells}, graded)


_COUNTS = {f"n_{name}": Count("pk", filter=each) for name, each in BUCKETS.items()}


def _to_come(wanted: Wanted, people: People, timeline: Timeline) -> dict[tuple[int, str, str], int]:
    """What has no row, by (person, grade, rule)."""
    items = items_of(wanted, timeline)
    days = days_of(wanted, timeline)
    rules = {item.rule.assignee for item in items} | {each.rule.assignee for each in days}
    shares = {rule: wanted.shares(rule, people) for rule in rules}
    found: dict[tuple[int, str, str], int] = defaultdict(int)
    names = {pk: person.username for pk, person in people.by_id.items()}
    for item, owner, grade, number in alike(items, partial(_narrowed, wanted, shares), names):
        if (person := shares[item.rule.assignee].get(owner or NOBODY)) is not None:
            found[person, grade, item.rule.clause] += number
    for each in days:
        if (person := shares[each.rule.assignee].get(each.owner_id or NOBODY)) is not None:
            found[person, each.grade, each.rule.clause] += 1
    return found


def items_of(wanted: Wanted, timeline: Timeline) -> list[ToCome]:
    """What of the plan has no row, rule by rule; days that come once left aside."""
    return [item for item in to_come(timeline, clock.now(), wanted.period) if wanted.asks(item.rule)]


def days_of(wanted: Wanted, timeline: Timeline, customers: Q | None = None) -> list[Announced]:
    """Days that come once and have no row yet, of everybody's customers (or of those, a condition on them)."""
    rows = Occasion.objects.filter(Q() if customers is None else customers)
    if wanted.grade is not None:
        rows = rows.filter(customer__grade=wanted.grade)
    found = announced(timeline, clock.now(), wanted.period.begin, wanted.period.until, rows)
    return [each for each in found if wanted.asks(each.rule)]


def _narrowed(wanted: Wanted, shares: Mapping[str, Mapping[int, int]], rows: Any, prefix: str = "") -> Any:
    """Customers (behind `prefix`) of whom something may fall to the people asked for."""
    if wanted.persons is not None:
        rows = rows.filter(of_owners({owner for share in shares.values() for owner in share}, prefix))
    return rows if wanted.grade is None else rows.filter(**{f"{prefix}grade": wanted.grade})


def of_owners(owners: Iterable[int], prefix: str = "") -> Q:
    """Customers of these people, 0 standing for no owner. Uses index: the customers' by owner."""
    known = sorted(owner for owner in owners if owner != NOBODY)
    condition = Q(**{f"{prefix}owner_id__in": known})
    return condition | Q(**{f"{prefix}owner_id": None}) if NOBODY in owners else condition


def share_of(assignee: str, wanted: Wanted, people: People) -> Q:
    """Of customers: those whose part of a rule with this `assignee` falls to the people asked for."""
    return Q() if wanted.persons is None else of_owners(wanted.shares(assignee, people))
