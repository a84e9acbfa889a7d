"""One page of the customer list, found by a mark instead of counting off: every page costs the same.

Three ways, by what is asked:
* a text: the search index gives the latest matches, and these are sorted;
* a rare condition (few match, and an index knows it): these are fetched and sorted;
* else the order is walked along its index and other conditions are checked on the way: within a scope also a text
  that very many match, hardly any of them the viewer's.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import connection
from django.db.models import BigIntegerField, F, Model, Q, QuerySet
from django.db.models.lookups import In

from weixi.customers.models import Customer, CustomValue
from weixi.customers.queries.listing import streams
from weixi.customers.queries.listing.filters import Condition, Conditions
from weixi.customers.queries.listing.orders import DEFAULT, Mark, Segment, Sort, read_mark
from weixi.customers.queries.listing.streams import Reach
from weixi.customers.queries.matching import matching_customers, walked_by_text
from weixi.kernel.one_of import one_of
from weixi.kernel.prepared import Prepared, several
from weixi.kernel.walked import Walked
from weixi.organisation.scope import Viewer

PAGE = 50
# Counting stops here; the page says "more than".
COUNTED = 10_000
# A condition that so few customers meet is answered from its own index.
FEW = 2_000
# Within a scope, one for which rows are counted is asked of everybody where so few meet it.
SOME = 500
# Of so many a set is gathered for a walk, by where the value stands.
GATHERED: dict[type[Model], int] = {CustomValue: 60_000, Customer: 20_000}
# Matches of a text that are looked at, the best first.
MATCHES = 1_000


@dataclass(frozen=True, slots=True)
class Ask:
    """What a list is asked for. `grades` are the codes in force, the best first."""

    sort: Sort
    conditions: Conditions = field(default_factory=Conditions)
    text: str = ""
    archived: bool = False
    extra: Q = field(default_factory=Q)
    grades: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Page:
    """Rows in order, and the marks of the pages beside it (empty: there is none)."""

    rows: tuple[Customer, ...]
    after: str = ""
    before: str = ""
    # All that match, when the way there told it.
    exact: int | None = None
    # Whose customers they are: who counts them next need not ask again.
    reach: Reach | None = None


@dataclass(frozen=True, slots=True)
class Count:
    """How many match; `more` when counting stopped."""

    number: int
    more: bool = False


# Uses index: customer_co_owner.
_BESIDE = Prepared(
    lambda seen, owners: (
        Customer.objects.filter(one_of("co_owner_id", seen))
        .exclude(one_of("owner_id", owners))
        .order_by()
        .values_list("pk")
    ),
    several,
    several,
)


def reach_of(viewer: Viewer, conditions: Conditions) -> Reach:
    """Whose customers the viewer's list holds, with a filter by owner taken into account."""
    wanted = conditions.owners
    if viewer.sees_all:
        return Reach(wanted)
    owners = viewer.owner_ids if wanted is None else viewer.owner_ids & wanted
    return Reach(owners, tuple(pk for (pk,) in _BESIDE(viewer.owner_ids, owners).rows()))


def _base(ask: Ask, *, walked: bool = False) -> QuerySet[Customer]:
    rows = Customer.objects.filter(archived_at__isnull=not ask.archived)
    where = ask.conditions.walked if walked else ask.conditions.where
    return rows.filter(where & ask.extra)


@dataclass(frozen=True, slots=True)
class _Way:
    """`ids`: all that match, or with `cut` the first that do; None: they are found by walking the order. `narrowed` is
    then what is checked first of each: the text, or the set of those who meet a condition that an index knows."""

    ids: list[int] | None = None
    cut: bool = False
    narrowed: Q | None = None


def _way(viewer: Viewer, ask: Ask, reach: Reach) -> _Way:
    """All that match, when something says they are few.

    Uses index: search_entry for a text; customer_city, _industry, _region, _source, _lifecycle, _grade, _amount, _due, _created for
    a rare condition, at most FEW entries of each; customer_put_away for the archive.
    """
    if ask.text:
        if reach.bounded and (text := walked_by_text(viewer, ask.text, reach.condition(), enough=MATCHES)) is not None:
            return _Way(narrowed=text)
        ids = matching_customers(viewer, ask.text, limit=MATCHES)
        return _Way(_meeting(ask, reach, one_of("pk", ids)), cut=len(ids) >= MATCHES)
    if ask.archived:
        ids = list(_base(ask).filter(reach.condition()).order_by("-archived_at").values_list("pk", flat=True)[:FEW])
        return _Way(ids, cut=len(ids) == FEW)
    for condition in ask.conditions.items:
        known = _asked_of_all(condition, reach) if condition.counts else _looked_up(condition)
        if known is not None:
            return _Way(_meeting(ask, reach, known))
    return _Way(narrowed=next(filter(None, map(_gathered, ask.conditions.items)), None) if reach.bounded else None)


def _looked_up(condition: Condition) -> Q | None:
    """Customers among whom all are who meet the condition; None when no index knows them, or they are not few."""
    lookups = condition.lookups
    if condition.rare:
        rows = Customer.objects.filter(condition.where, archived_at__isnull=True).order_by()
        lookups = (rows.values_list("pk", flat=True),)
    known, number = Q(), 0
    for ids in lookups:
        number += ids[: FEW + 1 - number].count()
        if number > FEW:
            return None
        known |= Q(pk__in=ids)
    return known if lookups else None


def _asked_of_all(condition: Condition, reach: Reach) -> Q | None:
    """Those of a scope who meet a condition for which rows are counted; None where they are not few, so that a page
    meets enough of them on its way. PostgreSQL chooses by itself."""
    if not reach.owners or not reach.bounded or connection.vendor != "sqlite":
        return None
    found = streams.by_key(Customer.objects.filter(condition.where), reach.owners, limit=SOME + 1)
    return Q(pk__in=[*found, *reach.beside]) if len(found) <= SOME else None


def _gathered(condition: Condition) -> Q | None:
    """Those who meet a condition, as a set that SQLite gathers once from the index of the value, which holds the
    customers; None where they are too many for that. Looking at each customer's own field on the way takes thirty times
    as long, at each customer's row five times. PostgreSQL chooses by itself. Uses index: custom_text, _number, _day;
    customer_due, _amount, _created, _city, _industry, _region, _source, _lifecycle."""
    # One grade has a better index (`_graded`).
    if len(condition.lookups) != 1 or condition.grade is not None or connection.vendor != "sqlite":
        return None
    ids = condition.lookups[0]
    most = GATHERED.get(ids.model, -1)
    if most < 0 or ids[: most + 1].count() > most:
        return None
    return Q(In(Walked(F("pk"), output_field=BigIntegerField()), ids))


def _meeting(ask: Ask, reach: Reach, among: Q) -> list[int]:
    return list(_base(ask).filter(reach.condition(), among).order_by().values_list("pk", flat=True))


def list_customers(
    viewer: Viewer,
    ask: Ask,
    *,
    after: str = "",
    before: str = "",
    size: int = PAGE,
    with_rows: Callable[[QuerySet[Customer]], QuerySet[Customer]] | None = None,
) -> Page:
    """One page. An unreadable mark begins at the first row. At most four statements and one per stretch
    of the order that the page touches."""  # fmt: skip
    segments = ask.sort.order.segments(ask.grades, descending=ask.sort.descending)
    mark = read_mark(before, ask.sort, segments, backwards=True) if before else None
    mark = mark or read_mark(after, ask.sort, segments, backwards=False)
    reach = reach_of(viewer, ask.conditions)
    way = _way(viewer, ask, reach)
    found = _walk(ask, reach, segments, mark, size + 1, way)
    backwards = mark is not None and mark.backwards
    more = len(found) > size
    found = found[:size]
    if backwards:
        found.reverse()
    rows = _rows([pk for _, pk, _ in found], with_rows)
    first, last = (_mark(found[0]), _mark(found[-1])) if found else ("", "")
    return Page(
        rows=rows,
        after=last if found and (more or backwards) else "",
        before=first if found and mark is not None and (more or not backwards) else "",
        exact=None if way.ids is None or way.cut else len(way.ids),
        reach=reach,
    )


Found = tuple[int, int, Any]


def _mark(found: Found) -> str:
    segment, pk, value = found
    return Mark(segment, value, pk).text()


def _walked(ask: Ask, way: _Way) -> QuerySet[Customer]:
    rows = _base(ask, walked=True)
    return rows if way.narrowed is None else rows.filter(way.narrowed)


def _graded(ask: Ask, rows: QuerySet[Customer]) -> QuerySet[Customer]:
    """The rows with the one grade that is asked for told in the open, where the database shall take the index that
    begins with it. Uses index: customer_owner_grade, customer_grade."""
    return rows if ask.conditions.grade is None else rows.filter(grade=ask.conditions.grade)


def _walk(ask: Ask, reach: Reach, segments: Sequence[Segment], mark: Mark | None, limit: int, way: _Way) -> list[Found]:
    """`(segment, id, value)` from the mark on, forwards or backwards, through one segment after another."""
    backwards = mark is not None and mark.backwards
    descending = ask.sort.descending != backwards
    numbers = range(len(segments) - 1, -1, -1) if backwards else range(len(segments))
    if mark is not None:
        numbers = numbers[numbers.index(mark.segment) :]
    rows = _walked(ask, way)
    if way.ids is not None:
        rows, reach = rows.filter(one_of("pk", way.ids)), Reach(None)
    elif ask.sort.order.code == DEFAULT:
        rows = _graded(ask, rows)
    found: list[Found] = []
    for number in numbers:
        after = (mark.value, mark.pk) if mark is not None and number == mark.segment else None
        part = streams.ordered(
            rows, reach, segments[number], descending=descending, after=after, limit=limit - len(found),
            asks_once=way.narrowed is not None,
        )  # fmt: skip
        found += [(number, pk, value) for pk, value in part]
        if len(found) >= limit:
            break
    return found


def neighbour(viewer: Viewer, ask: Ask, mark: str, *, backwards: bool = False) -> tuple[int, str] | None:
    """The customer behind a place of the list (before it, with `backwards`) and his own mark; without a mark the
    first of all. The place need not be anybody's any more."""
    segments = ask.sort.order.segments(ask.grades, descending=ask.sort.descending)
    place = read_mark(mark, ask.sort, segments, backwards=backwards)
    reach = reach_of(viewer, ask.conditions)
    found = _walk(ask, reach, segments, place, 1, _way(viewer, ask, reach))
    return (found[0][1], _mark(found[0])) if found else None


def mark_of(ask: Ask, customer: Customer) -> str:
    """Where a customer stands in this list, as he is now."""
    order = ask.sort.order
    segments = order.segments(ask.grades, descending=ask.sort.descending)
    number = 0
    if order.code == "grade":
        graded = [*(place for place, each in enumerate(segments) if each.condition == Q(grade=customer.grade)), 0]
        number = graded[0]
    elif order.nullable and getattr(customer, order.column) is None:
        number = 1
    segment = segments[number]
    return Mark(number, None if segment.unknown else getattr(customer, segment.column), customer.pk).text()


def count_before(viewer: Viewer, ask: Ask, mark: str, *, stop: int) -> Count | None:
    """How many stand before a place, counted up to `stop`; None for what is no place of this list."""
    segments = ask.sort.order.segments(ask.grades, descending=ask.sort.descending)
    place = read_mark(mark, ask.sort, segments, backwards=False)
    if place is None:
        return None
    rows, _cut = matching_rows(viewer, ask)
    number = 0
    for at, segment in enumerate(segments[: place.segment + 1]):
        part = rows.filter(segment.condition)
        if at == place.segment:
            part = streams.beyond(part, segment, (place.value, place.pk), backwards=not ask.sort.descending)
        number += part[: stop + 1 - number].values("pk").count()
        if number > stop:
            return Count(stop, more=True)
    return Count(number)


def _lines(ids: Any) -> QuerySet[Customer]:
    return Customer.objects.filter(one_of("pk", ids)).select_related("owner").order_by()


_LINES = Prepared(_lines, several)


def _rows(
    ids: Sequence[int], with_rows: Callable[[QuerySet[Customer]], QuerySet[Customer]] | None
) -> tuple[Customer, ...]:
    rows = _LINES(ids).objects() if with_rows is None else with_rows(_lines(ids))
    known: Mapping[int, Customer] = {row.pk: row for row in rows}
    return tuple(known[pk] for pk in ids if pk in known)


def count_customers(viewer: Viewer, ask: Ask, *, stop: int = COUNTED, reach: Reach | None = None) -> Count:
    """How many match, counted up to `stop`. Without conditions it reads index entries alone."""
    reach = reach or reach_of(viewer, ask.conditions)
    way = _way(viewer, ask, reach)
    if way.ids is not None:
        return Count(len(way.ids), way.cut)
    # Within a scope the owners' index is the way: SQLite would take that of a value, which half of all may have.
    rows = _graded(ask, _walked(ask, way) if reach.owners is not None else _base(ask)).order_by()
    parts = [Q()] if reach.owners is None else [Q(owner_id__in=reach.owners), Q(pk__in=reach.beside)]
    number = 0
    for part in parts:
        number += rows.filter(part)[: stop + 1 - number].values("pk").count()
        if number > stop:
            return Count(stop, more=True)
    return Count(number)


def matching_rows(viewer: Viewer, ask: Ask) -> tuple[QuerySet[Customer], bool]:
    """All that match as a queryset without an order, for groups and sums; and whether these are only the first
    matches of a text. Uses index: customer_owner_* for who sees some owners' customers."""
    reach = reach_of(viewer, ask.conditions)
    way = _way(viewer, ask, reach)
    if way.ids is not None:
        return Customer.objects.filter(pk__in=way.ids).order_by(), way.cut
    return _walked(ask, way).filter(reach.condition()).order_by(), False


def matching_ids(viewer: Viewer, ask: Ask, *, limit: int) -> list[int]:
    """The first `limit` ids in the list's order: what an act on "all that match" takes."""
    segments = ask.sort.order.segments(ask.grades, descending=ask.sort.descending)
    reach = reach_of(viewer, ask.conditions)
    return [pk for _, pk, _ in _walk(ask, reach, segments, None, limit, _way(viewer, ask, reach))]
