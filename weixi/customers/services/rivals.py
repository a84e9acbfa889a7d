"""Which fields of a customer or of a person somebody else changed since a version, from the log."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from weixi.customers.access import viewer_access
from weixi.customers.labels import field_key, label_of, words_seen
from weixi.customers.models import Contact, Customer
from weixi.kernel.editing import Rival, VersionConflict, put_away_conflict
from weixi.kernel.events.models import Event
from weixi.organisation.queries import names_of_actors
from weixi.organisation.scope import Viewer

# A form left open longer than so many changes is told only that the record moved on.
MOST_EVENTS = 200
_TYPES = {
    "customer": (
        "customer.changed",
        "customer.lifecycle_changed",
        "customer.owner_changed",
        "customer.co_owner_changed",
    ),
    "contact": ("contact.changed",),
}


def expect_version(
    stored: Customer | Contact, given: int | None, *, viewer: Viewer, of: Iterable[str] | None = None
) -> None:
    """Raises VersionConflict when the form was opened on an older state than the stored one.

    With `of`, the fields that are about to be written: a change of others is no conflict.
    """
    if given is None or given == stored.version:
        return
    rivals = rivals_since(viewer, stored, given)
    if of is not None:
        wanted = set(of)
        rivals = [each for each in rivals if each.field in wanted]
        if not rivals:
            return
    raise VersionConflict(rivals, version=stored.version)


def expect_unchanged(stored: Customer | Contact, given: int | None, *, viewer: Viewer) -> None:
    """The same for who is about to put a record away: it says who changed what, and that nothing was done."""
    try:
        expect_version(stored, given, viewer=viewer)
    except VersionConflict as refusal:
        raise put_away_conflict(refusal.rivals, version=stored.version) from None


@dataclass(frozen=True, slots=True)
class Changed:
    """What became of one field since a version: its value then and now, who changed it last, and when."""

    old: Any
    new: Any
    who: str
    at: datetime


def changes_since(
    subject: tuple[str, Any],
    types: Iterable[str],
    version: int,
    *,
    read: Callable[[Event], Mapping[str, list[Any]]] | None = None,
) -> dict[str, Changed]:
    """The fields of a record that were changed after this version, from events of these types that name the
    version they made (`version` among their data). `read` gives {field: [old, new]} of an event (default:
    `changes_of`). Uses index: event_subject."""
    kind, key = subject
    read = read or changes_of
    events = Event.objects.filter(subject_type=kind, subject_id=str(key), type__in=list(types))
    first: dict[str, Any] = {}
    last: dict[str, tuple[Any, str, datetime]] = {}
    for event in events.select_related("personal").order_by("-seq")[:MOST_EVENTS]:
        if "version" not in event.data:
            continue
        if event.data["version"] <= version:
            break
        for name, (old, new) in read(event).items():
            first[name] = old
            last.setdefault(name, (new, event.actor, event.recorded_at))
    names = names_of_actors({actor for _new, actor, _at in last.values()})
    return {name: Changed(first[name], new, names.get(actor, ""), at) for name, (new, actor, at) in last.items()}


def rivals_since(viewer: Viewer, stored: Customer | Contact, version: int) -> list[Rival]:
    """The fields that were changed after this version and differ now, as the viewer sees them."""
    kind = "contact" if isinstance(stored, Contact) else "customer"
    access = viewer_access(viewer)
    found = []
    for name, each in changes_since((kind, stored.pk), _TYPES[kind], version).items():
        key = field_key(name, kind=kind)
        if each.old == each.new or not access.sees(key):
            continue
        before, now = (words_seen(access.present, name, value, kind=kind) for value in (each.old, each.new))
        was, stands = (access.present(key, value) for value in (each.old, each.new))
        found.append(Rival(name, label_of(name, kind=kind), was, stands, before, now, each.who, each.at))
    return found


def changes_of(event: Event) -> dict[str, list[Any]]:
    """{field: [old, new]} of one event, personal values among them while they are kept."""
    if event.type == "customer.lifecycle_changed":
        return {"lifecycle": [event.data.get("old"), event.data.get("lifecycle")]}
    if event.type == "customer.co_owner_changed":
        return {"co_owner": [event.data.get("old"), event.data.get("co_owner")]}
    if event.type == "customer.owner_changed":
        old, new = event.data.get("old"), event.data.get("owner")
        found = {"owner": [old, new]} if old != new else {}
        if event.data.get("co_owner"):
            found["co_owner"] = [None, event.data["co_owner"]]
        return found
    personal = getattr(event, "personal", None)
    values = {**event.data, **(personal.data if personal else {})}
    return {**(values.get("changes") or {}), **(values.get("personal_changes") or {})}
