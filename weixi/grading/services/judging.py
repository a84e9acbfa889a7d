"""Many judgements at once, as an import brings them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from weixi.grading.models import Judgement
from weixi.kernel.events.work import unit_of_work
from weixi.kernel.one_of import one_of
from weixi.organisation.enums import Right
from weixi.organisation.scope import Viewer


@dataclass(frozen=True, slots=True)
class NewJudgement:
    """An opinion as `judge_indicator` takes it, checked by the caller (`judgement_fault`)."""

    customer_id: int
    indicator: str
    score: Decimal
    basis: str


def judge_many(rows: Sequence[NewJudgement], *, viewer: Viewer) -> list[Judgement]:
    """Store opinions, each in the place of the one before; one event each, a fixed number of queries.

    The caller has looked that the customers are the viewer's and that no (customer, indicator) stands twice.
    """
    viewer.require(Right.GRADING_JUDGE)
    if not rows:
        return []
    with unit_of_work(actor=viewer.actor) as work:
        keys = {(row.customer_id, row.indicator) for row in rows}
        valid = Judgement.objects.select_for_update().filter(
            one_of("customer_id", {row.customer_id for row in rows}), replaced_at=None
        )
        old = {(one.customer_id, one.indicator): one for one in valid if (one.customer_id, one.indicator) in keys}
        Judgement.objects.filter(one_of("pk", [one.pk for one in old.values()])).update(replaced_at=work.now)
        made = [
            Judgement(
                customer_id=row.customer_id, indicator=row.indicator, score=row.score, basis=row.basis, by=viewer.user,
                at=work.now,
            )
            for row in rows
        ]  # fmt: skip
        Judgement.objects.bulk_create(made, batch_size=500)
        for one in made:
            before = old.get((one.customer_id, one.indicator))
            work.record(
                "indicator.judged",
                customer=one.customer_id,
                subject=("judgement", one.pk),
                data={
                    "indicator": one.indicator, "score": str(one.score), "old": str(before.score) if before else None,
                    "basis": one.basis,
                },
            )  # fmt: skip
    return made
