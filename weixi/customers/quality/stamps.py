"""When each field was last entered or confirmed, read from the facts of the log."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from django.db.models import Value
from django.db.models.functions import Concat
from django.utils import timezone

from weixi.kernel.events.models import Event
from weixi.kernel.one_of import one_of

TOUCHING = frozenset(
    {
        "customer.changed", "contact.created", "contact.changed", "archive.confirmed", "contract.signed",
        "contract.renewed",
    }
)  # fmt: skip
Stamps = dict[int, dict[str, str]]


def day_of(moment: datetime) -> date:
    return timezone.localtime(moment).date()


def touched_keys(kind: str, values: Mapping[str, Any], contact_keys: Iterable[str]) -> set[str]:
    """The keys of the standard that an event says something new of."""
    if kind == "archive.confirmed":
        return set(values.get("fields") or ())
    if kind == "contact.created":
        return set(contact_keys)
    if kind.startswith("contract."):
        return {"contract_terms"}
    names = {*(values.get("changes") or ()), *(values.get("personal_changes") or ())}
    if kind != "contact.changed":
        return names
    return {name if name.startswith("x_") else f"contact_{name}" for name in names}


def stamps_in_log(ids: Iterable[int], contact_keys: Iterable[str]) -> Stamps:
    """The stamps of customers whose archives were never judged, from the whole of their log. Uses index:
    event_customer."""
    found: Stamps = defaultdict(dict)
    # The type is no bare column here: by its index SQLite would read such events of everybody.
    rows = (
        Event.objects.filter(one_of("customer_id", list(ids)))
        .alias(kind=Concat("type", Value("")))
        .filter(kind__in=TOUCHING)
        .order_by("recorded_at", "seq")
    )
    for row in rows.values_list("customer_id", "type", "recorded_at", "data", "personal__data"):
        pk, kind, at, data, personal = row
        if pk is not None:
            day = day_of(at).isoformat()
            found[pk].update(dict.fromkeys(touched_keys(kind, {**data, **(personal or {})}, contact_keys), day))
    return found
