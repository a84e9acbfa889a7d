"""What grading knows of one customer: for its page and for the evaluation sheet."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from weixi.customers.models import Customer
from weixi.grading.enums import OverrideState, RunState
from weixi.grading.models import FallNotice, GradeHistory, GradeOverride, GradeResult, GradingRun, Judgement
from weixi.grading.sections import grade_titles, grading_in_force, thawed
from weixi.grading.services.judgements import judged_keys
from weixi.grading.words import figure_text, indicator_titles, reasons_text, score_text
from weixi.organisation.scope import Viewer
from weixi.policy.document.grading import Grade, Grading

RECENT = 20


@dataclass(frozen=True, slots=True)
class JudgedRow:
    """A judged indicator and the opinion that holds."""

    key: str
    title: str
    judgement: Judgement | None


@dataclass(frozen=True, slots=True)
class HistoryLine:
    """One change of grade in words."""

    row: GradeHistory
    old: str
    new: str
    why: str


@dataclass(frozen=True, slots=True)
class CustomerGrading:
    """Everything of the customer page's panel; the policy's own words for the grade beside it."""

    grade: Grade | None
    title: str
    result: GradeResult | None
    judged: tuple[JudgedRow, ...]
    history: tuple[HistoryLine, ...]
    override: GradeOverride | None
    waiting: GradeOverride | None
    fall: FallNotice | None


@dataclass(frozen=True, slots=True)
class SheetRow:
    """A row of the evaluation sheet: indicator, weight, score, what it rests on."""

    title: str
    dimension: str
    weight: Decimal
    score: str
    basis: str
    remark: str


@dataclass(frozen=True, slots=True)
class Evaluation:
    """The evaluation sheet 客户关系评估表 of one customer in one run."""

    run: GradingRun
    result: GradeResult
    previous: GradeResult | None
    section: Grading
    rows: tuple[SheetRow, ...]
    weight: Decimal
    grade: str
    value: str
    potential: str
    final: str
    previous_final: str
    number: str


def customer_grading(viewer: Viewer, customer: Customer) -> CustomerGrading:
    """`customer` comes from a scoped query."""
    section = grading_in_force()
    titles = grade_titles(section) if section else {}
    grades = {row.grade: row for row in section.grade} if section else {}
    overrides = list(
        GradeOverride.objects.filter(
            customer=customer, state__in=[OverrideState.WAITING, OverrideState.APPROVED]
        ).select_related("by", "approved_by")
    )
    return CustomerGrading(
        grades.get(customer.grade),
        titles.get(customer.grade, customer.grade),
        latest_result(customer),
        _judged(customer, section),
        history_of(customer),
        next((row for row in overrides if row.state == OverrideState.APPROVED), None),
        next((row for row in overrides if row.state == OverrideState.WAITING), None),
        FallNotice.objects.filter(customer=customer, ended_at=None).first(),
    )


def latest_result(customer: Customer) -> GradeResult | None:
    """Of the last approved run. Uses index: grade_result_customer."""
    rows = GradeResult.objects.filter(customer=customer, run__state=RunState.APPROVED).select_related("run")
    return rows.order_by("-run_id").first()


def history_of(customer: Customer) -> tuple[HistoryLine, ...]:
    section = grading_in_force()
    names = grade_titles(section) if section else {}
    titles = indicator_titles(section) if section else {}
    rows = GradeHistory.objects.filter(customer=customer).select_related("run", "override", "by")[:RECENT]
    return tuple(
        HistoryLine(
            row,
            names.get(row.old_grade, row.old_grade),
            names.get(row.grade, row.grade),
            reasons_text(row.reasons, titles),
        )
        for row in rows
    )


def _judged(customer: Customer, section: Grading | None) -> tuple[JudgedRow, ...]:
    if section is None:
        return ()
    titles = indicator_titles(section)
    known = {
        row.indicator: row for row in Judgement.objects.filter(customer=customer, replaced_at=None).select_related("by")
    }
    return tuple(JudgedRow(key, titles.get(key, key), known.get(key)) for key in judged_keys(section))


def evaluation_of(viewer: Viewer, customer: Customer, run: GradingRun | None = None) -> Evaluation | None:
    """The sheet for a run (default: the newest computed one that has the customer); None before the first.

    `customer` comes from a scoped query.
    """
    rows = GradeResult.objects.filter(customer=customer).select_related("run__decided_by", "run__created_by")
    if run is not None:
        rows = rows.filter(run=run)
    result = rows.exclude(run__state__in=[RunState.COMPUTING, RunState.FAILED]).order_by("-run_id").first()
    if result is None:
        return None
    section = thawed(result.run.section)
    previous = GradeResult.objects.filter(customer=customer, run_id=result.run.previous_id).first()
    judged = {
        row.indicator: row for row in Judgement.objects.filter(customer=customer, replaced_at=None).select_related("by")
    }
    titles, names = indicator_titles(section), grade_titles(section)
    sheet = []
    # As shares of the whole form: the policy's weights are relative within each dimension.
    total = sum((row.weight for row in section.indicator), Decimal(0)) or Decimal(1)
    for row in section.indicator:
        opinion = judged.get(row.key) if row.judged else None
        basis = (opinion.basis if opinion else "") if row.judged else figure_text(row.key, result.facts.get(row.key))
        sheet.append(
            SheetRow(
                titles[row.key], row.dimension, _share(row.weight, total), result.scores.get(row.key, "—"), basis,
                opinion.by.name if opinion and opinion.by else "",
            )
        )  # fmt: skip
    return Evaluation(
        result.run, result, previous, section, tuple(sheet), _share(total, total),
        names.get(result.grade, result.grade), score_text(result.value), score_text(result.potential),
        final_score(section, result), final_score(section, previous) if previous else "",
        f"PG-{result.run.as_of:%Y%m%d}-{customer.number}",
    )  # fmt: skip


def _share(weight: Decimal, total: Decimal) -> Decimal:
    return (weight / total).quantize(Decimal("0.001")).normalize()


def final_score(section: Grading, result: GradeResult | None) -> str:
    """The mean of both dimensions by the weights of their indicators; of one where only one is known."""
    if result is None:
        return ""
    weights = {"value": Decimal(0), "potential": Decimal(0)}
    for row in section.indicator:
        weights[row.dimension] += row.weight
    known = [
        (score, weights[name])
        for name, score in (("value", result.value), ("potential", result.potential))
        if score is not None and weights[name]
    ]
    total = sum((weight for _score, weight in known), Decimal(0))
    return score_text(sum((score * weight for score, weight in known), Decimal(0)) / total) if total else "—"
