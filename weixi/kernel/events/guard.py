"""The database itself refuses to change the log, whoever asks: triggers on the tables of the audit trail.

`kernel_event` and `kernel_seal` take no UPDATE, no DELETE (and on PostgreSQL no TRUNCATE).
`kernel_eventpersonal` takes no UPDATE: its rows may only go, when a person's data are erased (D-1).
A slice names further tables that are only ever added to (`protect`).
They are put up after every migrate, because SQLite drops a table's triggers when it rebuilds the
table. Tests that commit must empty the tables afterwards: `lift`, flush, and the flush ends with
post_migrate, which calls `install` again (see `weixi.testing.fixtures`).
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db.backends.base.base import BaseDatabaseWrapper

PROTECTED: dict[str, tuple[str, ...]] = {
    "kernel_event": ("UPDATE", "DELETE"),
    "kernel_seal": ("UPDATE", "DELETE"),
    "kernel_eventpersonal": ("UPDATE",),
}


def protect(table: str, *verbs: str) -> None:
    """Let the database refuse these (UPDATE, DELETE) on a slice's table; called when the slice is loaded."""
    PROTECTED[table] = verbs


_MESSAGE = "the log is only ever added to"


def trigger_names(vendor: str) -> dict[str, str]:
    """Trigger name -> table, as they should stand."""
    names = {f"keep_{table}_{verb.lower()}": table for table, verbs in PROTECTED.items() for verb in verbs}
    if vendor == "postgresql":
        names |= {f"keep_{table}_truncate": table for table, verbs in PROTECTED.items() if "DELETE" in verbs}
    return names


def _statements(vendor: str) -> list[str]:
    made = []
    if vendor == "postgresql":
        # 23001 is restrict_violation: both databases then answer with an IntegrityError.
        made.append(
            "CREATE OR REPLACE FUNCTION weixi_keep() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
            f"RAISE EXCEPTION '{_MESSAGE}' USING ERRCODE = '23001'; END $$"
        )
    for name, table in trigger_names(vendor).items():
        verb = name.rpartition("_")[2].upper()
        if vendor == "postgresql":
            each = "STATEMENT" if verb == "TRUNCATE" else "ROW"
            made.append(
                f"CREATE OR REPLACE TRIGGER {name} BEFORE {verb} ON {table} "
                f"FOR EACH {each} EXECUTE FUNCTION weixi_keep()"
            )
        else:
            made.append(
                f"CREATE TRIGGER IF NOT EXISTS {name} BEFORE {verb} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{_MESSAGE}'); END"
            )
    return made


def missing(connection: BaseDatabaseWrapper) -> list[str]:
    """The names of protecting triggers that are not there."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgenabled <> 'D'")
        else:
            cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
        there = {row[0] for row in cursor.fetchall()}
    return sorted(trigger_names(connection.vendor).keys() - there)


def install(connection: BaseDatabaseWrapper) -> None:
    """Put up whatever protection is not there. The tables must exist."""
    if not missing(connection):
        return
    with connection.cursor() as cursor:
        for statement in _statements(connection.vendor):
            cursor.execute(statement)


@contextmanager
def lifted(connection: BaseDatabaseWrapper, table: str, verb: str) -> Iterator[None]:
    """Let one verb (UPDATE, DELETE) through on one table, inside a transaction that puts the protection back: for records
    whose time is over by the policy, removed on somebody's say-so and on record in the log. The log itself is never
    among them. A fault inside rolls all of it back."""
    if not connection.in_atomic_block or table.startswith("kernel_") or verb not in PROTECTED[table]:
        raise ValueError(f"{table} is not to be opened so")
    name = f"keep_{table}_{verb.lower()}"
    place = f" ON {table}" if connection.vendor == "postgresql" else ""
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TRIGGER {name}{place}")
    yield
    install(connection)


def lift(connection: BaseDatabaseWrapper) -> None:
    """Take the protection away, for the flush between tests and for nothing else."""
    with connection.cursor() as cursor:
        for name, table in trigger_names(connection.vendor).items():
            place = f" ON {table}" if connection.vendor == "postgresql" else ""
            cursor.execute(f"DROP TRIGGER IF EXISTS {name}{place}")
