"""From rows of the log to the engine's events."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from weixi.duties.engine.events import Event
from weixi.kernel.events import models


def engine_events(customer_ids: Iterable[int | None], types: frozenset[str]) -> list[Event]:
    """The events of these customers that the rules or the customers' state listen to, personal values
    laid over. None among the ids stands for events without a customer.

    Uses index: event_customer.
    """
    ids = list(customer_ids)
    rows = models.Event.objects.filter(type__in=types)
    known = [pk for pk in ids if pk is not None]
    found: list[models.Event] = []
    for start in range(0, len(known), 500):
        found.extend(rows.filter(customer_id__in=known[start : start + 500]).select_related("personal"))
    if None in ids:
        found.extend(rows.filter(customer_id__isnull=True).select_related("personal"))
    return list(_read(found))


def _read(rows: Iterable[models.Event]) -> Iterator[Event]:
    for row in rows:
        personal = getattr(row, "personal", None)
        yield Event(
            id=row.id,
            type=row.type,
            customer=str(row.customer_id) if row.customer_id is not None else None,
            subject=row.subject or None,
            actor=row.actor or None,
            occurred_at=row.occurred_at,
            recorded_at=row.recorded_at,
            data={**row.data, **personal.data} if personal else row.data,
        )
