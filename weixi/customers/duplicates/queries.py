"""Who may be there twice, as far as the viewer sees both: of a hidden customer nothing is said."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from weixi.customers.duplicates.filing import CHUNK, file_records, filed_under
from weixi.customers.duplicates.gather import records_of
from weixi.customers.duplicates.models import DuplicatePair, MatchKey, MatchTodo, PairState
from weixi.customers.duplicates.words import reason_words
from weixi.customers.matching.compare import Kind, Match, compare
from weixi.customers.matching.keys import keys_of
from weixi.customers.matching.records import Record
from weixi.customers.models import Customer
from weixi.customers.naming import name_key
from weixi.customers.queries.find import visible_customers
from weixi.kernel.errors import NotFound
from weixi.kernel.one_of import one_of
from weixi.organisation.scope import Viewer

OFFERED = 5


@dataclass(frozen=True, slots=True)
class Twin:
    """A customer that may be the one meant, and why."""

    customer: Customer
    match: Match

    @property
    def why(self) -> list[str]:
        return reason_words(self.match.reasons)

    @property
    def related(self) -> bool:
        return self.match.kind is Kind.RELATED


@dataclass(frozen=True, slots=True)
class Alike:
    """`equal`: the same name; `similar`: the same customer by our comparison, or one that belongs to it."""

    equal: tuple[Customer, ...] = ()
    similar: tuple[Twin, ...] = field(default=())


def pairs_seen(viewer: Viewer, *, state: str = PairState.OPEN) -> QuerySet[DuplicatePair]:
    """The pairs of which the viewer sees both customers, the surest first. Uses index: duplicate_open."""
    rows = DuplicatePair.objects.filter(state=state).select_related("a__owner", "b__owner")
    if not viewer.sees_all:
        rows = rows.filter(viewer.owned("a__"), viewer.owned("b__"))
    return rows.order_by("-score", "id")


def get_pair_for(viewer: Viewer, pk: int) -> DuplicatePair:
    """One pair of which the viewer sees both customers; raises NotFound otherwise."""
    rows = DuplicatePair.objects.select_related("a__owner", "b__owner")
    if not viewer.sees_all:
        rows = rows.filter(viewer.owned("a__"), viewer.owned("b__"))
    pair = rows.filter(pk=pk).first()
    if pair is None:
        raise NotFound(_("There is no such pair among the customers you look after."), code="duplicate.not_found")
    return pair


def alike(viewer: Viewer, record: Record, name: str) -> Alike:
    """Equal and like customers among the viewer's, while one is being entered; a handful of queries.

    Uses index: name_key, match_key_once.
    """
    rows = visible_customers(viewer).select_related("owner").exclude(pk=record.id)
    key = name_key(name)[:200]
    equal = tuple(rows.filter(name_key=key)[:OFFERED]) if key else ()
    found = alike_among(viewer, {0: record}).get(0, [])
    known = {row.pk for row in equal} | {record.id}
    found = [(match, pk) for match, pk in found if pk not in known][:OFFERED]
    customers = rows.in_bulk([pk for _match, pk in found])
    return Alike(equal, tuple(Twin(customers[pk], match) for match, pk in found if pk in customers))


def alike_among(viewer: Viewer, records: Mapping[int, Record]) -> dict[int, list[tuple[Match, int]]]:
    """{row: [(what they are to each other, customer), ...]} for records not in the archive, the surest first;
    only customers in scope. Five queries, however many rows."""
    rows_of: dict[int, list[int]] = defaultdict(list)
    for row, record in records.items():
        for key in keys_of(record):
            rows_of[key].append(row)
    met: set[tuple[int, int]] = set()
    if rows_of:
        met = {(row, pk) for key, pk in filed_under(list(rows_of)) for row in rows_of[key]}
    if not met:
        return {}
    ids = {pk for _row, pk in met}
    seen = set(visible_customers(viewer).filter(one_of("pk", ids)).order_by().values_list("pk", flat=True))
    stored = records_of(seen)
    found: dict[int, list[tuple[Match, int]]] = defaultdict(list)
    for row, pk in sorted(met):
        if pk in stored and (match := compare(records[row], stored[pk])):
            found[row].append((match, pk))
    for each in found.values():
        each.sort(key=lambda pair: (pair[0].kind is Kind.RELATED, -pair[0].score, pair[1]))
    return found


def file_what_waits() -> None:
    """Customers that many came with and that are not filed yet: an import compares with them as well."""
    last = -1
    while True:
        waiting = MatchTodo.objects.filter(customer_id__gt=last).order_by("customer_id")
        ids = list(waiting.values_list("customer_id", flat=True)[:CHUNK])
        if not ids:
            return
        filed = MatchKey.objects.filter(one_of("customer_id", ids)).order_by().values_list("customer_id", flat=True)
        if missing := sorted(set(ids) - set(filed)):
            file_records(missing, records_of(missing))
        last = ids[-1]


def twins_of(viewer: Viewer, customer: Customer) -> list[DuplicatePair]:
    """The open pairs of one customer. Uses index: the pair's foreign keys."""
    return list(pairs_seen(viewer).filter(Q(a=customer) | Q(b=customer))[:OFFERED])
