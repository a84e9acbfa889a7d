"""Pages and acts by word: Chinese, its sound and initials, English, and what people also call them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.urls import NoReverseMatch, reverse
from django.utils import translation

from weixi.kernel.search.text import Doc, entry_text, meets, question
from weixi.kernel.slices import Command, Hit, registry
from weixi.organisation.scope import Viewer

SOURCE = "commands"


def command_hits(viewer: Viewer, text: str, limit: int | None = None) -> list[Hit]:
    """What this person may open, narrowed to what `text` names; without a text all of it. No query."""
    asked = question(text)
    hits = (
        _hit(command, url)
        for command, url in _open_to(viewer)
        if not text or meets(_tokens(command.code, command.label, command.words), asked)
    )
    return [hit for hit, _ in zip(hits, range(limit), strict=False)] if limit is not None else list(hits)


def recall_commands(viewer: Viewer, keys: Sequence[str]) -> Mapping[str, Hit]:
    """These pages and acts, as far as the person may still open them. No query."""
    return {command.code: _hit(command, url) for command, url in _open_to(viewer) if command.code in keys}


def _open_to(viewer: Viewer) -> Iterator[tuple[Command, str]]:
    for command in _all():
        if command.right and not viewer.may(command.right):
            continue
        try:
            yield command, reverse(command.url_name)
        except NoReverseMatch:
            continue


def _all() -> Iterable[Command]:
    pages = [
        Command(
            f"page.{item.code}", item.label, item.icon, item.url_name, item.words, item.right, order=1000 + item.order
        )
        for item in registry.menu.values()
    ]
    return sorted([*registry.commands.values(), *pages], key=lambda each: (each.order, each.code))


def _hit(command: Command, url: str) -> Hit:
    return Hit(title=str(command.label), url=url, icon=command.icon, panel=command.panel, key=command.code)


@lru_cache(maxsize=256)
def _tokens(code: str, label: Any, words: Any) -> tuple[str, ...]:
    """What a command is found by, in every language of the product; `code` tells equal words apart."""
    names: list[str] = []
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            names += [str(label), *str(words).split()]
    return tuple(entry_text(Doc("command", 0, code, names=tuple(dict.fromkeys(names)))).split())
