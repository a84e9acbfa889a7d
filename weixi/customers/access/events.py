"""The plain values of an event as somebody sees them: fields of the archive stand in some of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from weixi.customers.access.deciding import FieldAccess
from weixi.customers.labels import field_key

_KINDS = ("customer", "contact")


def data_seen(access: FieldAccess, event_type: str, data: Mapping[str, Any]) -> dict[str, Any]:
    """The event's data with every field of a customer or contact as the viewer sees it; hidden ones left out."""
    kind = event_type.partition(".")[0]
    if kind not in _KINDS:
        return dict(data)
    seen: dict[str, Any] = {}
    for name, value in data.items():
        if name == "changes" and isinstance(value, Mapping):
            seen[name] = {
                field: [access.present(field_key(field, kind=kind), side) for side in pair]
                for field, pair in value.items()
                if access.sees(field_key(field, kind=kind))
            }
        elif access.sees(field_key(name, kind=kind)):
            seen[name] = access.present(field_key(name, kind=kind), value)
    return seen
