"""How a plan was carried out, in figures: planned, in time, late, open, missed, waived — by person, grade, department.

Everything is added up by the database: one statement for what has a row, one each for what follows from customers' state,
from their own days and from their contacts' days. The cost is that of reading these tables once.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any, TypeVar

from django.db.models import Count, Q

from weixi.duties.people import People
from weixi.duties.planning.alike import alike
from weixi.duties.planning.asked import BUCKETS, NOBODY, OPEN, STATES, Wanted
from weixi.duties.planning.to_come import ToCome, to_come
from weixi.duties.timeline import current_timeline
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

    @property
    def is_empty(self) -> bool:
        return not (self.planned or self.waived)


@dataclass(frozen=True)
class Figures:
    """`cells`: (person, 0 for nobody; grade; rule) -> sum. `titles`: rule -> its title."""

    cells: Mapping[tuple[int, str, str], Sum] = field(default_factory=dict)
    titles: Mapping[str, str] = field(default_factory=dict)

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


def figures_of(wanted: Wanted, people: People) -> Figures:
    """The figures of a plan; at most six statements beside those for people and rules."""
    counted: dict[tuple[int, str, str], list[int]] = defaultdict(lambda: [0] * len(STATES))
    titles: dict[str, str] = {}
    rows = (
        wanted.stored()
        .order_by()
        .values_list("assignee_id", "customer__grade", "clause", "title")
        .annotate(**{f"n_{name}": Count("pk", filter=bucket) for name, bucket in BUCKETS.items()})
    )
    for person, grade, rule, title, *numbers in rows:
        titles[rule] = title
        cell = counted[person or NOBODY, grade or "", rule]
        for place, number in enumerate(numbers):
            cell[place] += number
    for (person, grade, rule), number in _to_come(wanted, people, titles).items():
        counted[person, grade, rule][STATES.index(OPEN)] += number
    return Figures({key: Sum(*cell) for key, cell in counted.items() if any(cell)}, titles)


def _to_come(wanted: Wanted, people: People, titles: dict[str, str]) -> dict[tuple[int, str, str], int]:
    """What has no row, by (person, grade, rule)."""
    items = to_come(current_timeline(), clock.now(), wanted.period)
    titles |= {item.rule.clause: item.rule.title or item.rule.clause for item in items}
    shares = {rule: wanted.shares(rule, people) for rule in {item.rule.assignee for item in items}}
    found: dict[tuple[int, str, str], int] = defaultdict(int)
    names = {pk: person.username for pk, person in people.by_id.items()}
    for item, owner, grade, number in alike(items, partial(_narrowed, wanted, shares), names):
        person = shares[item.rule.assignee].get(owner or NOBODY)
        if person is not None:
            found[person, grade, item.rule.clause] += number
    return found


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


def share_of(item: ToCome, wanted: Wanted, people: People) -> Q:
    """Of customers: those whose part of this rule falls to the people asked for."""
    return Q() if wanted.persons is None else of_owners(wanted.shares(item.rule.assignee, people))
