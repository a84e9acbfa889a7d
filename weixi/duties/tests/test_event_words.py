"""Every event of the shipped policy that this installation writes is said in words, in no code."""

from __future__ import annotations

from typing import Any

from weixi.duties.event_words import WORDS
from weixi.kernel.events import registry
from weixi.policy.document.shipped import build_shipped


def _events(named: Any) -> set[str]:
    return {named} if isinstance(named, str) else set(named or ())


def test_opening_and_closing_events_have_words() -> None:
    policy = build_shipped()
    rules = (*policy.deadline, *policy.cadence, *policy.node)
    named = {e for rule in rules for key in ("opens_on", "closes_on") for e in _events(getattr(rule, key, ()))}
    written = {event for event in named if _registered(event)}
    assert "person.requested" in written
    assert sorted(written - set(WORDS)) == []


def _registered(event: str) -> bool:
    """False for events of the policy that no slice of this installation records."""
    try:
        registry.get(event)
    except ValueError:
        return False
    return True
