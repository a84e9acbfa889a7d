"""What fields are called on screen, and how their values read, by the names that events and forms use."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from weixi.customers.fields.built_in import CONTACT_PREFIX
from weixi.customers.fields.catalogue import field_of, find_field
from weixi.customers.fields.field import Field
from weixi.customers.fields.words import NOTHING, plain_words, words


def field_key(name: str, *, kind: str = "customer") -> str:
    """The catalogue's key of what a form or an event of that kind calls so: custom fields have one of their own."""
    return f"{CONTACT_PREFIX}{name}" if kind == "contact" and not name.startswith("x_") else name


def field_named(name: str, *, kind: str = "customer") -> Field | None:
    """The field that a form or an event of that kind calls so, a retired one too; None for an unknown name."""
    if name.startswith("x_"):
        try:
            return field_of(name)
        except KeyError:
            return None
    return find_field(field_key(name, kind=kind))


def label_of(name: str, *, kind: str = "customer") -> str:
    """`industry` -> 行业; a name nobody knows stands for itself."""
    field = field_named(name, kind=kind)
    return str(field.label) if field is not None else name


def words_of(name: str, value: Any, *, kind: str = "customer") -> str:
    """A stored value as people read it; nothing is a dash."""
    field = field_named(name, kind=kind)
    return words(field, value) if field is not None else plain_words(value)


def words_seen(shown: Callable[[str, Any], Any], name: str, value: Any, *, kind: str = "customer") -> str:
    """As `words_of`, for a reader to whom `shown(key, value)` gives the value: masked text stands as it is."""
    seen = shown(field_key(name, kind=kind), value)
    return words_of(name, value, kind=kind) if seen == value else str(seen) or NOTHING
