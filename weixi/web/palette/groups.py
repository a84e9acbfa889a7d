"""What the palette shows: without a text what is pinned, was opened lately, and can be done; with one what is found."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from weixi.kernel.slices import Hit
from weixi.organisation.scope import Viewer
from weixi.web.palette.shortcuts import Item, shortcuts_of
from weixi.web.palette.sources import COMMANDS, recall, sources

# Of what was opened lately so many are shown.
OPENED_SHOWN = 8


@dataclass(frozen=True, slots=True)
class Line:
    """A hit, what a form names it by (empty: it cannot be pinned), and whether it is pinned."""

    hit: Hit
    item: str = ""
    pinned: bool = False


@dataclass(frozen=True, slots=True)
class Group:
    code: str
    label: Any
    lines: list[Line]


def groups_of(viewer: Viewer, text: str, limit: int) -> list[Group]:
    """The groups that have something, each with at most `limit` lines."""
    pinned, opened = shortcuts_of(viewer.user) if viewer.user else ([], [])
    if text:
        found = [
            Group(source.code, source.label, _lines(source.code, source.find(viewer, text, limit), set(pinned)))
            for source in sources()
        ]
    else:
        told = _told(viewer, [*pinned, *opened])
        found = [
            Group("pinned", _("Pinned"), [Line(told[item], item.text, True) for item in pinned if item in told]),
            Group(
                "opened",
                _("Opened lately"),
                [Line(told[item], item.text) for item in opened if item in told][:OPENED_SHOWN],
            ),
            Group(COMMANDS.code, COMMANDS.label, _lines(COMMANDS.code, COMMANDS.find(viewer, "", limit), set(pinned))),
        ]
    return [group for group in found if group.lines]


def _lines(code: str, hits: Iterable[Hit], pinned: set[Item]) -> list[Line]:
    return [Line(hit, item.text if hit.key else "", item in pinned) for hit in hits for item in (Item(code, hit.key),)]


def _told(viewer: Viewer, items: Iterable[Item]) -> dict[Item, Hit]:
    """The hits behind these items; one query per source, however many."""
    keys: dict[str, list[str]] = {}
    for item in items:
        keys.setdefault(item.source, []).append(item.key)
    return {Item(code, key): hit for code, wanted in keys.items() for key, hit in recall(viewer, code, wanted).items()}
