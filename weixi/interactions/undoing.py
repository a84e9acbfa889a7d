"""Interactions of an import, taken back."""

from __future__ import annotations

from collections.abc import Sequence

from weixi.customers.importing.undo.taking import EDITED, NOT_YOURS, Fact, Taking
from weixi.interactions.models import Interaction
from weixi.interactions.services.withdrawal import withdraw_interactions
from weixi.kernel.one_of import one_of


def interactions_made(taking: Taking, facts: Sequence[Fact]) -> None:
    """Records the import has entered, unless somebody corrected their words."""
    rows = Interaction.objects.filter(one_of("pk", {fact.subject for fact in facts}), withdrawn_at=None)
    customers = dict(rows.values_list("pk", "customer_id"))
    seen = taking.seen(set(customers.values()))
    touched = taking.touched("interaction", facts)
    gone = []
    for pk, customer in sorted(customers.items()):
        if customer not in seen:
            taking.keep("interaction", pk, NOT_YOURS)
        elif pk in touched:
            taking.keep("interaction", pk, EDITED)
        else:
            gone.append(pk)
    taking.taken += withdraw_interactions(gone, viewer=taking.viewer, reason=taking.reason)
