"""What a subject (`contact:7`, `followup:3`) is called, as one viewer may know it.

A slice says it in words of which some are private: a contact's name is masked for who does not see it in full.
Such a part is no text until a viewer is there to read it, so no page, notice or answer can forget to ask.
`customers` registers how a private part is shown (`register_presenter`); until then nobody but the
installation reads one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple

from django.utils.translation import gettext as _

from weixi.kernel import slices
from weixi.kernel.scope import Viewer
from weixi.kernel.together import Together


class Private(NamedTuple):
    """A value of a field (`contact_name`) that a viewer's role may see masked or not at all."""

    field: str
    value: str


# A text, or parts that are set side by side; empty ones are left out.
Words = str | tuple[str | Private, ...]
Presenter = Callable[[Any, str, str], str]
_presenter: list[Presenter] = []


def register_presenter(present: Presenter) -> None:
    """`present(viewer, field, value)` gives the value as the viewer sees it; registering again replaces it."""
    _presenter[:] = [present]


def in_words(viewer: Viewer, words: Words) -> str:
    """The words as this viewer reads them."""
    if isinstance(words, str):
        return words
    return _(", ").join(filter(None, (_part(viewer, part) for part in words)))


def _part(viewer: Viewer, part: str | Private) -> str:
    if isinstance(part, str):
        return part
    if not part.value or (not _presenter and viewer.user is not None):
        return ""
    return str(_presenter[0](viewer, *part)) if _presenter else part.value


def told(viewer: Viewer, kind: str, keys: Iterable[str]) -> Mapping[str, str]:
    """What subjects of a kind are called, by key, for those that are known; nothing for a kind nobody registered."""
    return {subject.partition(":")[2]: text for subject, text in told_together(viewer, {kind: keys}).items()}


def told_together(viewer: Viewer, wanted: Mapping[str, Iterable[str]]) -> dict[str, str]:
    """The same for subjects of several kinds, by subject (`contact:7`); one query for all of them."""
    asked, known = Together(), slices.registry.subjects
    found = {
        kind: (set(keys), asked.rows(known[kind].about.ask(sorted(keys))))
        for kind, given in wanted.items()
        if kind in known and (keys := list(given))
    }
    return {
        f"{kind}:{key}": in_words(viewer, words)
        for kind, (keys, answer) in found.items()
        for key, words in known[kind].about.tell(answer.found).items()
        if key in keys
    }
