"""What the fields of a place are called, and how their values read."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from weixi.customers.fields.words import NOTHING
from weixi.customers.labels import field_key
from weixi.customers.people_map.enums import Attitude, BuyingPart

FIELDS: dict[str, Any] = {
    "part": gettext_lazy("Part in buying"),
    "attitude": gettext_lazy("Attitude to us"),
    "reports_to": gettext_lazy("Reports to"),
    "influences": gettext_lazy("Has influence on"),
    "note": gettext_lazy("Note on the person"),
}
_CHOICES = {"part": dict(BuyingPart.choices), "attitude": dict(Attitude.choices)}


def place_words(name: str, value: Any, *, called: Callable[[str], str], shown: Callable[[str, Any], Any]) -> str:
    """A value as its reader may see it. `called("contact:7")` names a person, `shown(key, value)` masks."""
    if value in (None, "", []):
        return NOTHING
    if name == "reports_to":
        return called(f"contact:{value}") or NOTHING
    if name == "influences":
        return _(", ").join(filter(None, (called(f"contact:{pk}") for pk in value))) or NOTHING
    seen = shown(field_key(name, kind="contact"), value)
    return str(_CHOICES.get(name, {}).get(seen, seen)) or NOTHING
