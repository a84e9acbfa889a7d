"""Computing a run: all customers, a stretch of ids at a time, each with its mark in one transaction.

Killed anywhere, the next call goes on behind the mark and ends as an undisturbed run would.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import Count, Q
from django.utils import timezone

from weixi.customers.models import Customer
from weixi.grading.deciding import one_step
from weixi.grading.enums import RunState
from weixi.grading.gather import gather_facts, gather_judgements, gather_overrides, gather_ranks
from weixi.grading.ladders import AMOUNT
from weixi.grading.models import GradeResult, GradingRun
from weixi.grading.reasons import as_text, find_reasons, scores_by_key
from weixi.grading.scorecard import Evaluation, Scorecard, facts_needed
from weixi.grading.sections import grade_ranks, thawed
from weixi.grading.services.asking import tell_run_asked
from weixi.kernel import clock
from weixi.kernel.errors import Conflict
from weixi.kernel.memory import uncollected
from weixi.kernel.rows import insert_values
from weixi.policy.document.grading import Grading

# Customers whose results are written in one transaction.
CHUNK = 5000
ZERO = Decimal("0.00")

COLUMNS = (
    "run_id", "customer_id", "value", "potential", "amount", "computed", "grade", "old_grade", "old_value",
    "old_potential", "advice", "facts", "scores", "reasons", "moves", "attention", "incomplete", "overridden", "included",
)  # fmt: skip
Progress = Callable[[int, int], None]


def compute_run(run: GradingRun, *, progress: Progress | None = None, chunk: int = CHUNK) -> GradingRun:
    """Compute what is left of a run and put it up for review.

    `progress(done, total)` is called inside each chunk's transaction; what it raises takes the chunk
    back. Raises Conflict when another process works on the same run.
    """
    run.refresh_from_db()
    if run.state != RunState.COMPUTING:
        return run
    grading = thawed(run.section)
    ranks = gather_ranks(grading, run.as_of, _living(run) if _has_percentile(grading) else None)
    worker = _Worker(run, grading, Scorecard(grading, run.as_of, ranks))
    done = GradeResult.objects.filter(run=run).count() if run.cursor else 0
    while True:
        rows = list(
            Customer.objects.filter(pk__gt=run.cursor, pk__lte=run.last_id, archived_at=None)
            .order_by("pk")
            .values_list("pk", "grade")[:chunk]
        )
        if not rows:
            break
        with uncollected():
            made = worker.results(rows)
        with transaction.atomic():
            _move_mark(run, rows[-1][0])
            insert_values(GradeResult, COLUMNS, made)
            done += len(rows)
            if progress is not None:
                progress(done, run.total)
    return _finish(run, grading)


def _living(run: GradingRun) -> Sequence[int]:
    return list(Customer.objects.filter(archived_at=None, pk__lte=run.last_id).values_list("pk", flat=True))


def _has_percentile(grading: Grading) -> bool:
    return any(row.method == "percentile" for row in grading.indicator)


class _Worker:
    """What stays the same over all chunks of a run."""

    def __init__(self, run: GradingRun, grading: Grading, card: Scorecard) -> None:
        self.run, self.grading, self.card = run, grading, card
        self.codes = facts_needed(grading)
        self.ranks = grade_ranks(grading)

    def results(self, rows: Sequence[tuple[int, str]]) -> list[tuple[Any, ...]]:
        ids = range(rows[0][0], rows[-1][0] + 1)
        facts = gather_facts(self.codes, ids, self.run.as_of)
        judged = gather_judgements(ids, self.run.as_of)
        overrides = gather_overrides(ids, self.run.as_of)
        before = self._before(ids)
        columns = list(facts.items())
        nothing: dict[str, Decimal] = {}
        made = []
        for pk, old_grade in rows:
            known = {code: values[pk] for code, values in columns if pk in values}
            found = self.card.evaluate(known, judged.get(pk, nothing))
            made.append(self._row(pk, old_grade, known, found, overrides.get(pk), before.get(pk)))
        return made

    def _before(self, ids: range) -> dict[int, tuple[Any, ...]]:
        if self.run.previous_id is None:
            return {}
        rows = GradeResult.objects.filter(
            run_id=self.run.previous_id, customer_id__gte=ids.start, customer_id__lt=ids.stop
        )
        listed = rows.values_list("customer_id", "value", "potential", "facts", "scores")
        return {row[0]: row[1:] for row in listed.iterator()}

    def _row(
        self,
        pk: int,
        old_grade: str,
        known: dict[str, Any],
        found: Evaluation,
        override: str | None,
        before: tuple[Any, ...] | None,
    ) -> tuple[Any, ...]:
        grade = found.grade if override is None else override
        moves = grade != old_grade
        facts = {code: as_text(value) for code, value in known.items()}
        old_value, old_potential, old_facts, old_scores = before or (None, None, None, None)
        reasons = find_reasons(self.grading, found, facts, old_facts, old_scores) if moves else []
        doubtful = moves and self._doubtful(found, grade, old_grade)
        return (
            self.run.pk, pk, found.value, found.potential, _stored(known.get(AMOUNT)), found.grade, grade, old_grade,
            old_value, old_potential, found.advice, facts, scores_by_key(self.grading, found.scores), reasons,
            moves, self._attention(doubtful, grade, old_grade), bool(found.missing), override is not None,
            not doubtful,
        )  # fmt: skip

    def _attention(self, doubtful: bool, grade: str, old_grade: str) -> int:
        if doubtful:
            return 3
        old, new = self.ranks.get(old_grade), self.ranks.get(grade)
        if old is None or new is None:
            return 0
        return 2 if abs(new - old) > 1 else int(new > old)

    def _doubtful(self, found: Evaluation, grade: str, old_grade: str) -> bool:
        """A customer who fits no grade, or would fall only where nothing of a whole dimension is known,
        keeps his grade unless somebody says otherwise."""
        if not grade:
            return bool(old_grade)
        known_old, lowest = old_grade in self.ranks, len(self.ranks) + 1
        falls = known_old and self.ranks.get(grade, lowest) > self.ranks[old_grade]
        unknown = self.grading.preset == "quadrant" and (found.value is None or found.potential is None)
        return falls and unknown


def _stored(amount: Any) -> Decimal:
    return amount if isinstance(amount, Decimal) else ZERO


def _move_mark(run: GradingRun, to: int) -> None:
    """Compare-and-set: of two processes with the same chunk one commits."""
    moved = GradingRun.objects.filter(pk=run.pk, state=RunState.COMPUTING, cursor=run.cursor).update(cursor=to)
    if not moved:
        raise Conflict("this grading is being computed by another process")
    run.cursor = to


def _finish(run: GradingRun, grading: Grading) -> GradingRun:
    counts = count_results(run, grading)
    with transaction.atomic():
        done = GradingRun.objects.filter(pk=run.pk, state=RunState.COMPUTING).update(
            state=RunState.PREVIEW, counts=counts, total=counts["total"], computed_at=clock.now()
        )
        run.refresh_from_db()
        if done:
            tell_run_asked(run, run.steps or one_step(grading.approve_by))
    if not done and run.state == RunState.COMPUTING:
        raise Conflict("this grading is being finished by another process")
    return run


def count_results(run: GradingRun, grading: Grading, only: Q | None = None) -> dict[str, Any]:
    """How many (of `only`) per grade and per move; up and down by the policy's order of grades."""
    rows = GradeResult.objects.filter(only or Q(), run=run)
    return summarise(rows.values_list("old_grade", "grade").annotate(n=Count("pk")).order_by(), grading) | {
        "incomplete": rows.filter(incomplete=True).count(),
        "left_out": rows.filter(moves=True, included=False).count(),
    }


def summarise(pairs: Any, grading: Grading) -> dict[str, Any]:
    ranks = grade_ranks(grading)
    grades = dict.fromkeys(grading.grades, 0)
    moves: dict[str, int] = {}
    total = up = down = fresh = unchanged = none = 0
    for old, new, count in pairs:
        total += count
        if new in grades:
            grades[new] += count
        else:
            none += count
        moves[f"{old}>{new}"] = moves.get(f"{old}>{new}", 0) + count
        if old == new:
            unchanged += count
        elif old not in ranks or new not in ranks:
            fresh += count
        elif ranks[new] < ranks[old]:
            up += count
        else:
            down += count
    return {
        "total": total, "grades": grades, "none": none, "moves": moves, "up": up, "down": down, "fresh": fresh,
        "unchanged": unchanged, "moving": up + down + fresh,
    }  # fmt: skip


def as_of_or_today(as_of: date | None) -> date:
    return as_of or clock.today(timezone.get_default_timezone())
