"""What stands around every shape of the list: tabs, chips, addresses, worked out from one address."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from weixi.customers.filtering.meaning import NAME, with_filter, without
from weixi.customers.filtering.text import from_text, to_text
from weixi.customers.grades import grade_labels
from weixi.customers.lists.address import ALL, BOARD, ONE_PAGE, SHAPE, Place
from weixi.customers.lists.saved import may_change, tabs_of
from weixi.customers.models import SavedView
from weixi.customers.queries.listing import (
    DEFAULT,
    ORDERS,
    Ask,
    Asker,
    Condition,
    Count,
    Sort,
    count_customers,
    read_conditions,
    read_sort,
)
from weixi.kernel.errors import WeixiError
from weixi.kernel.slices import registry
from weixi.organisation.enums import DataScope
from weixi.organisation.scope import Viewer

LONGEST_TEXT = 100
# Counting for a tab stops early.
TAB_COUNTED = 1000


@dataclass(frozen=True, slots=True)
class Tab:
    code: str
    label: Any
    href: str
    active: bool
    given: Mapping[str, list[str]]
    count: Count | None = None
    shared: bool = False


@dataclass(frozen=True, slots=True)
class Chip:
    condition: Condition
    without: str


@dataclass(frozen=True, slots=True)
class Shape:
    """A way of looking at the same customers: lines, groups, a board, and what slices add."""

    code: str
    label: Any
    icon: str
    href: str
    active: bool


@dataclass(frozen=True, slots=True)
class Frame:
    """What the template needs around whatever shape the list has."""

    ask: Ask
    place: Place
    grades: Mapping[str, str]
    tabs: tuple[Tab, ...]
    chips: tuple[Chip, ...]
    notes: tuple[str, ...]
    may_change: bool
    clear_href: str
    query: str
    kept: Mapping[str, list[str]]
    sorts: tuple[tuple[str, Any, str, bool], ...]
    shapes: tuple[Shape, ...]

    @property
    def filtered(self) -> bool:
        return bool(self.chips or self.ask.text)

    @property
    def sort_label(self) -> Any:
        return self.ask.sort.order.label

    def href(self, **changes: str) -> str:
        """The address of the list with these names said otherwise; an empty value takes the name away."""
        kept = {**self.kept, **{name: [value] for name, value in changes.items()}}
        # What a view keeps has to be said when it is to be empty.
        silent = set() if "view" in kept else {name for name, value in changes.items() if not value}
        return _href({name: values for name, values in kept.items() if name not in silent})


def _href(pairs: Mapping[str, Iterable[str]]) -> str:
    flat = [(name, value) for name, values in pairs.items() for value in values]
    return f"{reverse('customers')}?{urlencode(flat)}" if flat else reverse("customers")


def _kept(query: QueryDict) -> dict[str, list[str]]:
    return {name: [str(v) for v in values] for name, values in query.lists() if name not in ONE_PAGE}


def read_ask(viewer: Viewer, query: QueryDict) -> tuple[Ask, dict[str, str]]:
    """What the address asks for, and the names of the grades in force. Raises Invalid for a filter that cannot
    be read, Forbidden for one by what is masked."""
    grades = grade_labels()
    text = query.get("q", "").replace("\x00", "").encode("utf-8", "ignore").decode().strip()[:LONGEST_TEXT]
    sort = read_sort(query.get("sort", "")) or Sort(ORDERS[DEFAULT], descending=False)
    asker = Asker(viewer, grades)
    conditions = with_filter(asker, read_conditions(asker, query), query.get(NAME, ""))
    archived = query.get("archived", "") in {"1", "on"}
    return Ask(sort, conditions, text, archived, grades=tuple(grades)), grades


def _tabs(viewer: Viewer, place: Place, kept_views: Iterable[SavedView]) -> tuple[Tab, ...]:
    views: list[tuple[str, Any, dict[str, list[str]]]] = [("all", _("All"), {})]
    if viewer.user and viewer.user.data_scope != DataScope.OWN:
        views.append(("mine", _("Mine"), {"owner": ["me"]}))
    late: list[tuple[str, Any, dict[str, list[str]]]] = [
        ("quiet", _("No contact for 30 days"), {"quiet": ["30"]}),
        ("owed", _("Something overdue"), {"due": ["overdue"]}),
        ("new", _("New this quarter"), {"entered": ["quarter"]}),
        ("away", _("Put away"), {"archived": ["1"]}),
    ]
    kept = _kept(place.query)
    carried = {name: kept[name] for name in SHAPE if kept.get(name, [""])[-1]}
    present = {name: values for name, values in kept.items() if name not in {"sort", *SHAPE}}
    if present.get("view") == [ALL]:
        del present["view"]
    found = [_tab(code, label, given, present, carried) for code, label, given in views]
    for view in kept_views:
        given = {name: [value] for name, value in view.pairs().items()}
        href = _href({"view": [str(view.pk)]})
        found.append(Tab(f"view{view.pk}", view.name, href, place.view == view, given, shared=view.audience != "own"))
    return (*found, *(_tab(code, label, given, present, carried) for code, label, given in late))


def _tab(
    code: str, label: Any, given: dict[str, list[str]], present: Mapping[str, list[str]],
    carried: Mapping[str, list[str]],
) -> Tab:  # fmt: skip
    # “All” says so: a list may open with a view.
    return Tab(code, label, _href({**(given or {"view": [ALL]}), **carried}), present == given, given)


def tabs_with_counts(viewer: Viewer, place: Place) -> tuple[Tab, ...]:
    """The tabs with how many each holds; asked for after the page stands."""
    counted = []
    for tab in _tabs(viewer, place, tabs_of(viewer)):
        query = QueryDict(mutable=True)
        for name, values in tab.given.items():
            query.setlist(name, values)
        try:
            ask, _grades = read_ask(viewer, query)
            counted.append(replace(tab, count=count_customers(viewer, ask, stop=TAB_COUNTED)))
        except WeixiError:
            # A view that was shared with who may not read what it asks for: opening it says so.
            counted.append(tab)
    return tuple(counted)


def build_frame(viewer: Viewer, place: Place) -> Frame:
    """The frame where the person stands. Raises as `read_ask`."""
    query = place.query
    ask, grades = read_ask(viewer, query)
    kept = _kept(query)
    clear = {name: values for name, values in kept.items() if name in {"sort", *SHAPE}}
    frame = Frame(
        ask=ask,
        place=place,
        grades=grades,
        tabs=_tabs(viewer, place, tabs_of(viewer)),
        chips=tuple(Chip(item, _without(item, kept)) for item in ask.conditions.items),
        notes=ask.conditions.notes,
        may_change=place.view is not None and may_change(viewer, place.view),
        clear_href=_href({"view": [ALL], **clear}),
        query=urlencode([(k, v) for k, values in kept.items() for v in values]),
        kept=kept,
        sorts=tuple(_sorts(kept, ask.sort.text)),
        shapes=(),
    )
    return replace(frame, shapes=tuple(_shapes(frame, query.get("group", ""))))


def _shapes(frame: Frame, present: str) -> Iterable[Shape]:
    others = sorted(registry.shapes.values(), key=lambda each: each.order)
    codes = {each.code for each in others}
    on = "board" if present.startswith(BOARD) else present if present in codes else "groups" if present else "list"
    yield Shape("list", _("As a list"), "list", frame.href(group="", sum=""), on == "list")
    yield Shape("board", _("Board"), "kanban", frame.href(group=f"{BOARD}lifecycle", sum=""), on == "board")
    yield Shape("groups", _("Groups"), "table", frame.href(group="grade"), on == "groups")
    for each in others:
        yield Shape(each.code, each.label, each.icon, frame.href(group=each.code, sum=""), on == each.code)


def _without(item: Condition, kept: Mapping[str, list[str]]) -> str:
    """The address without one condition. An emptied filter is said, for a view would bring its own back."""
    if item.name != NAME:
        return _href({name: values for name, values in kept.items() if name != item.name})
    rest = to_text(without(from_text(kept[NAME][-1]), item.values[0]))
    return _href({**kept, NAME: [rest]} if rest or "view" in kept else {k: v for k, v in kept.items() if k != NAME})


def _sorts(kept: Mapping[str, list[str]], sort: str) -> Iterable[tuple[str, Any, str, bool]]:
    for order in ORDERS.values():
        text = f"-{order.code}" if order.descending_first else order.code
        yield text, order.label, _href({**kept, "sort": [text]}), sort.removeprefix("-") == order.code
