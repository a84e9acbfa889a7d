"""From rows of the log to the engine's events."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from weixi.duties.engine.events import Event
from weixi.kernel.events import models
from weixi.kernel.one_of import one_of
from weixi.kernel.prepared import Prepared, several
from weixi.kernel.rows import read_rows


def engine_events(customer_ids: Iterable[int | None], types: frozenset[str]) -> list[Event]:
    """The events of these customers that the rules or the customers' state listen to, personal values
    laid over. None among the ids stands for events without a customer.

    Uses index: event_customer. The types are told apart here: asked for in the query, they would lead
    SQLite to begin with the index of types and walk through the whole log.
    """
    ids = list(customer_ids)
    known = [pk for pk in ids if pk is not None]
    found: list[tuple[Any, ...]] = []
    for start in range(0, len(known), 500):
        found.extend(_OF_CUSTOMERS(known[start : start + 500]).rows())
    if None in ids:
        found.extend(read_rows(models.Event.objects.filter(customer_id__isnull=True), *_COLUMNS))
    return [_read(row) for row in found if row[1] in types]


def engine_event(row: models.Event, data: Any) -> Event:
    """A row of the log with these values, its personal ones among them, for the engine."""
    return Event(
        id=row.id,
        type=row.type,
        customer=str(row.customer_id) if row.customer_id is not None else None,
        subject=row.subject or None,
        actor=row.actor or None,
        occurred_at=row.occurred_at,
        recorded_at=row.recorded_at,
        data=data,
    )


_COLUMNS = (
    "id", "type", "customer_id", "subject_type", "subject_id", "actor", "occurred_at", "recorded_at", "data",
    "personal__data",
)  # fmt: skip
_OF_CUSTOMERS = Prepared(
    lambda ids: models.Event.objects.filter(one_of("customer_id", ids)).values_list(*_COLUMNS), several
)


def _read(row: tuple[Any, ...]) -> Event:
    key, kind, customer, subject_type, subject_id, actor, occurred_at, recorded_at, data, personal = row
    return Event(
        id=key,
        type=kind,
        customer=str(customer) if customer is not None else None,
        subject=f"{subject_type}:{subject_id}" if subject_type else None,
        actor=actor or None,
        occurred_at=occurred_at,
        recorded_at=recorded_at,
        data={**data, **personal} if personal else data,
    )
