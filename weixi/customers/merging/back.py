"""Taking back what a merge wrote into a record, except what was changed since."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from weixi.customers.access import viewer_access
from weixi.customers.fields.typed import is_custom, stated
from weixi.customers.fields.values import values_of
from weixi.customers.labels import field_key
from weixi.customers.merging.moving import move_back, people_children
from weixi.customers.models import Contact, Customer, Registration
from weixi.customers.services.contacts import change_contact, record_created
from weixi.customers.services.customers import change_customer
from weixi.customers.services.values import plain
from weixi.kernel.events.models import Event, EventPersonal
from weixi.kernel.events.work import UnitOfWork
from weixi.organisation.enums import Access
from weixi.organisation.scope import Viewer

Left = list[list[Any]]


def undo_fields(event_id: str, winner: Customer, viewer: Viewer) -> Left:
    """The winner's fields as they stood before that change; those changed since, or no longer the viewer's to
    write, or whose old value was erased, stay and are listed."""
    changes = _changes(event_id)
    if not changes:
        return []
    form = Registration.objects.filter(customer=winner).first() or Registration(customer=winner)
    custom = [name for name in changes if is_custom(name)]
    stored = values_of([winner.pk], custom)[winner.pk] if custom else {}
    access = viewer_access(viewer)
    back: dict[str, Any] = {}
    left: Left = []
    for name, (old, new) in changes.items():
        now = (
            stated(stored[name]) if name in stored else plain(getattr(winner if hasattr(winner, name) else form, name))
        )
        writes = viewer.user is None or access.of(field_key(name, kind="customer")) == Access.WRITE
        if now == new and writes:
            back[name] = _value(name, old)
        elif now != old:
            left.append(["field", name, 1])
    if back:
        change_customer(winner, viewer=viewer, values=back)
    return left


def undo_person(work: UnitOfWork, entry: Mapping[str, Any], loser: int, viewer: Viewer) -> Left:
    """A person made part of another is one again: what moved goes back, what was filled in is taken out."""
    one, into = int(entry["from"]), int(entry["into"])
    left: Left = [["rows", code, n] for code, n in move_back(people_children(), entry["moved"], one, into).items()]
    # It went home with the others before.
    home = Contact.objects.get(pk=one)
    if home.removed_at is None or home.customer_id != loser:
        return [*left, ["person", one, 1]]
    Contact.objects.filter(pk=one).update(removed_at=None)
    home.removed_at = None
    record_created(work, home)
    stays = Contact.objects.get(pk=into)
    changes = _changes(entry["event"])
    back = {name: _value(name, old) for name, (old, new) in changes.items() if plain(getattr(stays, name)) == new}
    left += [["person_field", name, 1] for name in changes.keys() - back.keys()]
    if back and stays.removed_at is None:
        change_contact(stays, viewer=viewer, values=back)
    return left


def _changes(event_id: str) -> dict[str, list[Any]]:
    """{field: [old, new]} as the event states them; erased ones are gone."""
    event = Event.objects.filter(id=event_id).first() if event_id else None
    if event is None:
        return {}
    personal = EventPersonal.objects.filter(event=event).values_list("data", flat=True).first() or {}
    return {**(event.data.get("changes") or {}), **(personal.get("personal_changes") or {})}


def _value(name: str, old: Any) -> Any:
    if name == "through":
        return Customer.objects.filter(pk=old).first() if old else None
    if is_custom(name):
        return old
    return "" if old is None else old
