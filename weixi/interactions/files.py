"""Files that hang on a talk: a photograph of the site, a recording."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from weixi.interactions.enums import Kind
from weixi.interactions.models import Interaction
from weixi.kernel.drawing.moments import day_text

OFFERED = 10


def talk_belongs(customer_id: int, key: int) -> bool:
    return Interaction.objects.filter(pk=key, customer_id=customer_id).exists()


def talks_offered(customer_id: int) -> QuerySet[Any]:
    """The latest talks."""
    rows = Interaction.objects.filter(customer_id=customer_id).order_by("-occurred_at")
    return rows.values_list("pk", "occurred_at", "kind")[:OFFERED]


def talk_called(at: datetime, kind: str) -> str:
    """A talk by day and kind."""
    return f"{day_text(timezone.localtime(at).date())} {dict(Kind.choices).get(kind, kind)}"
