"""What grading adds to the customer list: filters by the scores, and the picture of value and potential."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Count, DecimalField, Exists, F, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Coalesce, Floor, Least
from django.utils.translation import gettext_lazy as _

from weixi.customers.filtering.tree import Test
from weixi.grading.charts import BOTTOM, LEFT, RIGHT, TOP, Point, Scatter, scatter
from weixi.grading.enums import RunState
from weixi.grading.models import GradeResult, GradingRun
from weixi.grading.sections import grade_titles, thawed
from weixi.grading.services.overrides import may_ask
from weixi.kernel.slices import CardMove, FilterOp, ListFilter, ListShape

# So many customers stand as dots of their own; more are gathered into squares of so many points.
DOTS = 300
STEP = 5
SQUARES = 100 // STEP
_SCORE = DecimalField(max_digits=5, decimal_places=2)


def _last_run() -> GradingRun | None:
    """The run whose scores hold: the last one approved."""
    return GradingRun.objects.filter(state=RunState.APPROVED).order_by("-as_of", "-id").first()


# --- filters ----------------------------------------------------------------------------------------


def _scored(name: str, lookup: str) -> Callable[[Decimal], Q]:
    """Uses index: grade_result_once."""

    def where(score: Decimal) -> Q:
        run = GradingRun.objects.filter(state=RunState.APPROVED).order_by("-as_of", "-id").values("pk")[:1]
        rows = GradeResult.objects.annotate(score=Coalesce(F(name), Value(Decimal(0)), output_field=_SCORE))
        return Q(Exists(rows.filter(run=run, customer=OuterRef("pk"), **{f"score__{lookup}": score})))

    return where


def _ops(name: str) -> tuple[FilterOp, ...]:
    return (
        FilterOp("ge", _("at least"), _("at least %(a)s"), ("number",), _scored(name, "gte")),
        FilterOp("lt", _("less than"), _("less than %(a)s"), ("number",), _scored(name, "lt")),
    )


_GROUP = _("Grading")
FILTERS = (
    ListFilter("score_value", _("Score of value"), _GROUP, _ops("value"), field="grade"),
    ListFilter("score_potential", _("Score of potential"), _GROUP, _ops("potential"), field="grade"),
)


# --- value and potential ----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Square:
    """Customers whose scores lie close together; `radius` grows with the root of their number."""

    x: str
    y: str
    radius: str
    customers: int
    value: int
    potential: int
    href: str


@dataclass(frozen=True, slots=True)
class Picture:
    """`frame` has the axes, and the dots while they are few; `squares` stand in their place."""

    frame: Scatter
    squares: tuple[Square, ...]
    customers: int
    titles: Mapping[str, str]
    run: GradingRun


def picture_of(viewer: Any, rows: QuerySet[Any], narrowed: Callable[..., str]) -> Mapping[str, Any] | None:
    """The scores of the customers the list holds, from the last approved run. Every one is in the picture: few as
    dots, many as one statement's squares."""
    run = _last_run()
    if run is None:
        return None
    results = GradeResult.objects.filter(run=run, customer__in=rows.values("pk"))
    few = list(results.select_related("customer").order_by("customer_id")[: DOTS + 1])
    if not few:
        return None
    section = thawed(run.section)
    limit = section.threshold if section.preset == "quadrant" else None
    dots = few if len(few) <= DOTS else []
    frame = scatter(
        (Point(row.customer_id, row.customer.called, row.value, row.potential) for row in dots), (),
        limit.value if limit else None, limit.potential if limit else None,
    )  # fmt: skip
    squares = () if dots else _squares(results, narrowed)
    number = len(few) if dots else sum(each.customers for each in squares)
    return {"picture": Picture(frame, squares, number, grade_titles(section), run)}


def _squares(results: QuerySet[GradeResult], narrowed: Callable[..., str]) -> tuple[Square, ...]:
    counted = (
        results.order_by()
        .annotate(v=_part("value"), p=_part("potential"))
        .values_list("v", "p")
        .annotate(n=Count("pk"))
    )
    found = [(int(v), int(p), n) for v, p, n in counted]
    most = max((n for _v, _p, n in found), default=1)
    return tuple(_square(v, p, n, most, narrowed) for v, p, n in found)


def _part(name: str) -> Least:
    score = Coalesce(F(name), Value(Decimal(0)), output_field=_SCORE)
    return Least(Floor(score / Value(Decimal(STEP))), Value(Decimal(SQUARES - 1)), output_field=_SCORE)


def _square(v: int, p: int, number: int, most: int, narrowed: Callable[..., str]) -> Square:
    wide, high = (RIGHT - LEFT) / SQUARES, (BOTTOM - TOP) / SQUARES
    tests = [*_between("score_value", v), *_between("score_potential", p)]
    return Square(
        f"{LEFT + (v + 0.5) * wide:.1f}", f"{BOTTOM - (p + 0.5) * high:.1f}",
        f"{max(2.2, 10.5 * (number / most) ** 0.5):.1f}", number, v * STEP, p * STEP, narrowed(*tests),
    )  # fmt: skip


def _between(name: str, part: int) -> list[Test]:
    found = [Test(name, "ge", (str(part * STEP),))] if part else []
    return [*found, Test(name, "lt", (str((part + 1) * STEP),))] if part < SQUARES - 1 else found


# A card of the board goes to another grade by asking for it.
MOVE = CardMove("grade", "grading-override", may_ask)
SHAPE = ListShape("scatter", _("Value and potential"), "scatter", "grading/on_list.html", picture_of)
