"""Duplicates and merges in the API."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_noop
from ninja import Query, Router

from weixi.customers.duplicates.models import PairKind
from weixi.customers.duplicates.queries import pairs_seen
from weixi.customers.duplicates.words import reason_words
from weixi.customers.merging.services import merge_customers
from weixi.customers.queries import get_customer_for
from weixi.kernel.api.answers import read, write
from weixi.kernel.api.values import Asked as Question
from weixi.kernel.api.values import Given, Taken
from weixi.organisation.enums import Right
from weixi.organisation.requests import Asked

router = Router()
MOST = 200


class DuplicatesAsked(Question):
    kind: PairKind | None = None
    after: int = 0


class PairOut(Given):
    """`a` and `b` are customer numbers; `score` stands between 0 and 1; `reasons` are words."""

    id: int
    a: str
    b: str
    kind: str
    score: float
    reasons: list[str]


class PairList(Given):
    items: list[PairOut]


class SamePerson(Taken):
    """Two contacts that are one person: of the customer that goes, of the one that stays."""

    loser: int
    winner: int


class MergeInto(Taken):
    """`into` is the customer that stays. `values` are chosen by key of the field; what is not named is filled
    from the one that goes where it is empty. `people` are to be made one. The versions guard against changes made meanwhile."""

    into: int
    values: dict[str, str] = {}
    people: list[SamePerson] = []
    keep_lost: bool = True
    version: int | None = None
    into_version: int | None = None


class MergeOut(Given):
    merge: int
    loser: str
    into: str
    moved: dict[str, int]


@router.get(
    "/duplicates", tags=["customers"], summary=gettext_noop("Customers that may be there twice"), **read(PairList)
)
def list_duplicates(request: Asked, asked: Query[DuplicatesAsked]) -> PairList:
    request.viewer.require(Right.CUSTOMERS_EDIT)
    rows = pairs_seen(request.viewer).order_by("id").filter(id__gt=asked.after)
    if asked.kind:
        rows = rows.filter(kind=asked.kind)
    return PairList(
        items=[
            PairOut(
                id=pair.pk, a=pair.a.number, b=pair.b.number, kind=pair.kind, score=pair.score,
                reasons=reason_words(pair.reasons),
            )
            for pair in rows[:MOST]
        ]
    )  # fmt: skip


@router.post(
    "/customers/{int:customer_id}/merge",
    tags=["customers"],
    summary=gettext_noop("Make a customer a part of another"),
    **write(MergeOut),
)
def merge_customer(request: Asked, customer_id: int, payload: MergeInto) -> MergeOut:
    viewer = request.viewer
    loser, winner = get_customer_for(viewer, customer_id), get_customer_for(viewer, payload.into)
    chosen: dict[str, Any] = dict(payload.values)
    record = merge_customers(
        loser,
        winner,
        viewer=viewer,
        values=chosen,
        people={each.loser: each.winner for each in payload.people},
        keep_lost=payload.keep_lost,
        versions=(payload.version, payload.into_version),
    )
    moved = {code: len(keys) for code, keys in record.moved.items()}
    return MergeOut(merge=record.pk, loser=loser.number, into=winner.number, moved=moved)
