"""Gradings in the API: starting, looking at, approving; the grading table."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from django.utils.translation import gettext_noop
from ninja import Query, Router, Status
from pydantic import Field

from weixi.customers.grades import grade_labels
from weixi.grading.enums import Preset, RunState
from weixi.grading.models import GradeResult, GradingRun
from weixi.grading.queries import get_run_for, latest_run, list_runs
from weixi.grading.queries.scope import visible_results
from weixi.grading.services import approve_run, return_run, start_run
from weixi.kernel.api.answers import read, write
from weixi.kernel.api.paging import Page, Paged, page_of
from weixi.kernel.api.values import Day, DayIn, Given, Moment, Money, PersonRef, Quantity, Ref, Taken, person_ref
from weixi.organisation.enums import Right
from weixi.organisation.requests import Asked
from weixi.organisation.scope import Viewer

router = Router(tags=["grading"])


class RunsAsked(Paged):
    as_of: DayIn | None = None
    state: RunState | None = None


class ResultsAsked(Paged):
    grade: str | None = Field(None, max_length=16)
    moves: bool | None = Field(None, description=gettext_noop("true: only customers whose grade changes."))


class TableAsked(ResultsAsked):
    as_of: DayIn | None = Field(None, description=gettext_noop("Left out: the latest grading of all."))


class StartRun(Taken):
    as_of: DayIn | None = Field(None, description=gettext_noop("Left out: today."))
    preset: Annotated[Preset, Field(strict=False)] | None = Field(
        None, description=gettext_noop("Left out: that of the policy.")
    )


class ApproveRun(Taken):
    """`expected` is how many customers change, as the run says; another number is refused (409)."""

    expected: int | None = Field(None, ge=0, le=2**53)
    note: str = Field("", max_length=300)


class ReturnRun(Taken):
    note: str = Field(min_length=1, max_length=300)


class RunOut(Given):
    """One grading. `counts` only for those who grade or see everybody."""

    id: int
    as_of: Day
    preset: str
    policy_version: str
    state: str
    counts: dict[str, Any] | None
    created_by: PersonRef | None
    created_at: Moment
    computed_at: Moment | None
    decided_by: PersonRef | None
    decided_at: Moment | None
    decision_note: str
    applied_at: Moment | None


class ResultOut(Given):
    """What a grading says of one customer. `facts` and `indicators` are numbers as exact text."""

    customer: Ref
    value: Quantity | None
    potential: Quantity | None
    annual_amount: Money
    grade: str
    grade_name: str = Field(description=gettext_noop("What the policy calls the grade."))
    computed_grade: str
    old_grade: str
    advice: str
    facts: dict[str, str]
    indicators: dict[str, str]
    reasons: list[Any]
    moves: bool
    included: bool
    incomplete: bool
    overridden: bool


class TableOut(Given):
    """A page of the grading table of one run."""

    run: RunOut
    results: Page[ResultOut]


@router.get("/grading/runs", summary=gettext_noop("List gradings, the newest first"), **read(Page[RunOut]))
def list_grading_runs(request: Asked, asked: Query[RunsAsked]) -> Page[RunOut]:
    rows = list_runs(request.viewer)
    if asked.as_of is not None:
        rows = rows.filter(as_of=asked.as_of)
    if asked.state is not None:
        rows = rows.filter(state=asked.state)
    return Page[RunOut](**page_of(rows, asked, lambda run: run_out(request.viewer, run)))


@router.post(
    "/grading/runs",
    summary=gettext_noop("Start a grading of everybody"),
    description=gettext_noop("A job computes it; ask for the run until its state is `preview`."),
    **write(RunOut, 202),
)
def start_grading_run(request: Asked, payload: StartRun) -> Status[RunOut]:
    preset = payload.preset.value if payload.preset else None
    run = start_run(viewer=request.viewer, as_of=payload.as_of, preset=preset)
    return Status(202, run_out(request.viewer, get_run_for(request.viewer, run.pk)))


@router.get("/grading/runs/{int:run_id}", summary=gettext_noop("One grading"), **read(RunOut))
def get_grading_run(request: Asked, run_id: int) -> RunOut:
    return run_out(request.viewer, get_run_for(request.viewer, run_id))


@router.get(
    "/grading/runs/{int:run_id}/results", summary=gettext_noop("What a grading says of the viewer's customers"),
    **read(Page[ResultOut]),
)  # fmt: skip
def list_grading_results(request: Asked, run_id: int, asked: Query[ResultsAsked]) -> Page[ResultOut]:
    return _results(request.viewer, get_run_for(request.viewer, run_id), asked)


@router.post(
    "/grading/runs/{int:run_id}/approve", summary=gettext_noop("Approve a grading and let it take effect"),
    description=gettext_noop("Only for the role that the policy names; a job then gives the customers their grades."),
    **write(RunOut, scope="admin"),
)  # fmt: skip
def approve_grading_run(request: Asked, run_id: int, payload: ApproveRun) -> RunOut:
    run = get_run_for(request.viewer, run_id)
    approve_run(run, viewer=request.viewer, expected=payload.expected, note=payload.note)
    return run_out(request.viewer, get_run_for(request.viewer, run_id))


@router.post(
    "/grading/runs/{int:run_id}/return", summary=gettext_noop("Send a grading back"), **write(RunOut, scope="admin")
)
def return_grading_run(request: Asked, run_id: int, payload: ReturnRun) -> RunOut:
    return_run(get_run_for(request.viewer, run_id), viewer=request.viewer, note=payload.note)
    return run_out(request.viewer, get_run_for(request.viewer, run_id))


@router.get(
    "/grading/table",
    summary=gettext_noop("The grading table as of a date"),
    description=gettext_noop(
        "The latest grading for that date, approved or not, with the customers the viewer looks after."
    ),
    **read(TableOut),
)
def get_grading_table(request: Asked, asked: Query[TableAsked]) -> TableOut:
    run = latest_run(asked.as_of)
    return TableOut(run=run_out(request.viewer, run), results=_results(request.viewer, run, asked))


def _results(viewer: Viewer, run: GradingRun, asked: ResultsAsked) -> Page[ResultOut]:
    rows = visible_results(viewer, run).select_related("customer").order_by("customer_id")
    if asked.grade is not None:
        rows = rows.filter(grade=asked.grade)
    if asked.moves is not None:
        rows = rows.filter(moves=asked.moves)
    grades = grade_labels()
    return Page[ResultOut](**page_of(rows, asked, lambda row: result_out(row, grades)))


def run_out(viewer: Viewer, run: GradingRun) -> RunOut:
    whole = viewer.sees_all or viewer.may(Right.GRADING_RUN)
    return RunOut(
        id=run.pk,
        as_of=run.as_of,
        preset=run.preset,
        policy_version=run.policy_label,
        state=run.state,
        counts=run.counts if whole else None,
        created_by=person_ref(run.created_by),
        created_at=run.created_at,
        computed_at=run.computed_at,
        decided_by=person_ref(run.decided_by),
        decided_at=run.decided_at,
        decision_note=run.decision_note,
        applied_at=run.applied_at,
    )


def result_out(row: GradeResult, grades: Mapping[str, str]) -> ResultOut:
    return ResultOut(
        customer=Ref(id=row.customer_id, number=row.customer.number, name=row.customer.name),
        value=row.value,
        potential=row.potential,
        annual_amount=row.amount,
        grade=row.grade,
        grade_name=grades.get(row.grade, row.grade) if row.grade else "",
        computed_grade=row.computed,
        old_grade=row.old_grade,
        advice=row.advice,
        facts=row.facts,
        indicators=row.scores,
        reasons=row.reasons,
        moves=row.moves,
        included=row.included,
        incomplete=row.incomplete,
        overridden=row.overridden,
    )
