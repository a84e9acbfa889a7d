"""The list as lines: heads, rows and the pages beside it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from weixi.customers import row_words
from weixi.customers.access import viewer_access
from weixi.customers.list_frame import Frame
from weixi.customers.lists.columns import Column, plain_values
from weixi.customers.models import Customer
from weixi.customers.queries.listing import ORDERS, Count, count_customers, list_customers
from weixi.organisation.scope import Viewer


@dataclass(frozen=True, slots=True)
class Head:
    """A column head; `direction` is `ascending`, `descending` or empty."""

    column: Column
    href: str = ""
    direction: str = ""


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
class Lines:
    """One page of lines. `count` is None when counting is left to a second request."""

    rows: tuple[Row, ...]
    heads: tuple[Head, ...]
    count: Count | None
    next_href: str
    previous_href: str

    @property
    def paged(self) -> bool:
        """Whether there are pages beside this one."""
        return bool(self.next_href or self.previous_href)

    @property
    def shown(self) -> frozenset[str]:
        return frozenset(head.column.code for head in self.heads)


def build_lines(viewer: Viewer, frame: Frame, columns: tuple[Column, ...]) -> Lines:
    """One page of the list within its frame."""
    query, ask = frame.place.query, frame.ask
    page = list_customers(viewer, ask, after=query.get("after", ""), before=query.get("before", ""))
    rows = rows_of_page(viewer, frame.grades, page.rows, columns)
    count = Count(page.exact) if page.exact is not None else None
    if count is None and not frame.filtered:
        count = count_customers(viewer, ask, reach=page.reach)
    return Lines(
        rows=rows,
        heads=tuple(_head(column, frame, ask.sort.text) for column in columns),
        count=count,
        next_href=frame.href(after=page.after) if page.after else "",
        previous_href=frame.href(before=page.before) if page.before else "",
    )


def rows_of_page(
    viewer: Viewer, grades: Mapping[str, str], customers: tuple[Customer, ...], columns: tuple[Column, ...]
) -> tuple[Row, ...]:
    """The customers with the words of their cells; a fixed number of queries for any number of them."""
    ranks = {code: place for place, code in enumerate(grades, 1)}
    codes = {column.code for column in columns}
    due = row_words.words("due", viewer, customers) if "due" in codes else {}
    ways = row_words.words("contact", viewer, customers) if "contact" in codes else {}
    shown = viewer_access(viewer).present
    texts = plain_values(viewer, columns, [row.pk for row in customers])
    return tuple(
        Row(
            row, grades.get(row.grade, row.grade), ranks.get(row.grade, 9), due.get(row.pk, ""), ways.get(row.pk, ""),
            texts[row.pk], shown,
        )
        for row in customers
    )  # fmt: skip


def _head(column: Column, frame: Frame, sort: str) -> Head:
    if not column.sort:
        return Head(column)
    order = ORDERS[column.sort]
    first = f"-{order.code}" if order.descending_first else order.code
    other = order.code if order.descending_first else f"-{order.code}"
    present = sort.removeprefix("-") == order.code
    direction = ("descending" if sort.startswith("-") else "ascending") if present else ""
    return Head(column, frame.href(sort=other if sort == first else first), direction)
