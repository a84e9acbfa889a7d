"""The grading table 客户分级表 and the register 客户分级名册 (G-7)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Count, Q, QuerySet, Sum
from django.utils.translation import gettext as _

from weixi.grading.enums import RunState
from weixi.grading.models import GradeResult, GradingRun
from weixi.grading.queries.scope import visible_results
from weixi.grading.sections import class_titles, grade_titles, thawed
from weixi.grading.words import score_text
from weixi.kernel.errors import NotFound
from weixi.organisation.scope import Viewer
from weixi.policy.document.grading import Grade, Grading

SHOWN = (RunState.PREVIEW, RunState.APPROVED, RunState.REJECTED)
# Rows fetched at once while a table streams.
BATCH = 2000


@dataclass(frozen=True, slots=True)
class TableRow:
    """One customer of the grading table."""

    customer_id: int
    number: str
    name: str
    owner: str
    value: Decimal | None
    potential: Decimal | None
    grade: str
    advice: str
    facts: dict[str, str]
    scores: dict[str, str]
    overridden: bool
    incomplete: bool

    @property
    def value_text(self) -> str:
        return score_text(self.value)

    @property
    def potential_text(self) -> str:
        return score_text(self.potential)

    def plain(self) -> dict[str, Any]:
        """The row as JSON: numbers as numbers, dates as text."""
        return {
            "number": self.number,
            "name": self.name,
            "value": _number(self.value),
            "potential": _number(self.potential),
            "grade": self.grade,
            "facts": {code: _number(value) for code, value in self.facts.items()},
            "indicators": {key: _number(score) for key, score in self.scores.items()},
            "advice": self.advice,
        }


@dataclass(frozen=True, slots=True)
class RegisterRow:
    """One grade of the register: its standard and strategy from the policy, and who has it."""

    code: str
    title: str
    policy: Grade | None
    customers: int
    amount: Decimal
    share_pct: Decimal
    visit_class: str = ""
    gift_class: str = ""


def latest_run(as_of: date | None = None) -> GradingRun:
    """The latest computed run for that date (default: of all), approved or not. Raises NotFound."""
    runs = GradingRun.objects.filter(state__in=SHOWN).select_related("created_by", "decided_by")
    if as_of is not None:
        runs = runs.filter(as_of=as_of)
    found = runs.order_by("-pk").first()
    if found is None:
        raise NotFound(
            _("There is no grading for this date yet; compute one first: `weixi grade run`.")
            if as_of
            else _("Nobody has been graded yet; start a grading first."),
            code="grading.no_run",
        )
    return found


def result_rows(
    viewer: Viewer, run: GradingRun, *, grade: str | None = None, text: str = "", lacking: bool = False
) -> QuerySet[GradeResult]:
    """The rows of a table or register, largest amount first within a grade; `lacking`: of whom an indicator is unknown."""
    rows = visible_results(viewer, run).select_related("customer__owner")
    if grade is not None:
        rows = rows.filter(grade=grade)
    if lacking:
        rows = rows.filter(incomplete=True)
    if text:
        rows = rows.filter(Q(customer__name__icontains=text) | Q(customer__number__startswith=text))
    # Uses index: grade_result_register.
    return rows.order_by("grade", "-amount", "customer_id")


def table_rows(viewer: Viewer, run: GradingRun) -> Iterator[TableRow]:
    """Every customer of the run in the viewer's scope, streamed in the order of the archive."""
    rows = visible_results(viewer, run).select_related("customer__owner").order_by("customer_id")
    for row in rows.iterator(BATCH):
        yield as_row(row)


def as_row(row: GradeResult) -> TableRow:
    customer = row.customer
    return TableRow(
        customer.pk, customer.number, customer.name, customer.owner.name if customer.owner else "", row.value,
        row.potential, row.grade, row.advice, row.facts, row.scores, row.overridden, row.incomplete,
    )  # fmt: skip


def register(viewer: Viewer, run: GradingRun) -> tuple[list[RegisterRow], Grading]:
    """Customers and amount per grade within the viewer's scope, in the order of the policy; who fits no
    grade stands last. One query."""
    section = thawed(run.section)
    rows = visible_results(viewer, run).values_list("grade").annotate(n=Count("pk"), total=Sum("amount")).order_by()
    found = {grade: (count, amount or Decimal(0)) for grade, count, amount in rows}
    whole = sum(count for count, _amount in found.values())
    titles, policies = grade_titles(section), {row.grade: row for row in section.grade}
    codes = [*titles, *sorted(found.keys() - titles.keys())]
    visits, gifts = class_titles()
    made = []
    for code in codes:
        count, amount = found.get(code, (0, Decimal(0)))
        share = (Decimal(count) * 100 / whole).quantize(Decimal("0.1")) if whole else Decimal(0)
        title = titles.get(code) or (code if code else _("Fits no grade"))
        row = policies.get(code)
        visit = visits.get(row.visit_class or "", "") if row else ""
        gift = gifts.get(row.gift_class or "", "") if row else ""
        made.append(RegisterRow(code, title, row, count, amount, share, visit, gift))
    return made, section


def _number(value: Any) -> int | float | str | None:
    """A JSON number where it is one; dates stay text."""
    if value is None:
        return None
    try:
        number = Decimal(str(value))
    except ArithmeticError:
        return str(value)
    return int(number) if number == number.to_integral_value() else float(number)
