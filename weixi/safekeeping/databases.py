"""Copying the database out and in: SQLite by its own backup, PostgreSQL by `pg_dump` and `pg_restore`."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import time
from datetime import datetime
from pathlib import Path
from typing import Any

from django.db import connection, connections
from django.db.migrations.recorder import MigrationRecorder
from django.utils.translation import gettext as _

from weixi.kernel import clock
from weixi.kernel.errors import Conflict, Invalid

NAMES = {"sqlite": "database.sqlite3", "postgresql": "database.dump"}
_DEBIAN = Path("/usr/lib/postgresql")
_NOTICED_WITHIN = 5.0  # seconds


def copy_out(folder: Path) -> str:
    """Copy the whole database into `folder` as it is at one instant, while others go on; returns the file's name.

    Raises Invalid when the programs of PostgreSQL are missing or refuse.
    """
    name = NAMES[connection.vendor]
    if connection.vendor == "postgresql":
        _run("pg_dump", "--format=custom", "--no-owner", "--no-privileges", "--file", str(folder / name))
    else:
        copy_sqlite(Path(connection.settings_dict["NAME"]), folder / name)
    return name


def copy_sqlite(source: Path, target: Path) -> None:
    """One consistent copy in one file: the log that is written ahead is in it.

    In a single step: readers and writers go on meanwhile, and no write makes it begin anew.
    """
    given = sqlite3.connect(f"file:{source}?mode=ro", uri=True, timeout=20)
    try:
        made = sqlite3.connect(target)
        try:
            given.backup(made, pages=-1)
            # The header says "log written ahead": a copy of one file needs none.
            made.execute("PRAGMA journal_mode=DELETE")
            fault = made.execute("PRAGMA quick_check(1)").fetchone()[0]
        finally:
            made.close()
    finally:
        given.close()
    if fault != "ok":
        raise Invalid(_("The copy of the database is damaged: %(why)s") % {"why": fault}, code="backup.damaged")
    with target.open("rb") as stream:
        os.fsync(stream.fileno())


def size() -> int:
    """About how many bytes a copy of the database takes."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_database_size(current_database())")
            return int(cursor.fetchone()[0])
    return Path(connection.settings_dict["NAME"]).stat().st_size


def applied() -> dict[tuple[str, str], datetime]:
    """The migrations the database has gone through, as (app, name), and when."""
    rows = MigrationRecorder(connection).applied_migrations().values()
    return {(row.app, row.name): row.applied for row in rows}


def installed_at() -> datetime:
    """Since when there is this installation: its first migration, by the real clock."""
    return min(applied().values(), default=clock.now())


# --- PostgreSQL -------------------------------------------------------------------------------------


def program(name: str) -> Path:
    """The newest such program of PostgreSQL on this machine. Raises Invalid with the way out."""
    folders = sorted(
        (path for path in _DEBIAN.glob("*/bin") if (path / name).exists() and path.parent.name.isdigit()),
        key=lambda path: int(path.parent.name),
    )
    if folders:
        return folders[-1] / name
    if found := shutil.which(name):
        return Path(found)
    raise Invalid(
        _("%(name)s is not on this machine. Install the client programs of PostgreSQL (Debian: postgresql-client).")
        % {"name": name},
        code="backup.program_missing",
    )


def environment(dbname: str = "") -> dict[str, str]:
    """What the programs of PostgreSQL take from the environment: nothing of it stands in a list of processes."""
    given: dict[str, Any] = connection.get_connection_params()
    names = {"host": "PGHOST", "port": "PGPORT", "user": "PGUSER", "password": "PGPASSWORD", "dbname": "PGDATABASE"}
    found = {variable: str(given[name]) for name, variable in names.items() if given.get(name)}
    return {**os.environ, **found, **({"PGDATABASE": dbname} if dbname else {})}


def _run(name: str, *arguments: str) -> None:
    done = subprocess.run(  # noqa: S603 - a program found by name, arguments of our own
        [program(name), *arguments], env=environment(), capture_output=True, text=True, check=False,
        stdin=subprocess.DEVNULL,
    )  # fmt: skip
    if done.returncode:
        why = (done.stderr.strip().splitlines() or [f"status {done.returncode}"])[0]
        raise Invalid(_("%(name)s refused: %(why)s") % {"name": name, "why": why[:300]}, code="backup.refused")


def read_in(dump: Path) -> None:
    """Fill the present database of PostgreSQL from a dump, whole or not at all; what it held is dropped first."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_schema()")
        schema = connection.ops.quote_name(cursor.fetchone()[0] or "public")
        cursor.execute(f"DROP SCHEMA IF EXISTS {schema} CASCADE")
        cursor.execute(f"CREATE SCHEMA {schema}")
    # The program opens its own connection; ours would go on seeing types that are gone.
    connections.close_all()
    _run(
        "pg_restore", "--no-owner", "--no-privileges", "--exit-on-error", "--single-transaction",
        "--dbname", environment()["PGDATABASE"], str(dump),
    )  # fmt: skip


# --- whether anybody is there -----------------------------------------------------------------------


def is_empty() -> bool:
    """Whether the database holds no installation yet."""
    if connection.vendor == "sqlite" and not Path(connection.settings_dict["NAME"]).exists():
        return True
    tables = set(connection.introspection.table_names())
    if "organisation_user" not in tables:
        return True
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM organisation_user")
        users = cursor.fetchone()[0]
        cursor.execute("SELECT count(*) FROM policy_policyversion" if "policy_policyversion" in tables else "SELECT 0")
        return not users and not cursor.fetchone()[0]


def _others() -> int:
    """How many other connections the database of PostgreSQL serves."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() "
            "AND pid <> pg_backend_pid() AND backend_type = 'client backend'"
        )
        return int(cursor.fetchone()[0])


def require_alone() -> None:
    """Raises Conflict while another process has the database open: nothing is put in place under its feet."""
    text = _("Another process uses the database. End `weixi serve` and every worker first, then restore again.")
    if connection.vendor == "postgresql":
        # The server takes a moment to notice that a process which was killed has gone.
        until = time.monotonic() + _NOTICED_WITHIN
        while _others():
            if time.monotonic() > until:
                raise Conflict(text, code="restore.in_use")
            time.sleep(0.1)
        return
    path = Path(connection.settings_dict["NAME"])
    connections.close_all()
    if not path.exists():
        return
    # Leaving the mode "log written ahead" needs the file for oneself; it also brings everything into the one file.
    alone = sqlite3.connect(path, timeout=0)
    try:
        mode = alone.execute("PRAGMA journal_mode=DELETE").fetchone()[0]
    except sqlite3.OperationalError:
        mode = ""
    finally:
        alone.close()
    if mode != "delete":
        raise Conflict(text, code="restore.in_use")
