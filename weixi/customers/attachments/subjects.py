"""What a file can hang on beside the archive: each slice says which of its things belong to a customer."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from weixi.customers.access import viewer_access
from weixi.customers.models import Contact, Customer
from weixi.kernel.telling import told_together
from weixi.kernel.together import Together
from weixi.organisation.scope import Viewer


@dataclass(frozen=True, slots=True)
class Attachable:
    """`belongs(customer id, key)`: whether the thing is this customer's; `offered(customer id)` asks for rows of the
    things that the form offers, the key first, and `words` says what the rest of a row is called. `label` is its
    kind on screen."""

    label: Any
    belongs: Callable[[int, int], bool]
    offered: Callable[[int], QuerySet[Any]]
    words: Callable[..., str]


_kinds: dict[str, Attachable] = {}


def attachable(
    kind: str,
    label: Any,
    belongs: Callable[[int, int], bool],
    offered: Callable[[int], QuerySet[Any]],
    words: Callable[..., str] = str,
) -> None:
    """Let files hang on things that events call `kind:key`."""
    _kinds[kind] = Attachable(label, belongs, offered, words)


def options_for(viewer: Viewer, customer: Customer) -> list[tuple[Any, list[tuple[str, str]]]]:
    """What a file of this customer can hang on, by kind, for a list to choose from; one query."""
    access, asked = viewer_access(viewer), Together()
    rows = {kind: asked.rows(known.offered(customer.pk)) for kind, known in _kinds.items()}
    found = [
        (
            known.label,
            [
                (f"{kind}:{key}", str(access.present("contact_name", *row)) if kind == "contact" else known.words(*row))
                for key, *row in rows[kind].found
            ],
        )
        for kind, known in _kinds.items()
    ]
    return [(label, options) for label, options in found if options]


def belongs(customer: Customer, about: str) -> bool:
    kind, _colon, key = about.partition(":")
    known = _kinds.get(kind)
    if known is None or not (key.isdecimal() and key.isascii() and len(key) < 19):
        return False
    return known.belongs(customer.pk, int(key))


def words_for(viewer: Viewer, abouts: list[str]) -> dict[str, str]:
    """`contact:7` -> 联系人 陈立群, as the viewer may read it, for those that are known; one query."""
    keys = {kind: [about.partition(":")[2] for about in abouts if about.startswith(f"{kind}:")] for kind in _kinds}
    names = told_together(viewer, keys)
    found: dict[str, str] = {}
    for kind, known in _kinds.items():
        found |= {f"{kind}:{key}": f"{known.label} {names.get(f'{kind}:{key}', '')}".strip() for key in keys[kind]}
    return found


def contact_belongs(customer_id: int, key: int) -> bool:
    return Contact.objects.filter(pk=key, customer_id=customer_id).exists()


def contacts_offered(customer_id: int) -> QuerySet[Any]:
    return Contact.objects.filter(customer_id=customer_id, removed_at=None).values_list("pk", "name")
