"""Rows of the check that bring a customer who may be there already: told, never acted upon."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.utils.translation import gettext as _

from weixi.customers.duplicates.queries import nearest_among, rows_with_near
from weixi.customers.duplicates.words import reason_words
from weixi.customers.importing.customer_values import Wanted, record_wanted
from weixi.customers.importing.rows import Act, Decision
from weixi.customers.matching.compare import Kind
from weixi.customers.matching.keys import near_keys_of
from weixi.customers.matching.records import Record
from weixi.customers.models import Customer
from weixi.kernel.one_of import one_of
from weixi.kernel.rows import read_rows
from weixi.organisation.scope import Viewer

# So many customers are named beside a row.
NAMED = 3


def near_keys(each: Wanted) -> tuple[int, ...]:
    """Under which keys a customer like this row is filed, if there is one."""
    return near_keys_of(record_wanted(each))


def warn_of_nearest(viewer: Viewer, asked: Iterable[Wanted], decisions: Sequence[Decision], *, told: bool) -> int:
    """Write a warning into the decisions that make a customer like one the viewer sees; six queries a portion. Returns
    how many. Unless it is to be `told`, it is only said that there is one, which the first like customer settles."""
    fresh = {
        each.row: each
        for each, decision in zip(asked, decisions, strict=True)
        if decision.act is Act.CREATE and not decision.warning
    }
    keys = {row: near_keys(each) if each.near is None else each.near for row, each in fresh.items()}

    def record(row: int) -> Record:
        return record_wanted(fresh[row])

    if not told:
        alike = rows_with_near(viewer, keys, record)
        for decision in decisions:
            decision.counted = decision.row in alike
        return len(alike)
    nearest = nearest_among(viewer, keys, record)
    if not nearest:
        return 0
    named = {pk for found in nearest.values() for _match, pk in found[:NAMED]}
    # Uses index: the primary key.
    rows = read_rows(Customer.objects.filter(one_of("pk", named)).order_by(), "pk", "name", "number")
    names = {pk: f"{name} ({number})" for pk, name, number in rows}
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
    return len(nearest)
