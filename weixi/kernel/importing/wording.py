"""Sentences that pure code can say and a screen can translate.

This package knows no Django, yet what it refuses is read by people in Chinese and English. A `Said` keeps the
English sentence (the msgid) apart from its parameters; a caller with a catalogue passes `gettext` to
`render`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

Parameter: TypeAlias = "str | int | Said"


def gettext_noop(message: str) -> str:
    """Mark `message` for the message catalogue (makemessages looks for this name) and return it unchanged."""
    return message


def _unchanged(message: str) -> str:
    return message


@dataclass(frozen=True, slots=True)
class Said:
    """One sentence: an English template with `%(name)s` places and the values for them."""

    template: str
    params: tuple[tuple[str, Parameter], ...] = ()

    def render(self, translate: Callable[[str], str] = _unchanged) -> str:
        """The sentence, its template translated by `translate` (`django.utils.translation.gettext`)."""
        template = translate(self.template)
        if not self.params:
            return template
        return template % {
            name: value.render(translate) if isinstance(value, Said) else value for name, value in self.params
        }

    def __str__(self) -> str:
        return self.render()


def say(template: str, /, **params: Parameter) -> Said:
    """`Said` from a template already marked with `gettext_noop`."""
    return Said(template, tuple(params.items()))


class SaidError(ValueError):
    """A refusal of pure code: the sentence in English, and as `said` in the language of who reads it."""

    def __init__(self, said: Said) -> None:
        super().__init__(said.render())
        self.said = said


def shown(value: object, limit: int = 40) -> str:
    """`value` as it may stand inside a sentence: one line, no control characters, cut to `limit`
    characters.
    """
    text = "".join(mark if mark.isprintable() else " " for mark in str(value)[: limit + 1])
    return text if len(text) <= limit else text[:limit] + "…"
