"""The figures of a plan told apart: a row for each person, department, grade or clause."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from weixi.customers.grades import grade_labels
from weixi.duties.people import People
from weixi.duties.planning.asked import NOBODY, department_names
from weixi.duties.planning.figures import Figures, Sum


@dataclass(frozen=True, slots=True)
class Row:
    """`value` narrows a plan to it in the address; a department holds those below it, `depth` says how far down it is."""

    value: int | str
    words: str
    sum: Sum
    depth: int = 0


def rows_of(figures: Figures, people: People, by: str) -> list[Row]:
    """Of people and departments those first that have carried out least."""
    if by == "grade":
        return _by_grade(figures)
    if by == "clause":
        return [
            Row(rule, f"{rule} {title}" if (title := figures.titles.get(rule, rule)) != rule else rule, cell)
            for rule, cell in sorted(figures.by_rule().items())
        ]
    if by == "department":
        return _by_department(figures, people)
    names = {pk: person.name for pk, person in people.by_id.items()}
    return sorted((Row(pk, names.get(pk, _("Nobody")), cell) for pk, cell in figures.by_person().items()), key=_least)


def _least(row: Row) -> tuple[float, str]:
    execution = row.sum.execution
    return 2.0 if execution is None else execution, row.words


def _by_grade(figures: Figures) -> list[Row]:
    labels = grade_labels()
    order = {code: place for place, code in enumerate(labels)}
    sums = sorted(figures.by_grade().items(), key=lambda each: (order.get(each[0], len(order)), each[0]))
    return [Row(code, labels.get(code, code or _("Not graded")), cell) for code, cell in sums]


def _by_department(figures: Figures, people: People) -> list[Row]:
    """The tree: a department counts what those below it count, so that it says what it opens. One that has nothing of
    its own and one part alone would say the same twice: it is left out."""
    own = figures.by(lambda person, _grade, _rule: _department_of(people, person))
    whole: dict[int, Sum] = defaultdict(Sum)
    below: dict[int, set[int]] = defaultdict(set)
    for pk, cell in own.items():
        inner = 0
        for outer in _upwards(people, pk):
            whole[outer] = whole[outer].plus(cell)
            if inner:
                below[outer].add(inner)
            inner = outer
    names, rows = department_names(), []

    def walk(level: Iterable[int], depth: int) -> None:
        for row in sorted((Row(pk, names.get(pk, ""), whole[pk], depth) for pk in level), key=_least):
            parts = below[int(row.value)]
            shown = row.value in own or len(parts) != 1
            if shown:
                rows.append(row)
            walk(parts, depth + shown)

    inner_ones = {pk for parts in below.values() for pk in parts}
    walk([pk for pk in whole if pk not in inner_ones], 0)
    return [*rows, *([Row(NOBODY, _("No department"), own[NOBODY])] if NOBODY in own else [])]


def _upwards(people: People, pk: int) -> list[int]:
    """The department and those above it; none of who belongs to none."""
    found: list[int] = []
    place = people.departments.get(pk)
    while place is not None and place.pk not in found:
        found.append(place.pk)
        place = people.departments.get(place.parent_id or NOBODY)
    return found


def _department_of(people: People, person: int) -> int:
    found = people.by_id.get(person)
    return (found.department_id or NOBODY) if found else NOBODY
