"""Tags on many customers."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping

from weixi.customers.models import CustomerTag
from weixi.customers.services.tags import LONGEST, make_tags
from weixi.customers.services.values import clean_values
from weixi.customers.taxonomy import listed_tags, rivals_of
from weixi.kernel.events.work import UnitOfWork
from weixi.kernel.rows import insert_rows


def add_tags(wanted: Mapping[int, Iterable[str]], work: UnitOfWork, *, stated: bool = False) -> dict[int, list[str]]:
    """Put tags on customers; {customer: tags that were not there}. `stated` records each change."""
    names = sorted({str(clean_values({"tag": n})["tag"])[:LONGEST] for tags in wanted.values() for n in tags} - {""})
    if not names:
        return {}
    listed = listed_tags()
    known = make_tags(names, work, listed=listed)
    before: dict[int, set[str]] = defaultdict(set)
    for pk, name in CustomerTag.objects.filter(customer_id__in=list(wanted)).values_list("customer_id", "tag__name"):
        before[pk].add(name)
    added: dict[int, list[str]] = {}
    gone: dict[int, set[str]] = {}
    for pk, tags in wanted.items():
        fresh = [
            n
            for n in dict.fromkeys(clean_values({"tag": t})["tag"][:LONGEST] for t in tags)
            if n and n not in before[pk]
        ]
        if fresh:
            added[pk] = fresh
        # A level of the taxonomy takes the place of the one there was.
        if old := before[pk] & {rival for name in fresh for rival in rivals_of(name, listed)}:
            CustomerTag.objects.filter(customer_id=pk, tag__name__in=old).delete()
            gone[pk] = old
    insert_rows(
        [CustomerTag(customer_id=pk, tag_id=known[n], added_at=work.now) for pk, fresh in added.items() for n in fresh]
    )
    for pk, fresh in added.items() if stated else ():
        change = [sorted(before[pk]), sorted({*before[pk], *fresh} - gone.get(pk, set()))]
        work.record("customer.changed", customer=pk, subject=("customer", pk), data={"changes": {"tags": change}})
    return added
