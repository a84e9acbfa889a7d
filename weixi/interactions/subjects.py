"""What `interaction:7` and `followup:7` stand for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from weixi.interactions.enums import Kind
from weixi.interactions.models import FollowUp, Interaction
from weixi.kernel.drawing.moments import day_text
from weixi.kernel.telling import Private, Words
from weixi.kernel.together import ByKeys, Row


def interaction_owners(ids: Iterable[str]) -> Mapping[str, int]:
    """Who recorded it."""
    rows = Interaction.objects.filter(pk__in=list(ids), recorded_by__isnull=False).values_list("pk", "recorded_by_id")
    return {str(pk): person for pk, person in rows}


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
    return {
        str(pk): person for pk, person in FollowUp.objects.filter(pk__in=list(ids)).values_list("pk", "assignee_id")
    }


# The promise's words.
followup_about = ByKeys(
    lambda ids: FollowUp.objects.filter(pk__in=list(ids)).order_by().values_list("pk", "text"),
    lambda rows: {str(pk): text for pk, text in rows},
)
