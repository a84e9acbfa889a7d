"""What the databases keep beside the entries: an FTS5 table with triggers, or a GIN index.

SQLite: `kernel_searchfts` holds no text of its own (external content) and follows `kernel_searchentry`
by three triggers. PostgreSQL: an index over the tokens as they stand; no parser comes between, so both
databases see the same tokens. Both are put up after every migrate.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import DatabaseError, transaction
from django.db import connection as default_connection
from django.db.backends.base.base import BaseDatabaseWrapper

FTS_TABLE = "kernel_searchfts"
DOCUMENT = "array_to_tsvector(string_to_array({column}, ' '))"
GIN_INDEX = "search_words"
_TABLE = "kernel_searchentry"

# The ascii tokenizer takes every character beyond ASCII as part of a word: also the rare Chinese ones
# that the Unicode tables of an older SQLite do not know. Blanks alone divide our text.
_SQLITE_TABLE = (
    f"CREATE VIRTUAL TABLE {FTS_TABLE} USING fts5("
    f"text, content='{_TABLE}', content_rowid='id', detail='none', tokenize='ascii')"
)
# Pieces of the index of one size before they are merged: of many rows entered in portions a third is merged less than
# with the database's own 4, and a question does not take longer.
_MERGED_AT = 8
_FORGET = f"INSERT INTO {FTS_TABLE}({FTS_TABLE}, rowid, text) VALUES ('delete', old.id, old.text);"  # noqa: S608
_LEARN = f"INSERT INTO {FTS_TABLE}(rowid, text) VALUES (new.id, new.text);"  # noqa: S608
_SQLITE_TRIGGERS = {
    "search_added": f"CREATE TRIGGER search_added AFTER INSERT ON {_TABLE} BEGIN {_LEARN} END",
    "search_removed": f"CREATE TRIGGER search_removed AFTER DELETE ON {_TABLE} BEGIN {_FORGET} END",
    "search_changed": (
        f"CREATE TRIGGER search_changed AFTER UPDATE ON {_TABLE} "
        f"WHEN old.text IS NOT new.text OR old.id IS NOT new.id BEGIN {_FORGET} {_LEARN} END"
    ),
}


def _there(connection: BaseDatabaseWrapper) -> set[str]:
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SELECT indexname FROM pg_indexes WHERE tablename = %s", [_TABLE])
        else:
            cursor.execute("SELECT name FROM sqlite_master WHERE type IN ('trigger', 'table')")
        return {row[0] for row in cursor.fetchall()}


def missing(connection: BaseDatabaseWrapper) -> list[str]:
    """What should stand beside the entries and does not."""
    wanted = {GIN_INDEX} if connection.vendor == "postgresql" else {FTS_TABLE, *_SQLITE_TRIGGERS}
    return sorted(wanted - _there(connection))


def install(connection: BaseDatabaseWrapper) -> None:
    """Put up what is missing; when something was, the index is built anew from the entries."""
    lacking = missing(connection)
    if FTS_TABLE not in lacking:
        _set_merging(connection)
    if not lacking:
        return
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(f"CREATE INDEX {GIN_INDEX} ON {_TABLE} USING gin ({DOCUMENT.format(column='text')})")
            return
        if FTS_TABLE in lacking:
            cursor.execute(_SQLITE_TABLE)
            _set_merging(connection)
        for name, statement in _SQLITE_TRIGGERS.items():
            if name in lacking:
                cursor.execute(statement)
    rebuild(connection)


def _set_merging(connection: BaseDatabaseWrapper) -> None:
    """Have the index say how often it is merged, as far as it does not."""
    if connection.vendor == "postgresql":
        return
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT v FROM {FTS_TABLE}_config WHERE k = 'automerge'")  # noqa: S608
        if cursor.fetchone() != (_MERGED_AT,):
            cursor.execute(f"INSERT INTO {FTS_TABLE}({FTS_TABLE}, rank) VALUES ('automerge', {_MERGED_AT})")  # noqa: S608


def rebuild(connection: BaseDatabaseWrapper = default_connection) -> None:
    """Build the index anew from the entries: some seconds for a million."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(f"REINDEX INDEX {GIN_INDEX}")
        else:
            cursor.execute(f"INSERT INTO {FTS_TABLE}({FTS_TABLE}) VALUES ('rebuild')")  # noqa: S608


def forget_deleted(connection: BaseDatabaseWrapper = default_connection) -> None:
    """Leave nothing of entries that are gone in the index or in the write-ahead log: after an erasure (D-1).

    An FTS5 index keeps the words of a deleted entry until its pieces are merged. Some seconds for a million.
    """
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(f"VACUUM {_TABLE}")
            return
        cursor.execute(f"INSERT INTO {FTS_TABLE}({FTS_TABLE}) VALUES ('optimize')")  # noqa: S608
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")


@contextmanager
def bulk_rebuild() -> Iterator[None]:
    """Fill the entries of a whole installation at once, the index built afterwards.

    One transaction: killed in between, nothing has happened. Nobody else can write meanwhile (SQLite),
    so it is for filling an empty installation, not for an import beside people's work.
    """
    connection = default_connection
    with transaction.atomic():
        with connection.cursor() as cursor:
            if connection.vendor == "postgresql":
                cursor.execute(f"DROP INDEX IF EXISTS {GIN_INDEX}")
            else:
                for name in _SQLITE_TRIGGERS:
                    cursor.execute(f"DROP TRIGGER IF EXISTS {name}")
        yield
        install(connection)


def faults(connection: BaseDatabaseWrapper) -> list[str]:
    """What is wrong with the index, in the database's words; empty when it agrees with the entries."""
    lacking = missing(connection)
    if lacking or connection.vendor == "postgresql":
        return lacking
    with connection.cursor() as cursor:
        try:
            cursor.execute(f"INSERT INTO {FTS_TABLE}({FTS_TABLE}, rank) VALUES ('integrity-check', 1)")  # noqa: S608
        except DatabaseError as error:
            return [str(error)]
    return []
