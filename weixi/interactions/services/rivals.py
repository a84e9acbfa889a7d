"""Which words of a record somebody else corrected since a version, from the log."""

from __future__ import annotations

from typing import Any

from django.utils.text import Truncator

from weixi.customers.services.rivals import changes_since
from weixi.interactions.models import Interaction
from weixi.interactions.sentences import part_words
from weixi.kernel.editing import Rival, VersionConflict
from weixi.kernel.events.models import Event

LONGEST = 80


def expect_version(stored: Interaction, given: int | None) -> None:
    """Raises VersionConflict when somebody corrected this record, or took it back, since the version that was read."""
    if given is None or given == stored.version:
        return
    types = ("interaction.amended", "interaction.withdrawn")
    changes = changes_since(("interaction", stored.pk), types, given, read=_fields_of)
    rivals = []
    for name, each in changes.items():
        new = str(getattr(stored, name))
        # What was written before is in no event: it may speak of a person.
        words = Truncator(new).chars(LONGEST) or "—"
        rivals.append(Rival(name, part_words(name)[0], None, new, None, words, each.who, each.at))
    raise VersionConflict(rivals, version=stored.version)


def _fields_of(event: Event) -> dict[str, list[Any]]:
    return {name: [None, None] for name in event.data.get("fields", ())}
