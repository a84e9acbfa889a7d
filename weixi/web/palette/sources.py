"""The sources of the palette by code: those of the slices, and pages and acts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.utils.translation import gettext_lazy as _

from weixi.kernel.slices import Hit, SearchSource, registry
from weixi.organisation.scope import Viewer
from weixi.web.palette.commands import SOURCE, command_hits, recall_commands

COMMANDS = SearchSource(SOURCE, _("Pages and acts"), command_hits, 1000, recall_commands)


def sources() -> list[SearchSource]:
    """All of them in the order of their groups."""
    return sorted([*registry.searches.values(), COMMANDS], key=lambda each: (each.order, each.code))


def recall(viewer: Viewer, code: str, keys: Sequence[str]) -> Mapping[str, Hit]:
    """Things of one source by their keys, as far as they are there and the viewer sees them; at most one query."""
    source = COMMANDS if code == SOURCE else registry.searches.get(code)
    if source is None or source.recall is None:
        return {}
    # Keys of things in tables are numbers; a form may bring anything.
    good = keys if code == SOURCE else [key for key in keys if key.isascii() and key.isdecimal() and len(key) < 19]
    return source.recall(viewer, good) if good else {}
