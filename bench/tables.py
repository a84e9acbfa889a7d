"""Writing very many rows past the ORM: for what is filled before anything is measured, and for floors."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import islice
from typing import Any

from django.db import connection, models

BLOCK = 20_000

Row = tuple[Any, ...]


def stamp(moment: datetime) -> str:
    """A moment as both databases take it in text (UTC)."""
    text = moment.strftime("%Y-%m-%d %H:%M:%S")
    return text if connection.vendor == "sqlite" else f"{text}+00"


class Table:
    """Inserts rows of a model by some of its columns; the other columns have the same value in every row."""

    def __init__(self, model: type[models.Model], given: str, **constant: Any) -> None:
        self.model = model
        self.given = given.split()
        fields = {field.attname: field for field in model._meta.concrete_fields}
        # A key that is not given is the database's own.
        auto = models.AutoField | models.BigAutoField
        rest = [name for name, field in fields.items() if name not in self.given and not isinstance(field, auto)]
        self.constant = tuple(constant.get(name, self._default(fields[name])) for name in rest)
        self.columns = [fields[name].column for name in [*self.given, *rest]]

    @staticmethod
    def _default(field: models.Field[Any, Any]) -> Any:
        value = field.get_default()
        return None if value is None else field.get_db_prep_save(value, connection)

    def insert(self, rows: Iterable[Row]) -> int:
        """Write the rows in blocks of one statement; returns how many."""
        stream, count = iter(rows), 0
        while block := [row + self.constant for row in islice(stream, BLOCK)]:
            write(self.model._meta.db_table, self.columns, block)
            count += len(block)
        return count


def write(table: str, columns: Sequence[str], rows: Sequence[Row]) -> None:
    """The quickest way in: `executemany` on SQLite, `COPY` on PostgreSQL."""
    names_ = ", ".join(f'"{column}"' for column in columns)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.copy(f'COPY "{table}" ({names_}) FROM STDIN') as copy:
                for row in rows:
                    copy.write_row(row)
            return
        marks = ", ".join(["?"] * len(columns))
        cursor.connection.executemany(f'INSERT INTO "{table}" ({names_}) VALUES ({marks})', rows)
