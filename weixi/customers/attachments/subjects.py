"""What a file can hang on beside the archive: each slice says which of its things belong to a customer."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from weixi.customers.access import viewer_access
from weixi.customers.models import Contact, Customer
from weixi.kernel.slices import registry
from weixi.organisation.scope import Viewer


@dataclass(frozen=True, slots=True)
class Attachable:
    """`belongs(customer id, key)`: whether the thing is this customer's; `offered(customer id)` are the (key, words)
    that the form offers. `label` is its kind on screen."""

    label: Any
    belongs: Callable[[int, int], bool]
    offered: Callable[[int], Iterable[tuple[int, str]]]


_kinds: dict[str, Attachable] = {}


def attachable(
    kind: str, label: Any, belongs: Callable[[int, int], bool], offered: Callable[[int], Iterable[tuple[int, str]]]
) -> None:
    """Let files hang on things that events call `kind:key`."""
    _kinds[kind] = Attachable(label, belongs, offered)


def options_for(viewer: Viewer, customer: Customer) -> list[tuple[Any, list[tuple[str, str]]]]:
    """What a file of this customer can hang on, by kind, for a list to choose from; one query per kind."""
    access = viewer_access(viewer)
    found = [
        (
            known.label,
            [
                (f"{kind}:{key}", str(access.present("contact_name", words)) if kind == "contact" else words)
                for key, words in known.offered(customer.pk)
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


def words_for(abouts: list[str]) -> dict[str, str]:
    """`contact:7` -> 联系人 陈立群, for those that are known; one query per kind."""
    found: dict[str, str] = {}
    for kind, known in _kinds.items():
        keys = [about.partition(":")[2] for about in abouts if about.startswith(f"{kind}:")]
        if not keys:
            continue
        subject = registry.subjects.get(kind)
        names = subject.about(keys) if subject else {}
        found |= {f"{kind}:{key}": f"{known.label} {names.get(key, '')}".strip() for key in keys}
    return found


def contact_belongs(customer_id: int, key: int) -> bool:
    return Contact.objects.filter(pk=key, customer_id=customer_id).exists()


def contacts_offered(customer_id: int) -> Iterable[tuple[int, str]]:
    return Contact.objects.filter(customer_id=customer_id, removed_at=None).values_list("pk", "name")
