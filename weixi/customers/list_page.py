"""What the list page shows: tabs, chips, columns, rows and addresses, worked out from one address."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from weixi.customers import row_words
from weixi.customers.grades import grade_labels
from weixi.customers.models import Customer
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
from weixi.organisation.enums import DataScope
from weixi.organisation.scope import Viewer

LONGEST_TEXT = 100
# Names that belong to one page of one order; a new filter or order begins at the first row.
_PLACE = ("after", "before", "page", "part")
COOKIE = "weixi_columns"


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the list. `sort` is the order it offers, `css` the width of its <col>."""

    code: str
    label: Any
    css: str
    sort: str = ""
    number: bool = False
    shown: bool = True


COLUMNS: tuple[Column, ...] = (
    Column("grade", _("Grade"), "w-80", "grade"),
    Column("owner", _("Owner"), "w-80"),
    Column("industry", _("Industry"), "w-120"),
    Column("amount", _("12 months (yuan)"), "w-120", "amount", number=True),
    Column("contact", _("Last contact"), "w-140", "contact"),
    Column("due", _("Next duty"), "w-240", "due"),
    Column("city", _("City"), "w-80"),
    Column("lifecycle", _("Lifecycle"), "w-100", shown=False),
    Column("complete", _("Completeness"), "w-100", "complete", number=True, shown=False),
    Column("region", _("Region"), "w-100", shown=False),
    Column("number", _("Number"), "w-120", shown=False),
    Column("order", _("Last order"), "w-120", shown=False),
    Column("created", _("Entered on"), "w-120", "created", shown=False),
)


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


@dataclass(frozen=True, slots=True)
class ListPage:
    """Everything the template needs. `count` is None when counting is left to a second request."""

    rows: tuple[Row, ...]
    heads: tuple[Head, ...]
    tabs: tuple[Tab, ...]
    chips: tuple[Chip, ...]
    notes: tuple[str, ...]
    ask: Ask
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
    return {name: [str(v) for v in values] for name, values in query.lists() if name not in _PLACE}


def columns_of(text: str | None) -> tuple[Column, ...]:
    """The columns a person chose (codes with dots between); the usual ones when he did not."""
    if text is None:
        return tuple(column for column in COLUMNS if column.shown)
    chosen = set(text.split("."))
    return tuple(column for column in COLUMNS if column.code in chosen)


def read_ask(viewer: Viewer, query: QueryDict) -> tuple[Ask, dict[str, str]]:
    """What the address asks for, and the names of the grades in force."""
    grades = grade_labels()
    text = query.get("q", "").replace("\x00", "").encode("utf-8", "ignore").decode().strip()[:LONGEST_TEXT]
    sort = read_sort(query.get("sort", "")) or Sort(ORDERS[DEFAULT], descending=False)
    conditions = read_conditions(Asker(viewer, grades), query)
    archived = query.get("archived", "") in {"1", "on"}
    return Ask(sort, conditions, text, archived, grades=tuple(grades)), grades


def _tabs(viewer: Viewer, query: QueryDict) -> tuple[Tab, ...]:
    views: list[tuple[str, Any, dict[str, list[str]]]] = [("all", _("All"), {})]
    if viewer.user and viewer.user.data_scope != DataScope.OWN:
        views.append(("mine", _("Mine"), {"owner": ["me"]}))
    views += [
        ("quiet", _("No contact for 30 days"), {"quiet": ["30"]}),
        ("owed", _("Something overdue"), {"due": ["overdue"]}),
        ("new", _("New this quarter"), {"entered": ["quarter"]}),
        ("away", _("Put away"), {"archived": ["1"]}),
    ]
    present = {name: values for name, values in _kept(query).items() if name != "sort"}
    found = []
    for code, label, given in views:
        found.append(Tab(code, label, _href(given), present == given, given))
    return tuple(found)


def tabs_with_counts(viewer: Viewer, query: QueryDict) -> tuple[Tab, ...]:
    """The tabs with how many each holds; asked for after the page stands."""
    grades = grade_labels()
    counted = []
    for tab in _tabs(viewer, query):
        conditions = read_conditions(Asker(viewer, grades), tab.given)
        ask = Ask(Sort(ORDERS[DEFAULT], descending=False), conditions, archived="archived" in tab.given)
        counted.append(replace(tab, count=count_customers(viewer, ask)))
    return tuple(counted)


def build_list(viewer: Viewer, query: QueryDict, columns: tuple[Column, ...]) -> ListPage:
    """One page of the list for this address."""
    ask, grades = read_ask(viewer, query)
    page = list_customers(viewer, ask, after=query.get("after", ""), before=query.get("before", ""))
    kept = _kept(query)
    ranks = {code: place for place, code in enumerate(grades, 1)}
    due = row_words.words("due", viewer, page.rows) if any(c.code == "due" for c in columns) else {}
    ways = row_words.words("contact", viewer, page.rows) if any(c.code == "contact" for c in columns) else {}
    rows = tuple(
        Row(row, grades.get(row.grade, row.grade), ranks.get(row.grade, 9), due.get(row.pk, ""), ways.get(row.pk, ""))
        for row in page.rows
    )
    filtered = bool(ask.conditions.items or ask.text)
    count = Count(page.exact) if page.exact is not None else None
    if count is None and not filtered:
        count = count_customers(viewer, ask)
    sort = ask.sort
    return ListPage(
        rows=rows,
        heads=tuple(_head(column, kept, sort.text) for column in columns),
        tabs=_tabs(viewer, query),
        chips=tuple(
            Chip(item, _href({k: v for k, v in kept.items() if k != item.name})) for item in ask.conditions.items
        ),
        notes=ask.conditions.notes,
        ask=ask,
        grades=grades,
        count=count,
        next_href=_href({**kept, "after": [page.after]}) if page.after else "",
        previous_href=_href({**kept, "before": [page.before]}) if page.before else "",
        clear_href=_href({k: v for k, v in kept.items() if k == "sort"}),
        query=urlencode([(k, v) for k, values in kept.items() for v in values]),
        sorts=tuple(_sorts(kept, sort.text)),
    )


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
