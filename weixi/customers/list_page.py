"""What the list page shows: tabs, chips, columns, rows and addresses, worked out from one address."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from weixi.customers import row_words
from weixi.customers.access import viewer_access
from weixi.customers.filtering.meaning import NAME, with_filter, without
from weixi.customers.filtering.text import from_text, to_text
from weixi.customers.grades import grade_labels
from weixi.customers.lists.address import ALL, ONE_PAGE, Place
from weixi.customers.lists.columns import Column, plain_values
from weixi.customers.lists.saved import may_change, views_of
from weixi.customers.models import Customer, SavedView
from weixi.customers.queries.listing import (
    DEFAULT,
    ORDERS,
    Ask,
    Asker,
    Condition,
    Count,
    Sort,
    count_customers,
    list_customers,
    read_conditions,
    read_sort,
)
from weixi.kernel.errors import WeixiError
from weixi.organisation.enums import DataScope
from weixi.organisation.scope import Viewer

LONGEST_TEXT = 100
# Views beyond these are found on their own page; counting for a tab stops early.
MOST_TABS = 12
TAB_COUNTED = 1000


@dataclass(frozen=True, slots=True)
class Head:
    """A column head; `direction` is `ascending`, `descending` or empty."""

    column: Column
    href: str = ""
    direction: str = ""


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
class Row:
    customer: Customer
    grade_label: str
    grade_rank: int
    due_words: str
    contact_words: str
    texts: Mapping[str, str]
    # A field's value as the viewer sees it: `shown("city", customer.city)`.
    shown: Callable[[str, Any], Any]


@dataclass(frozen=True, slots=True)
class ListPage:
    """Everything the template needs. `count` is None when counting is left to a second request."""

    rows: tuple[Row, ...]
    heads: tuple[Head, ...]
    tabs: tuple[Tab, ...]
    chips: tuple[Chip, ...]
    notes: tuple[str, ...]
    ask: Ask
    place: Place
    may_change: bool
    grades: Mapping[str, str]
    count: Count | None
    next_href: str
    previous_href: str
    clear_href: str
    query: str
    sorts: tuple[tuple[str, Any, str, bool], ...]

    @property
    def filtered(self) -> bool:
        return bool(self.chips or self.ask.text)

    @property
    def shown(self) -> frozenset[str]:
        return frozenset(head.column.code for head in self.heads)

    @property
    def sort_label(self) -> Any:
        return self.ask.sort.order.label


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
    present = {name: values for name, values in _kept(place.query).items() if name != "sort"}
    if present.get("view") == [ALL]:
        del present["view"]
    found = [_tab(code, label, given, present) for code, label, given in views]
    for view in kept_views:
        given = {name: [value] for name, value in view.pairs().items()}
        href = _href({"view": [str(view.pk)]})
        found.append(Tab(f"view{view.pk}", view.name, href, place.view == view, given, shared=view.audience != "own"))
    return (*found, *(_tab(code, label, given, present) for code, label, given in late))


def _tab(code: str, label: Any, given: dict[str, list[str]], present: Mapping[str, list[str]]) -> Tab:
    # “All” says so: a list may open with a view.
    return Tab(code, label, _href(given or {"view": [ALL]}), present == given, given)


def tabs_with_counts(viewer: Viewer, place: Place) -> tuple[Tab, ...]:
    """The tabs with how many each holds; asked for after the page stands."""
    counted = []
    for tab in _tabs(viewer, place, _kept_views(viewer)):
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


def _kept_views(viewer: Viewer) -> list[SavedView]:
    return list(views_of(viewer)[:MOST_TABS])


def build_list(viewer: Viewer, place: Place, columns: tuple[Column, ...]) -> ListPage:
    """One page of the list where the person stands. Raises as `read_ask`."""
    query = place.query
    ask, grades = read_ask(viewer, query)
    page = list_customers(viewer, ask, after=query.get("after", ""), before=query.get("before", ""))
    kept = _kept(query)
    ranks = {code: place for place, code in enumerate(grades, 1)}
    due = row_words.words("due", viewer, page.rows) if any(c.code == "due" for c in columns) else {}
    ways = row_words.words("contact", viewer, page.rows) if any(c.code == "contact" for c in columns) else {}
    shown = viewer_access(viewer).present
    texts = plain_values(viewer, columns, [row.pk for row in page.rows])
    rows = tuple(
        Row(
            row, grades.get(row.grade, row.grade), ranks.get(row.grade, 9), due.get(row.pk, ""), ways.get(row.pk, ""),
            texts[row.pk], shown,
        )
        for row in page.rows
    )  # fmt: skip
    filtered = bool(ask.conditions.items or ask.text)
    count = Count(page.exact) if page.exact is not None else None
    if count is None and not filtered:
        count = count_customers(viewer, ask, reach=page.reach)
    sort = ask.sort
    return ListPage(
        rows=rows,
        heads=tuple(_head(column, kept, sort.text) for column in columns),
        tabs=_tabs(viewer, place, _kept_views(viewer)),
        chips=tuple(Chip(item, _without(item, kept)) for item in ask.conditions.items),
        notes=ask.conditions.notes,
        ask=ask,
        place=place,
        may_change=place.view is not None and may_change(viewer, place.view),
        grades=grades,
        count=count,
        next_href=_href({**kept, "after": [page.after]}) if page.after else "",
        previous_href=_href({**kept, "before": [page.before]}) if page.before else "",
        clear_href=_href({"view": [ALL], **{k: v for k, v in kept.items() if k == "sort"}}),
        query=urlencode([(k, v) for k, values in kept.items() for v in values]),
        sorts=tuple(_sorts(kept, sort.text)),
    )


def _without(item: Condition, kept: Mapping[str, list[str]]) -> str:
    """The address without one condition. An emptied filter is said, for a view would bring its own back."""
    if item.name != NAME:
        return _href({name: values for name, values in kept.items() if name != item.name})
    rest = to_text(without(from_text(kept[NAME][-1]), item.values[0]))
    return _href({**kept, NAME: [rest]} if rest or "view" in kept else {k: v for k, v in kept.items() if k != NAME})


def _head(column: Column, kept: Mapping[str, list[str]], sort: str) -> Head:
    if not column.sort:
        return Head(column)
    order = ORDERS[column.sort]
    first = f"-{order.code}" if order.descending_first else order.code
    other = order.code if order.descending_first else f"-{order.code}"
    present = sort.removeprefix("-") == order.code
    direction = ("descending" if sort.startswith("-") else "ascending") if present else ""
    return Head(column, _href({**kept, "sort": [other if sort == first else first]}), direction)


def _sorts(kept: Mapping[str, list[str]], sort: str) -> Iterable[tuple[str, Any, str, bool]]:
    for order in ORDERS.values():
        text = f"-{order.code}" if order.descending_first else order.code
        yield text, order.label, _href({**kept, "sort": [text]}), sort.removeprefix("-") == order.code
