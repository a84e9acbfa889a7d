"""Reading the log: a customer's timeline, and the lines that `weixi replay` and simulations take."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from weixi.kernel.errors import Forbidden
from weixi.kernel.events.models import Event
from weixi.kernel.scope import Viewer, customers_seen

EXPORT_RIGHT = "audit.view"


def events_seen(viewer: Viewer) -> QuerySet[Event]:
    """Events of the customers this viewer sees; those of no customer only for who sees everything."""
    return Event.objects.filter(customers_seen(viewer)).select_related("personal")


def events_of_customer(
    viewer: Viewer,
    customer_id: int,
    *,
    types: Iterable[str] = (),
    before: tuple[datetime, int] | None = None,
    limit: int = 50,
) -> list[Event]:
    """A customer's events for the timeline, latest in business time first, personal values loaded.

    `types` are whole types or families (`order.`). To go on, give `before` as the (`occurred_at`,
    `seq`) of the last one had. Outside the viewer's scope the list is empty.
    """
    # Uses index: event_customer
    rows = events_seen(viewer).filter(customer_id=customer_id)
    chosen = Q()
    for name in types:
        chosen |= Q(type__startswith=name) if name.endswith(".") else Q(type=name)
    rows = rows.filter(chosen)
    if before is not None:
        moment, seq = before
        rows = rows.filter(Q(occurred_at__lt=moment) | Q(occurred_at=moment, seq__lt=seq))
    return list(rows.order_by("-occurred_at", "-seq")[:limit])


def values_of(event: Event) -> dict[str, Any]:
    """An event's data with its personal values laid over, as far as they are not erased."""
    personal = getattr(event, "personal", None)
    return {**event.data, **(personal.data if personal is not None else {})}


def engine_line(event: Event) -> dict[str, Any]:
    """An event as the engine reads it; `customer` and `subject` as text keys."""
    return {
        "id": event.id,
        "type": event.type,
        "customer": None if event.customer_id is None else str(event.customer_id),
        "subject": event.subject or None,
        "actor": event.actor,
        "occurred_at": _instant(event.occurred_at),
        "recorded_at": _instant(event.recorded_at),
        "data": values_of(event),
    }


def _instant(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


def export_lines(viewer: Viewer, *, until: datetime | None = None, batch: int = 2000) -> Iterator[str]:
    """The log as JSON lines for `weixi replay`, in the order recorded, as far as the viewer sees it.

    Reads in batches: memory stays small. Raises Forbidden without the right to read the audit trail.
    """
    if not viewer.may(EXPORT_RIGHT):
        raise Forbidden(_("Only who may read the audit trail can export the log."))
    rows = events_seen(viewer)
    if until is not None:
        rows = rows.filter(recorded_at__lte=until)
    return _lines(rows, batch)


def _lines(rows: QuerySet[Event], batch: int) -> Iterator[str]:
    last = 0
    while True:
        chunk = list(rows.filter(seq__gt=last).order_by("seq")[:batch])
        for event in chunk:
            yield json.dumps(engine_line(event), ensure_ascii=False, separators=(",", ":"))
        if len(chunk) < batch:
            return
        last = chunk[-1].seq
