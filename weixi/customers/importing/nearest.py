"""Rows of the check that bring a customer who may be there already: told, never acted upon."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.utils.translation import gettext as _

from weixi.customers.duplicates.queries import nearest_among
from weixi.customers.duplicates.words import reason_words
from weixi.customers.importing.customer_values import Wanted, record_wanted
from weixi.customers.importing.rows import Act, Decision
from weixi.customers.matching.compare import Kind
from weixi.customers.matching.keys import near_keys_of
from weixi.customers.models import Customer
from weixi.kernel.one_of import one_of
from weixi.organisation.scope import Viewer

# So many customers are named beside a row.
NAMED = 3


def near_keys(each: Wanted) -> tuple[int, ...]:
    """Under which keys a customer like this row is filed, if there is one."""
    return near_keys_of(record_wanted(each))


def warn_of_nearest(viewer: Viewer, asked: Iterable[Wanted], decisions: Sequence[Decision]) -> None:
    """Write a warning into the decisions that make a customer like one the viewer sees; six queries a portion."""
    fresh = {
        each.row: each
        for each, decision in zip(asked, decisions, strict=True)
        if decision.act is Act.CREATE and not decision.warning
    }
    keys = {row: near_keys(each) if each.near is None else each.near for row, each in fresh.items()}
    nearest = nearest_among(viewer, keys, lambda row: record_wanted(fresh[row]))
    if not nearest:
        return
    told = {pk for found in nearest.values() for _match, pk in found[:NAMED]}
    # Uses index: the primary key.
    names = {each.pk: f"{each.name} ({each.number})" for each in Customer.objects.filter(one_of("pk", told))}
    for decision in decisions:
        if found := nearest.get(decision.row):
            match, _pk = found[0]
            text = (
                _("Belongs with %(names)s (%(why)s); entered as a customer of its own.")
                if match.kind is Kind.RELATED
                else _("Perhaps %(names)s (%(why)s); entered as a customer of its own.")
            )
            decision.warning = text % {
                "names": _(", ").join(names[pk] for _match, pk in found[:NAMED] if pk in names),
                "why": _(", ").join(reason_words(match.reasons)),
            }
