"""The history of every field: who, when, from what to what; by field, and which of it can be put back."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from weixi.customers.fields.catalogue import custom_fields
from weixi.customers.fields.typed import is_custom
from weixi.customers.grades import grade_labels
from weixi.customers.labels import label_of, words_seen
from weixi.customers.models import Customer
from weixi.customers.people_map.services import PLACED
from weixi.customers.people_map.words import FIELDS, place_words
from weixi.customers.queries.timeline import mark_of, names_in, page_of_events
from weixi.customers.services.restore import TYPED, is_typed
from weixi.customers.services.rivals import changes_of
from weixi.kernel.events.models import Event
from weixi.kernel.sentences import Names
from weixi.organisation.scope import Viewer

SIZE = 40
_TYPES = (
    "customer.changed", "customer.lifecycle_changed", "customer.owner_changed", "customer.co_owner_changed", "customer.graded",
    "contact.changed", "contact.placed",
)  # fmt: skip
_ONE_FIELD = {
    "lifecycle": "customer.lifecycle_changed", "owner": "customer.owner_changed",
    "co_owner": "customer.co_owner_changed", "grade": "customer.graded",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One field's change. `of` names the contact it belongs to; `event` and `key` are what putting it back asks for."""

    event: str
    key: str
    at: datetime
    who: str
    field: str
    of: str
    old: str
    new: str
    typed: bool


def field_history(
    viewer: Viewer, customer: Customer, *, field: str = "", before: str = "", size: int = SIZE
) -> tuple[list[FieldChange], str]:
    """The changes of every field, or of one (`city`, `contact.mobile`), the newest first, and the mark of what
    is older; values as the viewer sees them. Uses index: event_customer."""
    kind, key = _asked(field)
    rows = page_of_events(customer.pk, _types(kind, key), before, size + 1, _naming(key))
    more, rows = len(rows) > size, rows[:size]
    names, grades = names_in(viewer, customer, rows), grade_labels()
    changes = [each for event in rows for each in _told(event, names, grades) if not key or each.key == key]
    return changes, mark_of(rows[-1]) if more else ""


def history_fields() -> list[tuple[str, list[tuple[str, str]]]]:
    """What the history can be asked for: groups of (address value, label)."""
    mine = sorted(TYPED["customer"] | {"grade", "co_owner"})
    theirs = [(f"contact.{key}", label_of(key, kind="contact")) for key in sorted(TYPED["contact"])]
    theirs += [(f"contact.{key}", str(label)) for key, label in FIELDS.items()]
    own = [(row.key, row.of) for row in custom_fields()]
    return [
        (_("Customer"), [(key, label_of(key)) for key in (*mine, *(key for key, of in own if of != "contact"))]),
        (_("Contacts"), theirs + [(f"contact.{key}", label_of(key)) for key, of in own if of == "contact"]),
    ]


def _asked(field: str) -> tuple[str, str]:
    kind, dot, key = field.partition(".")
    kind, key = ("contact", key) if dot and kind == "contact" else ("customer", field)
    known = TYPED[kind] | ({"grade", "co_owner"} if kind == "customer" else FIELDS.keys())
    return (kind, key) if key in known or is_custom(key) else ("", "")


def _types(kind: str, key: str) -> tuple[str, ...]:
    if not key:
        return _TYPES
    if kind == "contact":
        return ("contact.placed",) if key in FIELDS else ("contact.changed",)
    return (_ONE_FIELD[key],) if key in _ONE_FIELD else ("customer.changed",)


def _naming(key: str) -> Q:
    """Events whose changes name the field."""
    if not key or key in _ONE_FIELD:
        return Q()
    return Q(data__changes__has_key=key) | Q(personal__data__personal_changes__has_key=key)


def _told(event: Event, names: Names, grades: dict[str, str]) -> Iterator[FieldChange]:
    kind = "contact" if event.type.startswith("contact.") else "customer"
    of, who = (names.contact(event.subject) if kind == "contact" else ""), names.person(event.actor)
    for key, old, new in _changes(event):
        if key in ("owner", "co_owner"):
            texts = [names.person(value) if value else "—" for value in (old, new)]
        elif key == "grade":
            texts = [grades.get(value, value) or "—" for value in (old, new)]
        elif event.type == PLACED:
            texts = [place_words(key, value, called=names.contact, shown=names.shown) for value in (old, new)]
        else:
            texts = [words_seen(names.shown, key, value, kind=kind) for value in (old, new)]
        label = str(FIELDS[key]) if event.type == PLACED and key in FIELDS else label_of(key, kind=kind)
        typed = is_typed(key, kind=kind)
        yield FieldChange(event.id, key, event.occurred_at, who, label, of, texts[0], texts[1], typed)


def _changes(event: Event) -> Iterable[tuple[str, Any, Any]]:
    if event.type == "customer.graded":
        return [("grade", event.data.get("old") or "", event.data.get("grade") or "")]
    return [(key, old, new) for key, (old, new) in changes_of(event).items()]
