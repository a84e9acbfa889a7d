"""What `interaction:7` and `followup:7` stand for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from django.utils import timezone
from django.utils.translation import gettext as _

from weixi.interactions.models import FollowUp, Interaction


def interaction_owners(ids: Iterable[str]) -> Mapping[str, int]:
    """Who recorded it."""
    rows = Interaction.objects.filter(pk__in=list(ids), recorded_by__isnull=False).values_list("pk", "recorded_by_id")
    return {str(pk): person for pk, person in rows}


def interaction_about(ids: Iterable[str]) -> Mapping[str, str]:
    """`11-22 Call, 冯师傅`."""
    words = {}
    for row in Interaction.objects.filter(pk__in=list(ids)).select_related("contact"):
        day = timezone.localtime(row.occurred_at)
        parts = [f"{day:%m-%d} {row.get_kind_display()}", row.contact.name if row.contact else ""]
        words[str(row.pk)] = _(", ").join(part for part in parts if part)
    return words


def followup_owners(ids: Iterable[str]) -> Mapping[str, int]:
    """Who promised it."""
    return {
        str(pk): person for pk, person in FollowUp.objects.filter(pk__in=list(ids)).values_list("pk", "assignee_id")
    }


def followup_about(ids: Iterable[str]) -> Mapping[str, str]:
    """The promise's words."""
    return {str(pk): text for pk, text in FollowUp.objects.filter(pk__in=list(ids)).values_list("pk", "text")}
