"""What the page of pairs shows, and what two customers look like side by side."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from weixi.customers.duplicates.models import DuplicatePair, DuplicateScan, MatchTodo, PairKind
from weixi.customers.duplicates.queries import pairs_seen
from weixi.customers.duplicates.words import reason_words
from weixi.customers.matching.companies import company_name
from weixi.customers.merging.queries import merges_seen, undo_until
from weixi.customers.models import Customer, MergeRecord
from weixi.kernel import clock
from weixi.organisation.scope import Viewer

PAGE = 50
UNDO_SHOWN = 10
# Lower bounds of certainty one can filter by, in percent.
LEAST = (90, 75)


@dataclass(frozen=True, slots=True)
class PairRow:
    pair: DuplicatePair
    why: str

    @property
    def both(self) -> tuple[Customer, Customer]:
        return (self.pair.a, self.pair.b)

    @property
    def percent(self) -> int:
        return round(100 * self.pair.score)

    @property
    def related(self) -> bool:
        return self.pair.kind == PairKind.RELATED


@dataclass(frozen=True, slots=True)
class UndoRow:
    """A merge in force that can be taken back; `until` None: for ever."""

    record: MergeRecord
    until: Any


@dataclass(frozen=True, slots=True)
class PairsPage:
    rows: Sequence[PairRow]
    kind: str
    least: int
    mine: bool
    page: int
    more: bool
    undo: Sequence[UndoRow]
    scanned: Any
    waiting: bool

    @property
    def previous(self) -> int:
        return self.page - 1

    @property
    def following(self) -> int:
        return self.page + 1


def pairs_page(viewer: Viewer, asked: Mapping[str, str]) -> PairsPage:
    """A page of open pairs by kind, certainty and owner. Uses index: duplicate_open."""
    kind = asked.get("kind", "")
    kind = kind if kind in PairKind.values else PairKind.DUPLICATE.value
    least = int(asked["least"]) if asked.get("least") in {str(each) for each in LEAST} else 0
    mine = asked.get("mine") == "1" and viewer.user is not None
    number = int(asked["page"]) if asked.get("page", "").isdecimal() and len(asked["page"]) < 5 else 1
    rows = pairs_seen(viewer).filter(kind=kind, score__gte=least / 100)
    if mine:
        rows = rows.filter(Q(a__owner=viewer.user) | Q(b__owner=viewer.user))
    start = max(0, number - 1) * PAGE
    found = list(rows[start : start + PAGE + 1])
    scan = DuplicateScan.objects.first()
    return PairsPage(
        rows=[PairRow(pair, _(", ").join(reason_words(pair.reasons))) for pair in found[:PAGE]],
        kind=kind,
        least=least,
        mine=mine,
        page=max(1, number),
        more=len(found) > PAGE,
        undo=_undo(viewer),
        scanned=scan.at if scan else None,
        waiting=MatchTodo.objects.exists(),
    )


def _undo(viewer: Viewer) -> list[UndoRow]:
    found = []
    for record in merges_seen(viewer).filter(undone_at=None)[:UNDO_SHOWN]:
        until = undo_until(record)
        if until is None or until >= clock.now():
            found.append(UndoRow(record, until))
    return found


def stays_first(pair: DuplicatePair, asked: str) -> tuple[Customer, Customer]:
    """(the one that goes, the one that stays): the older stays unless the other was asked for."""
    return (pair.a, pair.b) if asked == "b" else (pair.b, pair.a)


def whole_and_part(pair: DuplicatePair) -> tuple[Customer, Customer]:
    """(the company, its branch) by their names; of two branches the older stands for the company."""
    return (
        (pair.b, pair.a)
        if company_name(pair.a.name).branch and not company_name(pair.b.name).branch
        else (pair.a, pair.b)
    )
