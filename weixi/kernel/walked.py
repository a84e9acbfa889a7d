"""Columns that are looked at on the way, though an index knows them."""

from __future__ import annotations

from typing import Any

from django.db.models import Func


class Walked(Func):
    """A column that is to be checked along another index or along the table, not looked up in its own.

    SQLite keeps no statistics unless asked and would take a value's index even when every tenth row has that value,
    or put the rows of a whole table in an index's order to group them; a plus sign is its way of being told.
    PostgreSQL knows by itself.
    """

    template = "%(expressions)s"

    def as_sqlite(self, compiler: Any, connection: Any, **extra: Any) -> tuple[str, Any]:
        return self.as_sql(compiler, connection, template="+%(expressions)s", **extra)
