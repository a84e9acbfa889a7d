"""What was changed of a role, from the log: for who saves a form that was opened before."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from weixi.kernel.editing import Rival
from weixi.kernel.events.models import Event
from weixi.organisation.enums import FieldClass, Right
from weixi.organisation.queries import names_of_actors
from weixi.organisation.roles.fields import field_lines
from weixi.organisation.roles.page import words
from weixi.organisation.roles.rules import CLASS, FACTOR, FIELD, RIGHT

# So many changes of roles are looked through; a form is not open for longer.
LOOKED_THROUGH = 200


def changes_since(role: str, mark: str) -> list[Rival] | None:
    """What others changed of `role` since the state `mark`, each setting once; None when that state is not known."""
    later: list[Event] = []
    for event in Event.objects.filter(type="role.changed").order_by("-seq")[:LOOKED_THROUGH]:
        if event.data.get("mark") == mark:
            break
        later.append(event)
        if event.data.get("since") == mark:
            break
    else:
        return None
    found: dict[str, list[Any]] = {}
    for event in reversed(later):
        if event.data["role"] == role:
            for key, (old, new) in event.data["changes"].items():
                found[key] = [found[key][0] if key in found else old, new, event]
    people = names_of_actors(event.actor for _old, _new, event in found.values())
    return [
        Rival(
            key, label_of(key), old, new, str(words(key, old)), str(words(key, new)),
            people.get(event.actor, ""), event.occurred_at,
        )
        for key, (old, new, event) in found.items()
        if old != new
    ]  # fmt: skip


def label_of(key: str) -> str:
    """What a setting is called on the page of a role."""
    kind, _colon, name = key.partition(":")
    if kind == RIGHT:
        return str(Right(name).label)
    if kind == CLASS:
        return str(FieldClass(name).label)
    if kind == FIELD:
        return str(next((line.label for line in field_lines() if line.key == name), name))
    return _("second factor") if kind == FACTOR else _("data scope")
