"""What the policy asks every record of a contact to state (C-6), and what a record lacks of it.

A record is never refused for it: it is kept and marked, until somebody adds what is missing. What was entered before the
policy asked is never marked afterwards.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from weixi.interactions.models import Interaction
from weixi.policy.queries import version_in_force

# Parts that any record has: it cannot be entered without them.
ALWAYS = frozenset({"occurred_at", "kind", "channel", "direction"})


def required_parts(kind: str) -> tuple[str, ...]:
    """The parts asked of a record of this way of contact, in the policy's order. What went to many at once has no
    participants."""
    found = version_in_force()
    if found is None:
        return ()
    section = found.policy.interaction
    many = any(each.code == kind and not each.personal for each in section.kind)
    return tuple(code for code in section.required if code not in ALWAYS and not (many and code == "participants"))


def lacking(values: Mapping[str, Any], parts: Iterable[str]) -> list[str]:
    """Of these parts those that are empty. A person named as the contact is a participant."""
    return [code for code in parts if code in values and not _is_there(values, code)]


def _is_there(values: Mapping[str, Any], code: str) -> bool:
    if code == "participants" and values.get("contact"):
        return True
    return values[code] not in ("", None, 0)


def values_of(row: Interaction, followups: int = 0) -> dict[str, Any]:
    """The parts of a record that a policy may ask for."""
    names = ("participants", "content", "need", "solution", "conclusion", "feedback", "minutes", "purpose", "depth")
    return {**{name: getattr(row, name) for name in names}, "contact": row.contact_id, "followups": followups}


def keep(codes: Iterable[str]) -> str:
    """As it stands in the row."""
    return ",".join(codes)[:120]


def still_lacking(row: Interaction, changed: Iterable[str]) -> str:
    """After words were corrected: what was lacking and still is, and what is asked for and was emptied."""
    asked = [
        *filter(None, row.lacking.split(",")),
        *(code for code in required_parts(row.kind) if code in set(changed)),
    ]
    return keep(lacking(values_of(row, row.followups.count()), dict.fromkeys(asked)))
