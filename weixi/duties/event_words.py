"""Facts of the log in a word or two, where a duty says what it hangs on and what settled it."""

from __future__ import annotations

from weixi.policy.document.event_words import event_in_words
from weixi.policy.reading import language


def event_words(type: str) -> str:
    """The words for an event type in the reader's language; one without words keeps its name."""
    return event_in_words(type, language())
