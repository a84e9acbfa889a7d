"""What a slice adds to the customers list: what can be asked, shown, added up, drawn and taken into a file.

Registered by the functions of `kernel.slices`, which also names these classes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet


@dataclass(frozen=True, slots=True)
class FilterOp:
    """One way of asking about a thing the customer list can be filtered by.

    `takes`  the kinds of its values in order: `text`, `number`, `amount`, `percent`, `days`, `day`, `choice`,
             or, as the last, one that takes any number: `texts`, `choices`, `people`
    `words`  the sentence of a chip, with `%(a)s` and `%(b)s` for the values
    `where`  takes the values as read and gives a condition on customers that is true or false, never unknown
    `few`    where an index knows the customers who may meet it: their ids, so that few are found at once
    `counts` whether rows of each customer have to be counted for it
    """

    code: str
    label: Any
    words: Any
    takes: tuple[str, ...]
    where: Callable[..., Q]
    few: Callable[..., QuerySet[Any]] | None = None
    counts: bool = False


@dataclass(frozen=True, slots=True)
class ListFilter:
    """A thing the customer list can be filtered by. `field` is the key of the data standard whose value it
    shows, so that nobody filters by what he may not read; empty: it tells of no single field.
    `choices(viewer)` gives code and label of what a `choice` can be."""

    code: str
    label: Any
    group: Any
    ops: tuple[FilterOp, ...]
    choices: Callable[[Any], Iterable[tuple[str, Any]]] | None = None
    field: str = ""

    def op(self, code: str) -> FilterOp | None:
        return next((each for each in self.ops if each.code == code), None)


@dataclass(frozen=True, slots=True)
class ListColumn:
    """A column of the customer list that a slice knows. `read(viewer, ids)` gives {customer id: text} for a
    page in a fixed number of queries; a missing id has nothing there. `field` is as in `ListFilter`."""

    code: str
    label: Any
    group: Any
    read: Callable[[Any, Sequence[int]], Mapping[int, str]]
    number: bool = False
    field: str = ""


@dataclass(frozen=True, slots=True)
class ListSum:
    """A number of each customer that groups of the list can add up. `value()` gives an expression on customers, in
    hundredths for the unit `yuan`, whole otherwise (`times`); null where it is not known. `field` as in
    `ListFilter`."""

    code: str
    label: Any
    unit: str
    value: Callable[[], Any]
    field: str = ""


@dataclass(frozen=True, slots=True)
class ListShape:
    """Another way of looking at what the list holds, beside its lines: `data(viewer, rows, narrowed)` gives the
    context of `template` for the customers (a queryset, scoped and filtered), or None where there is nothing to
    draw. `narrowed(*tests)` is the address of the lines that also meet these tests of the filter language."""

    code: str
    label: Any
    icon: str
    template: str
    data: Callable[[Any, Any, Callable[..., str]], Mapping[str, Any] | None]
    order: int = 100


@dataclass(frozen=True, slots=True)
class CardMove:
    """How a card of the board by `by` goes to another column: by the form of `url_name`, which takes the column as
    `?<by>=`; `allowed(viewer)` who may."""

    by: str
    url_name: str
    allowed: Callable[[Any], bool]


@dataclass(frozen=True, slots=True)
class ExportKind:
    """Rows that hang on customers, for a file. `rows(viewer, customer_ids)` gives them in the order of `head`, for
    a portion of customers in a fixed number of queries; a value is a text, a number, a Decimal, a date or None."""

    code: str
    label: Any
    head: Sequence[Any]
    rows: Callable[[Any, Sequence[int]], Iterable[list[Any]]]
