"""Judgements of an import, taken back."""

from __future__ import annotations

from collections.abc import Sequence

from weixi.customers.importing.undo.taking import EDITED, NOT_YOURS, REFUSED, Fact, Taking
from weixi.grading.models import Judgement
from weixi.grading.services.judgements import judge_indicator, withdraw_judgement
from weixi.kernel.errors import WeixiError
from weixi.kernel.one_of import one_of


def judgements_made(taking: Taking, facts: Sequence[Fact]) -> None:
    """Each opinion that still holds gives way to the one before it, or to none."""
    rows = Judgement.objects.filter(one_of("pk", {fact.subject for fact in facts})).select_related("customer")
    made = {one.pk: one for one in rows}
    seen = taking.seen({one.customer_id for one in made.values()})
    for fact in facts:
        one = made.get(fact.subject)
        if one is None or one.customer_id not in seen:
            taking.keep("judgement", fact.subject, NOT_YOURS)
        elif one.replaced_at is not None:
            taking.keep("judgement", fact.subject, EDITED)
        else:
            _take_back(taking, one)


def _take_back(taking: Taking, one: Judgement) -> None:
    former = (
        Judgement.objects.filter(customer=one.customer_id, indicator=one.indicator, replaced_at=one.at, pk__lt=one.pk)
        .order_by("-pk")
        .first()
    )
    try:
        if former is None:
            withdraw_judgement(one, viewer=taking.viewer)
            taking.taken += 1
        else:
            judge_indicator(one.customer, one.indicator, viewer=taking.viewer, score=former.score, basis=former.basis)
            taking.restored += 1
    except WeixiError:
        taking.keep("judgement", one.pk, REFUSED)
