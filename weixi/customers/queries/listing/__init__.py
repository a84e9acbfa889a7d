"""The customer list: filters by name, orders by index, pages by mark, counts that stop."""

from __future__ import annotations

from weixi.customers.queries.listing.filters import (
    FILTERS,
    Asker,
    Condition,
    Conditions,
    read_conditions,
)
from weixi.customers.queries.listing.orders import DEFAULT, ORDERS, Sort, read_sort
from weixi.customers.queries.listing.pages import (
    Ask,
    Count,
    Page,
    count_before,
    count_customers,
    list_customers,
    mark_of,
    matching_ids,
    matching_rows,
    neighbour,
)

__all__ = [
    "DEFAULT",
    "FILTERS",
    "ORDERS",
    "Ask",
    "Asker",
    "Condition",
    "Conditions",
    "Count",
    "Page",
    "Sort",
    "count_before",
    "count_customers",
    "list_customers",
    "mark_of",
    "matching_ids",
    "matching_rows",
    "neighbour",
    "read_conditions",
    "read_sort",
]
