"""Lists in pages: `page` and `page_size`, never more than 200 rows at once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Generic, TypeVar

from django.db.models import QuerySet
from django.utils.translation import gettext_noop
from pydantic import Field

from weixi.kernel.api.values import Asked, Given

LARGEST_PAGE = 200
T = TypeVar("T")


class Paged(Asked):
    """Parameters of every list."""

    page: int = Field(1, ge=1, le=100_000, description=gettext_noop("Which page, from 1."))
    page_size: int = Field(50, ge=1, le=LARGEST_PAGE, description=gettext_noop("Rows on a page, at most 200."))


class Page(Given, Generic[T]):
    """One page of a list."""

    items: list[T]
    page: int
    page_size: int
    total: int
    more: bool


def page_of(rows: QuerySet[Any], asked: Paged, make: Callable[[Any], T]) -> dict[str, Any]:
    """The page that was asked for; `rows` are ordered completely and scoped already."""
    first = (asked.page - 1) * asked.page_size
    found = list(rows[first : first + asked.page_size])
    total = rows.count()
    return {
        "items": [make(row) for row in found],
        "page": asked.page,
        "page_size": asked.page_size,
        "total": total,
        "more": first + len(found) < total,
    }
