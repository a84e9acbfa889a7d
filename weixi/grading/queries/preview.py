"""The page of one run: who moves and why, in pictures and lines, and what approving it will cost."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Count, Max, Min, Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from weixi.grading.charts import MOST_ARROWS, Flow, Point, Scatter, flow, scatter
from weixi.grading.deciding import waits_for
from weixi.grading.enums import Advice, RunState
from weixi.grading.ladders import CSAT
from weixi.grading.models import GradeResult, GradingRun
from weixi.grading.queries.scope import visible_results
from weixi.grading.sections import cadences_in_force, capacities_in_force, grade_ranks, grade_titles, thawed
from weixi.grading.services.compute import count_results
from weixi.grading.services.runs import may_approve, movers, steps_of
from weixi.grading.words import indicator_titles, reasons_text, score_text
from weixi.organisation.enums import Right
from weixi.organisation.scope import Viewer
from weixi.policy.document.grading import Grading

PAGE = 50
DOTS = 330


@dataclass(frozen=True, slots=True)
class Mover:
    """A line of those who move."""

    row: GradeResult
    old: str
    new: str
    old_rank: int | None
    new_rank: int | None
    value: str
    old_value: str
    potential: str
    old_potential: str
    why: str
    advice: str
    old_rhythm: str
    new_rhythm: str
    look: str


@dataclass(frozen=True, slots=True)
class Cell:
    """Of the matrix old x new."""

    count: int
    kind: str


@dataclass(frozen=True, slots=True)
class MatrixRow:
    title: str
    cells: tuple[Cell, ...]
    total: int


@dataclass(frozen=True, slots=True)
class Duties:
    """What approving changes in one cadence of the policy: so many customers more or fewer."""

    title: str
    clause: str
    change: int

    @property
    def signed(self) -> str:
        return f"{'+' if self.change > 0 else '−'}{abs(self.change)}"


@dataclass(frozen=True, slots=True)
class Overload:
    """Somebody who would look after more customers of a grade than the policy thinks possible."""

    owner: str
    grade: str
    count: int
    limit: int


@dataclass(frozen=True, slots=True)
class RunPage:
    run: GradingRun
    section: Grading
    counts: Mapping[str, Any]
    titles: Mapping[str, str]
    included: int
    movers: Page[GradeResult]
    lines: tuple[Mover, ...]
    picture: Scatter
    sampled: int
    drawn: int
    flow: Flow | None
    columns: tuple[str, ...]
    matrix: tuple[MatrixRow, ...]
    sums: tuple[int, ...]
    duties: tuple[Duties, ...]
    overloads: tuple[Overload, ...]
    may_approve: bool
    may_tick: bool
    approver: str
    hidden: int
    steady: int
    left_out: int


def run_page(viewer: Viewer, run: GradingRun, *, page: int = 1) -> RunPage:
    """Everything on the page of a computed run, of the customers the viewer looks after. The number of
    queries does not grow with the number of customers."""
    section = thawed(run.section)
    titles, ranks = grade_titles(section), grade_ranks(section)
    rows = visible_results(viewer, run)
    counts = run.counts if viewer.sees_all else count_results(run, section, only=viewer.owned("customer__"))
    moves = _pairs(counts["moves"])
    moving = rows.filter(moves=True).select_related("customer__owner").order_by("-attention", "pk")
    included = rows.filter(moves=True, included=True)
    # Approving decides about everybody, also beyond the approver's own scope: the number says so.
    decided = movers(run)
    hidden = decided - included.count() if may_approve(viewer, run) else 0
    listed = Paginator(moving, PAGE).get_page(page)
    rhythm = {row.grade: row.frequency for row in section.service_standard}
    words = _Words(section, titles, ranks, rhythm)
    columns, matrix, sums = _matrix(moves, titles, ranks)
    picture, drawn = _picture(rows, moving, section, ranks)
    order = [*titles, *sorted({code for pair in moves for code in pair} - titles.keys())]
    return RunPage(
        run, section, counts, titles, decided, listed, tuple(words.line(row) for row in listed), picture,
        counts["total"], drawn, flow(moves, order, {code: titles.get(code, code) for code in order} | {"": words.none}, ranks), columns, matrix, sums,
        _duties(included), _overloads(rows, titles) if run.state == RunState.PREVIEW else (), may_approve(viewer, run),
        viewer.may(Right.GRADING_RUN) or may_approve(viewer, run), waits_for(run, steps_of(run)), hidden,
        counts["total"] - counts["moving"], counts["moving"] - included.count(),
    )  # fmt: skip


class _Words:
    def __init__(
        self, section: Grading, titles: Mapping[str, str], ranks: Mapping[str, int], rhythm: Mapping[str, str]
    ) -> None:
        self.section, self.titles, self.ranks, self.rhythm = section, titles, ranks, rhythm
        self.indicators = indicator_titles(section)
        self.advice = dict(Advice.choices)
        self.none = pgettext("grade", "not graded")

    def line(self, row: GradeResult) -> Mover:
        return Mover(
            row, self.titles.get(row.old_grade) or row.old_grade or self.none,
            self.titles.get(row.grade) or row.grade or _("Fits no grade"), self.ranks.get(row.old_grade),
            self.ranks.get(row.grade), score_text(row.value, 0), score_text(row.old_value, 0) if row.old_value else "",
            score_text(row.potential, 0), score_text(row.old_potential, 0) if row.old_potential else "",
            reasons_text(row.reasons, self.indicators), str(self.advice.get(row.advice, "")),
            self.rhythm.get(row.old_grade, ""), self.rhythm.get(row.grade, ""), self._look(row),
        )  # fmt: skip

    def _look(self, row: GradeResult) -> str:
        if row.overridden:
            return _("Grade set by hand")
        if row.attention == 3:
            if row.grade:
                return _("Too little is known; left out")
            if self.section.preset == "vip" and CSAT not in row.facts:
                return _("Satisfaction is not known; left out")
            return _("Fits no grade; left out")
        if row.attention == 2:
            return _("More than one grade at once")
        return ""


def _pairs(moves: Mapping[str, int]) -> dict[tuple[str, str], int]:
    found = {}
    for key, count in moves.items():
        old, _sep, new = key.partition(">")
        found[old, new] = count
    return found


def _matrix(
    moves: Mapping[tuple[str, str], int], titles: Mapping[str, str], ranks: Mapping[str, int]
) -> tuple[tuple[str, ...], tuple[MatrixRow, ...], tuple[int, ...]]:
    olds = [*titles, *sorted({old for old, _new in moves} - titles.keys())]
    news = [*titles, *sorted({new for _old, new in moves} - titles.keys())]
    rows = []
    for old in olds:
        cells = tuple(Cell(moves.get((old, new), 0), _kind(old, new, moves, ranks)) for new in news)
        rows.append(
            MatrixRow(titles.get(old) or old or pgettext("grade", "not graded"), cells, sum(c.count for c in cells))
        )
    sums = tuple(sum(moves.get((old, new), 0) for old in olds) for new in news)
    heads = tuple(titles.get(new) or new or _("Fits no grade") for new in news)
    return heads, tuple(row for row in rows if row.total), (*sums, sum(sums))


def _kind(old: str, new: str, moves: Mapping[tuple[str, str], int], ranks: Mapping[str, int]) -> str:
    if not moves.get((old, new)):
        return "wx-q"
    if old == new:
        return "same"
    if old not in ranks or new not in ranks:
        return ""
    return "up" if ranks[new] < ranks[old] else "dn"


def _picture(
    rows: QuerySet[GradeResult], moving: QuerySet[GradeResult], section: Grading, ranks: Mapping[str, int]
) -> tuple[Scatter, int]:
    """A sample where there are more than fit: customers evenly spread over the archive."""
    arrows = list(moving.filter(old_value__isnull=False)[:MOST_ARROWS])
    shown = {row.customer_id for row in arrows}
    still = [row for row in _sample(rows) if row.customer_id not in shown]
    picture = scatter(
        (_point(row, None, moves=False) for row in still),
        (_point(row, _is_up(row, ranks), moves=True) for row in arrows),
        section.threshold.value if section.preset == "quadrant" and section.threshold else None,
        section.threshold.potential if section.preset == "quadrant" and section.threshold else None,
    )
    return picture, len(still) + len(arrows)


def _sample(rows: QuerySet[GradeResult]) -> Sequence[GradeResult]:
    found = list(rows.select_related("customer").order_by("customer_id")[: DOTS + 1])
    if len(found) <= DOTS:
        return found
    ends = rows.aggregate(low=Min("customer_id"), high=Max("customer_id"))
    step = max(1, (ends["high"] - ends["low"]) // DOTS)
    ids = range(ends["low"], ends["high"] + 1, step)
    return list(rows.filter(customer_id__in=list(ids)).select_related("customer")[:DOTS])


def _point(row: GradeResult, up: bool | None, *, moves: bool) -> Point:
    return Point(
        row.customer_id, row.customer.called, row.value, row.potential,
        row.old_value if moves else None, row.old_potential, up,
    )  # fmt: skip


def _is_up(row: GradeResult, ranks: Mapping[str, int]) -> bool | None:
    """None between grades that cannot be compared: from none, into none, from another policy's."""
    if row.grade not in ranks or row.old_grade not in ranks:
        return None
    return ranks[row.grade] <= ranks[row.old_grade]


def _duties(included: QuerySet[GradeResult]) -> tuple[Duties, ...]:
    """The cadences of the policy in force that gain or lose customers when this run is approved."""
    rules = cadences_in_force()
    if not rules:
        return ()
    pairs = list(included.values_list("old_grade", "grade").annotate(n=Count("pk")).order_by())
    found = []
    for rule in rules:
        given = rule.where.get("grade")
        grades = given if isinstance(given, tuple | list) else (given,)
        change = sum(count * ((new in grades) - (old in grades)) for old, new, count in pairs)
        if given is not None and change:
            found.append(Duties(rule.title or rule.clause, rule.clause, change * rule.times))
    return tuple(sorted(found, key=lambda duty: -abs(duty.change))[:4])


def _overloads(rows: QuerySet[GradeResult], titles: Mapping[str, str]) -> tuple[Overload, ...]:
    """Owners over the policy's limit of customers of a grade, counted as after approval."""
    found: list[Overload] = []
    for grade, limit in capacities_in_force().items():
        will_be = Q(grade=grade) & (Q(included=True) | Q(moves=False))
        stays = Q(old_grade=grade, moves=True, included=False)
        counted = (
            rows.filter(will_be | stays, customer__owner__isnull=False)
            .values_list("customer__owner__name")
            .annotate(n=Count("pk"))
            .filter(n__gt=limit)
            .order_by("-n")
        )
        found.extend(Overload(owner, titles.get(grade, grade), count, limit) for owner, count in counted[:3])
    return tuple(found[:3])
