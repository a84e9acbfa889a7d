"""Files that hang on a talk: a photograph of the site, a recording."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils import timezone

from weixi.interactions.models import Interaction

OFFERED = 10


def talk_belongs(customer_id: int, key: int) -> bool:
    return Interaction.objects.filter(pk=key, customer_id=customer_id).exists()


def talks_offered(customer_id: int) -> Iterable[tuple[int, str]]:
    """The latest talks, by day and kind."""
    rows = Interaction.objects.filter(customer_id=customer_id).order_by("-occurred_at")[:OFFERED]
    return [(row.pk, f"{timezone.localtime(row.occurred_at):%Y-%m-%d} {row.get_kind_display()}") for row in rows]
