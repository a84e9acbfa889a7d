"""What `interaction:7` and `followup:7` stand for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from weixi.interactions.enums import Kind
from weixi.interactions.models import FollowUp, Interaction
from weixi.kernel.drawing.moments import day_text
from weixi.kernel.one_of import one_of
from weixi.kernel.prepared import Prepared, several
from weixi.kernel.telling import Private, Words
from weixi.kernel.together import ByKeys, Row

_RECORDED_BY = Prepared(
    lambda ids: (
        Interaction.objects.filter(one_of("pk", ids), recorded_by__isnull=False)
        .order_by()
        .values_list("pk", "recorded_by_id")
    ),
    several,
)
_PROMISED_BY = Prepared(
    lambda ids: FollowUp.objects.filter(one_of("pk", ids)).order_by().values_list("pk", "assignee_id"), several
)


def interaction_owners(ids: Iterable[str]) -> Mapping[str, int]:
    """Who recorded it."""
    return {str(pk): person for pk, person in _RECORDED_BY(map(int, ids)).rows()}


def _talks(ids: Iterable[str]) -> QuerySet[Any]:
    rows = Interaction.objects.filter(pk__in=list(ids)).order_by()
    return rows.values_list("pk", "occurred_at", "kind", "contact__name")


def _talk_words(rows: Iterable[Row]) -> Mapping[str, Words]:
    words: dict[str, Words] = {}
    kinds = dict(Kind.choices)
    for pk, occurred_at, kind, contact in rows:
        day = day_text(timezone.localtime(occurred_at).date(), year=False)
        words[str(pk)] = (f"{day} {kinds.get(kind, kind)}", Private("contact_name", contact or ""))
    return words


# `11月22日 打电话，冯师傅`.
interaction_about = ByKeys(_talks, _talk_words)


def followup_owners(ids: Iterable[str]) -> Mapping[str, int]:
    """Who promised it."""
    return {str(pk): person for pk, person in _PROMISED_BY(map(int, ids)).rows()}


# The promise's words.
followup_about = ByKeys(
    lambda ids: FollowUp.objects.filter(pk__in=list(ids)).order_by().values_list("pk", "text"),
    lambda rows: {str(pk): text for pk, text in rows},
)
