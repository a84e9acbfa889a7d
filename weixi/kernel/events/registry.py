"""Which types of event exist and what their data looks like. A slice registers its own in `slice.py`."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class EventType:
    """`data` and `personal` name the keys an event of this type may carry; others are refused."""

    name: str
    data: frozenset[str] = field(default_factory=frozenset)
    personal: frozenset[str] = field(default_factory=frozenset)


_types: dict[str, EventType] = {}


def register(name: str, data: str = "", personal: str = "") -> EventType:
    """Register `name` with its space-separated keys; registering the same again changes nothing."""
    made = EventType(name, frozenset(data.split()), frozenset(personal.split()))
    if _types.setdefault(name, made) != made:
        raise ValueError(f"event type {name} is registered twice with different keys")
    return made


def get(name: str) -> EventType:
    try:
        return _types[name]
    except KeyError:
        raise ValueError(f"event type {name} is not registered; see the slice.py of its slice") from None


def all_types() -> list[EventType]:
    """Every registered type, by name."""
    return [_types[name] for name in sorted(_types)]


def ordinary_keys(name: str) -> frozenset[str]:
    """The keys of a type's values that are not personal; none for a type nobody registered."""
    known = _types.get(name)
    return known.data if known else frozenset()
