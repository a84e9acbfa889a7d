"""Who may be there twice, as far as the viewer sees both: of a hidden customer nothing is said."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Set
from dataclasses import dataclass, field
from itertools import chain
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from weixi.customers.duplicates.filing import filed_under
from weixi.customers.duplicates.gather import records_of
from weixi.customers.duplicates.models import DuplicatePair, PairKind, PairState
from weixi.customers.duplicates.words import reason_words
from weixi.customers.matching.compare import LINE, TYPING_LINE, Kind, Match, compare
from weixi.customers.matching.keys import keys_of
from weixi.customers.matching.records import Record
from weixi.customers.models import Customer
from weixi.customers.naming import name_key
from weixi.customers.queries.find import visible_customers
from weixi.kernel.errors import NotFound
from weixi.kernel.one_of import one_of
from weixi.organisation.scope import Viewer

OFFERED = 5
# More customers than this under one key: for a row of a file it tells nothing.
CROWD = 10


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


def twins_seen(viewer: Viewer, *, kind: str = PairKind.DUPLICATE) -> QuerySet[Any]:
    """The ids of the customers in these pairs. Uses index: duplicate_open."""
    rows = pairs_seen(viewer).filter(kind=kind).order_by()
    either = Q(pk__in=rows.values("a")) | Q(pk__in=rows.values("b"))
    return Customer.objects.filter(either).order_by().values_list("pk", flat=True)


def count_twins(viewer: Viewer) -> int:
    """How many customers of the viewer may be there twice, as far as he sees both of a pair."""
    return twins_seen(viewer).count()


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
    """{row: [(what they are to each other, customer), ...]} for records that are being typed, the surest first;
    only customers in scope: met under the keys of the scan, and judged more readily. Five queries, however many rows."""
    met = _met({row: keys_of(each) for row, each in records.items()})
    return _compared(viewer, records.__getitem__, met, line=TYPING_LINE)


def nearest_among(
    viewer: Viewer, keys: Mapping[int, Iterable[int]], record: Callable[[int], Record]
) -> dict[int, list[tuple[Match, int]]]:
    """As `alike_among` for thousands of rows, given as their `near_keys_of`: only what these meet, under keys that few
    customers share, and of these the `OFFERED` that share most keys with the row. What is missed, the scan finds."""
    return _compared(viewer, record, _met(keys, crowd=CROWD), most=OFFERED)


def rows_with_near(viewer: Viewer, keys: Mapping[int, Iterable[int]], record: Callable[[int], Record]) -> set[int]:
    """The rows of which `nearest_among` would give anybody. Each is compared with the one that shares most keys with it, and
    with the next only while it is like none: where a base holds very many alike, a quarter of the comparing."""
    waiting = {row: chosen for row, chosen in _nearest(viewer, _met(keys, crowd=CROWD), OFFERED).items() if chosen}
    found: set[int] = set()
    ours = {row: record(row) for row in waiting}
    for place in range(OFFERED):
        waiting = {row: chosen for row, chosen in waiting.items() if row not in found and place < len(chosen)}
        stored = records_of({chosen[place] for chosen in waiting.values()}) if waiting else {}
        for row, chosen in waiting.items():
            theirs = stored.get(chosen[place])
            if theirs is not None and compare(ours[row], theirs):
                found.add(row)
    return found


def _met(keys: Mapping[int, Iterable[int]], *, crowd: int | None = None) -> dict[int, Counter[int]]:
    """{row: {customer: keys that both are filed under}}; keys of more than `crowd` customers do not count."""
    asked = list(dict.fromkeys(chain.from_iterable(keys.values())))
    filed: dict[int, list[int]] = defaultdict(list)
    for key, pk in filed_under(asked) if asked else ():
        filed[key].append(pk)
    telling = {key: ids for key, ids in filed.items() if crowd is None or len(ids) <= crowd}
    met: dict[int, Counter[int]] = {}
    for row, each in keys.items():
        # Most rows of a file are new, and meet nobody.
        if not telling.keys().isdisjoint(each):
            met[row] = Counter(pk for key in each if key in telling for pk in telling[key])
    return met


def _compared(
    viewer: Viewer,
    record: Callable[[int], Record],
    met: Mapping[int, Counter[int]],
    *,
    most: int | None = None,
    line: float = LINE,
) -> dict[int, list[tuple[Match, int]]]:
    nearest = _nearest(viewer, met, most)
    stored = records_of({pk for chosen in nearest.values() for pk in chosen}) if nearest else {}
    found: dict[int, list[tuple[Match, int]]] = {}
    for row, chosen in nearest.items():
        ours = record(row)
        matches = [(match, pk) for pk in chosen if pk in stored and (match := compare(ours, stored[pk], line=line))]
        if matches:
            matches.sort(key=lambda pair: (pair[0].kind is Kind.RELATED, -pair[0].score, pair[1]))
            found[row] = matches
    return found


def _nearest(viewer: Viewer, met: Mapping[int, Counter[int]], most: int | None) -> dict[int, list[int]]:
    """Of those whom each row met, the ones in scope, at most so many."""
    if not met:
        return {}
    ids = {pk for shared in met.values() for pk in shared}
    seen = set(visible_customers(viewer).filter(one_of("pk", ids)).order_by().values_list("pk", flat=True))
    return {row: _first(shared, seen, most) for row, shared in met.items()}


def _first(shared: Counter[int], seen: Set[int], most: int | None) -> list[int]:
    """Of those in scope the ones that share most keys."""
    return sorted(seen & shared.keys(), key=lambda pk: (-shared[pk], pk))[:most]
