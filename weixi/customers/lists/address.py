"""What an address of the list stands for: a view that is kept, and what the address says otherwise."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from django.http import QueryDict

from weixi.customers.lists.columns import Column, chosen, usual_columns
from weixi.customers.lists.models import ListLayout, SavedView
from weixi.customers.lists.saved import BOARD, get_view_for, layouts_of, views_of
from weixi.organisation.scope import Viewer

__all__ = ["ALL", "BOARD", "KEPT", "ONE_PAGE", "SHAPE", "Place", "columns_of", "read_place"]

# The address of the list without a view, when it opens with one.
ALL = "all"
# What a view keeps; the rest of an address belongs to one page.
KEPT = ("where", "q", "sort", "group", "sum", "archived")
# What says how the list is looked at, not which customers it holds.
SHAPE = ("group", "sum")
# Names that belong to one page of one order; a new filter or order begins at the first row.
ONE_PAGE = frozenset({"after", "before", "page", "part"})


@dataclass(frozen=True, slots=True)
class Place:
    """Where a person stands: `query` is the whole of what is asked for, the view's own included."""

    view: SavedView | None
    query: QueryDict
    layouts: Mapping[int | None, ListLayout] = field(default_factory=dict)

    @property
    def changed(self) -> bool:
        """Whether the address asks for something else than the view it names."""
        if self.view is None:
            return False
        own = self.view.pairs()
        other = set(self.query) - set(KEPT) - ONE_PAGE - {"view"}
        return bool(other) or any(self.query.get(name, "") != own.get(name, "") for name in KEPT)

    @property
    def layout(self) -> ListLayout | None:
        return self.layouts.get(self.view.pk if self.view else None)


def read_place(viewer: Viewer, given: QueryDict) -> Place:
    """Raises NotFound for a view that the viewer does not find."""
    layouts = layouts_of(viewer)
    named = given.get("view", "")
    view = None
    if named.isdecimal() and named.isascii() and len(named) < 19:
        view = get_view_for(viewer, int(named))
    elif not given:
        opening = next((row.view_id for row in layouts.values() if row.opens and row.view_id), None)
        # Somebody may have stopped sharing it since: then the list opens with all.
        view = views_of(viewer).filter(pk=opening).first() if opening else None
    query = given.copy()
    if view is not None:
        query["view"] = str(view.pk)
        for name, value in view.pairs().items():
            if name not in given:
                query[name] = value
    return Place(view, query, layouts)


def columns_of(viewer: Viewer, place: Place) -> tuple[Column, ...]:
    """The columns to show: the person's own choice here, the view's, his choice for the list, the usual ones."""
    kept = [place.layout.columns if place.layout else [], place.view.columns if place.view else []]
    if place.view is not None and None in place.layouts:
        kept.append(place.layouts[None].columns)
    for each in kept:
        if each and (found := chosen(viewer, each)):
            return found
    return usual_columns(viewer)
