"""How many rows several questions have, asked together."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import QuerySet

from weixi.kernel.prepared import Statement

Question = QuerySet[Any] | Statement


def count_together(questions: Sequence[Question]) -> list[int]:
    """What `.count()` gives for each, in their order; one query, and none when there is nothing to ask."""
    numbers = [0] * len(questions)
    places: list[int] = []
    parts: list[str] = []
    parameters: list[Any] = []
    for place, rows in enumerate(questions):
        try:
            if isinstance(rows, Statement):
                sql, values = rows.sql, rows.parameters
            else:
                sql, values = rows.order_by().values_list("pk").query.sql_with_params()
        except EmptyResultSet:
            continue
        places.append(place)
        parts.append(f"(SELECT COUNT(*) FROM ({sql}) counted)")  # noqa: S608 - the ORM's own statement
        parameters += values
    if not parts:
        return numbers
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(parts)}", parameters)
        found = cursor.fetchone()
    for place, number in zip(places, found, strict=True):
        numbers[place] = int(number)
    return numbers
