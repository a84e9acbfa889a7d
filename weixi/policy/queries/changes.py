"""Who changed what in a draft, and when, from the log."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from weixi.kernel.events.models import Event
from weixi.organisation.queries import names_of_actors
from weixi.policy.document.diff import diff, in_words
from weixi.policy.document.labels import Lang
from weixi.policy.document.policy import Policy
from weixi.policy.models import PolicyVersion

SHOWN = 30
# A change of the draft states so many of its places; a file brought into it may change hundreds.
STATED, LONGEST = 40, 300


@dataclass(frozen=True, slots=True)
class DraftChange:
    """One saving of the draft: sentences of what it changed, `more` of them left out."""

    at: datetime
    who: str
    sentences: tuple[str, ...]
    more: int


@dataclass(frozen=True, slots=True)
class LastHand:
    """Who changed a place of the draft last, and when; empty when the log does not say."""

    who: str = ""
    at: datetime | None = None


def stated(old: Policy, new: Policy) -> dict[str, Any]:
    """What an event says of a change: its places, each in both languages."""
    found = diff(old, new)
    lines = [
        {"path": each.path, "zh": in_words(each, "zh", new)[:LONGEST], "en": in_words(each, "en", new)[:LONGEST]}
        for each in found[:STATED]
    ]
    return {"lines": lines, "more": max(0, len(found) - STATED)}


def changes_of_draft(row: PolicyVersion, lang: Lang) -> list[DraftChange]:
    """The last savings of a version, the newest first; two queries. Uses index: event_subject."""
    events = list(_changed(row)[:SHOWN])
    names = names_of_actors(event.actor for event in events)
    return [
        DraftChange(
            event.recorded_at,
            names.get(event.actor, ""),
            tuple(line[lang] for line in (event.data.get("changes") or {}).get("lines", ())),
            (event.data.get("changes") or {}).get("more", 0),
        )
        for event in events
    ]


def last_hand(row: PolicyVersion, keys: Iterable[str] = ()) -> LastHand:
    """Who changed one of these keys (the last parts of paths) last; without a trace of them, the draft at all."""
    wanted = set(keys)
    events = list(_changed(row)[:SHOWN])
    for event in events:
        lines = (event.data.get("changes") or {}).get("lines", ())
        if wanted & {line["path"].rpartition(".")[2] for line in lines}:
            return LastHand(names_of_actors([event.actor]).get(event.actor, ""), event.recorded_at)
    if not events:
        return LastHand()
    return LastHand(names_of_actors([events[0].actor]).get(events[0].actor, ""), events[0].recorded_at)


def _changed(row: PolicyVersion) -> Any:
    return Event.objects.filter(subject_type="policy", subject_id=str(row.pk), type="policy.changed").order_by("-seq")
