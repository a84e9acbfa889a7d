"""Who works on what, proved by a lock that the operating system or the database takes back when the
process dies — not by a time that has to run out.

Each process that takes work has one `holder` prefix and one lock:

* SQLite: `flock` on a file in `WEIXI_HOME/locks`. The kernel drops it with the process, however that ends.
* PostgreSQL: a session advisory lock on a connection of its own. The server drops it with the connection.

So the work of a killed process is free at once, and that of a stopped (SIGSTOP) or slow one is not:
its lock still stands. Each piece of work taken gets a number after the prefix (`file:k3…#4`), so that
a process that lost one piece cannot mistake a later one for it: that is the fencing token which every
write about the work compares.
"""

from __future__ import annotations

import fcntl
import itertools
import os
import secrets
import threading
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Protocol

from django.conf import settings
from django.db import connection

_KEEP_ALIVE: dict[str, Any] = {"keepalives": 1, "keepalives_idle": 10, "keepalives_interval": 5, "keepalives_count": 3}


class LifeLock(Protocol):
    """The lock whose standing proves that this process lives."""

    prefix: str

    def standing(self) -> bool: ...
    def release(self) -> None: ...


class FileLock:
    """A locked file that no other process can lock while this one lives."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        for left in folder.iterdir():
            _file_is_locked(folder, left.name)
        while True:
            name = secrets.token_hex(12)
            self.prefix = f"file:{name}"
            self.path = folder / name
            self._file = os.open(self.path, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
            fcntl.flock(self._file, fcntl.LOCK_EX)
            if self.path.exists():
                break
            # Another process swept the folder between the two calls.
            os.close(self._file)

    def standing(self) -> bool:
        return self.path.exists()

    def release(self) -> None:
        self.path.unlink(missing_ok=True)
        os.close(self._file)


class SessionLock:
    """An advisory lock on a connection that is used for nothing else."""

    def __init__(self, parameters: dict[str, Any]) -> None:
        self.key = secrets.randbits(62)
        self.prefix = f"pg:{self.key}"
        known = ("dbname", "user", "password", "host", "port", "connect_timeout")
        chosen = {name: parameters[name] for name in known if parameters.get(name)}
        # The server must notice soon when a whole machine is gone, not only a process.
        options = "-c tcp_keepalives_idle=10 -c tcp_keepalives_interval=5 -c tcp_keepalives_count=3"
        # Loaded where it is needed: with SQLite it would cost every process 25 MB for nothing.
        import psycopg  # noqa: PLC0415

        self._faults = psycopg.Error
        self._connection = psycopg.connect(**chosen, **_KEEP_ALIVE, options=options, autocommit=True)
        self._connection.execute("SELECT pg_advisory_lock(%s)", [self.key])

    def standing(self) -> bool:
        try:
            self._connection.execute("SELECT 1")
        except self._faults:
            return False
        return True

    def release(self) -> None:
        self._connection.close()


_guard = threading.Lock()
_mine: tuple[int, str, LifeLock] | None = None
_numbers = itertools.count(1)
_active: set[str] = set()


def _folder() -> Path:
    return Path(settings.HOME) / "locks"


def _life_lock() -> LifeLock:
    """This process's lock; a new one after a fork, for another database, or when the old one is lost."""
    global _mine
    database = str(connection.settings_dict["NAME"])
    if _mine and _mine[0] == os.getpid() and _mine[1] == database and _mine[2].standing():
        return _mine[2]
    made: LifeLock
    if connection.vendor == "postgresql":
        made = SessionLock(connection.get_connection_params())
    else:
        made = FileLock(_folder())
    _mine = (os.getpid(), database, made)
    return made


def take() -> str:
    """A new holder name for one piece of work in this process; give it to `drop` when done."""
    with _guard:
        holder = f"{_life_lock().prefix}#{next(_numbers)}"
        _active.add(holder)
        return holder


def drop(holder: str) -> None:
    with _guard:
        _active.discard(holder)


def release_all() -> None:
    """Let go of this process's lock, as its end would; for an orderly stop."""
    global _mine
    with _guard:
        if _mine and _mine[0] == os.getpid():
            _mine[2].release()
        _mine = None
        _active.clear()


def living(holders: Iterable[str]) -> set[str]:
    """Those of these holders whose process lives and still works on that piece."""
    asked = {holder for holder in holders if holder}
    with _guard:
        mine = _mine[2].prefix if _mine and _mine[0] == os.getpid() and _mine[2].standing() else None
        own = {holder for holder in asked if mine and holder.partition("#")[0] == mine}
        alive = own & _active
    others = asked - own
    prefixes = {holder.partition("#")[0] for holder in others}
    standing = {name for name in prefixes if name.startswith("file:") and _file_is_locked(_folder(), name[5:])}
    if keys := {int(name[3:]) for name in prefixes if name.startswith("pg:")}:
        standing |= {f"pg:{key}" for key in keys & _locked_keys()}
    return alive | {holder for holder in others if holder.partition("#")[0] in standing}


def _file_is_locked(folder: Path, name: str) -> bool:
    """Whether a living process holds this file; one that nobody holds is removed."""
    path = folder / name
    if not name.isalnum():
        return False
    try:
        file = os.open(path, os.O_RDWR | os.O_CLOEXEC)
    except FileNotFoundError:
        return False
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    else:
        # Nobody holds it and nobody will: names are never used twice.
        path.unlink(missing_ok=True)
        return False
    finally:
        os.close(file)


def _locked_keys() -> set[int]:
    if connection.vendor != "postgresql":
        return set()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT (classid::bigint << 32) | objid::bigint FROM pg_locks "
            "WHERE locktype = 'advisory' AND objsubid = 1 AND granted "
            "AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
        )
        return {row[0] for row in cursor.fetchall()}
