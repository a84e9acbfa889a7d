"""Fixtures of every test: set-up, the cast, clients, clocks, queries, threads, processes."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import pytest
from django.conf import settings as django_settings
from django.db import connection, connections
from django.test import Client, TransactionTestCase
from django.test.utils import CaptureQueriesContext, override_settings
from django.utils import translation

from weixi.kernel import clock, marks
from weixi.kernel.jobs import lease
from weixi.testing import faults

ROOT = Path(__file__).resolve().parents[2]


# --- set-up -----------------------------------------------------------------------------------------


@pytest.fixture(scope="session", autouse=True)
def _cheap_passwords() -> Iterator[None]:
    """For the whole run: what `kept` remembers must not depend on the fixture that asked for it first. One of a module is
    made before those of its tests, and nobody could log in with a password hashed in a way that the tests do not know."""
    with override_settings(PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"]):
        yield


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix: None) -> None:
    """SQLite in a file, as it is used: in memory, locks and threads behave differently. It is the file
    that a process started with this `WEIXI_HOME` opens."""
    database = connections["default"]
    if database.vendor == "sqlite":
        database.settings_dict["TEST"]["NAME"] = str(django_settings.HOME / "weixi.sqlite3")


@pytest.fixture(scope="session", autouse=True)
def _emptied_instead_of_flushed() -> Iterator[None]:
    """After a test that commits the database is emptied as `faults.empty_database` does it: past the protection of
    the log, which refuses Django's flush, and in a tenth of its time."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", lambda case: faults.empty_database())
        yield


@pytest.fixture(autouse=True)
def _no_lease_stays() -> Iterator[None]:
    """Let go of what a test took as the worker would: the lock's connection keeps a database from going."""
    yield
    lease.release_all()


@pytest.fixture(autouse=True)
def _nothing_remembered() -> None:
    """Forget what was worked out in the world of another test, which may bear the same marks."""
    marks.forget()


@pytest.fixture(autouse=True)
def _chinese_until_asked_otherwise() -> None:
    """A client that reads English leaves it to the thread, and whatever test comes next would speak it."""
    translation.activate(django_settings.LANGUAGE_CODE)


@pytest.fixture
def own_store(tmp_path: Path, settings: Any) -> Path:
    """Files of customers lie in a folder of this test alone."""
    settings.MEDIA_ROOT = tmp_path / "files"
    return tmp_path / "files"


# --- people -----------------------------------------------------------------------------------------


@pytest.fixture
def cast(db: None) -> Any:
    """The fixed company of `weixi.testing.cast`."""
    from weixi.testing.cast import make_cast

    return make_cast()


@pytest.fixture
def client_as() -> Callable[[Any], Client]:
    """`client_as(person)`: a browser that this person has logged in with."""

    def make(person: Any) -> Client:
        client = Client()
        client.force_login(person)
        session = client.session
        session["epoch"] = person.session_epoch
        session.save()
        return client

    return make


# --- time -------------------------------------------------------------------------------------------


@pytest.fixture
def moved_clock() -> Iterator[Callable[[str | datetime], None]]:
    """`moved_clock("2026-03-02T09:00+08:00")` lets the clock stand there until moved again."""
    with ExitStack() as stack:

        def move(moment: str | datetime) -> None:
            when = datetime.fromisoformat(moment) if isinstance(moment, str) else moment
            stack.enter_context(clock.at(when))

        yield move


# --- queries ----------------------------------------------------------------------------------------


@pytest.fixture
def assert_queries_same(db: None) -> Callable[..., int]:
    """`assert_queries_same(ask, add)`: `ask()` needs as many queries for three rows as for one.

    `add()` adds one row. `ask` runs once unmeasured, so that caches of the process are filled.
    Returns the number of queries.
    """

    def check(ask: Callable[[], object], add: Callable[[], object]) -> int:
        add()
        ask()
        with CaptureQueriesContext(connection) as one:
            ask()
        add()
        add()
        with CaptureQueriesContext(connection) as three:
            ask()
        if len(one) != len(three):
            listed = "\n".join(query["sql"][:200] for query in three.captured_queries)
            raise AssertionError(f"{len(one)} queries for one row, {len(three)} for three:\n{listed}")
        return len(one)

    return check


# --- at once ----------------------------------------------------------------------------------------


@pytest.fixture
def at_once(transactional_db: None) -> Callable[..., list[Any]]:
    """`at_once(act, act, ...)`: run these in as many threads, begun together, each with its own connection.

    Returns each one's result, or the exception it raised.
    """

    def run(*acts: Callable[[], Any]) -> list[Any]:
        start = threading.Barrier(len(acts))

        def one(act: Callable[[], Any]) -> Any:
            try:
                start.wait(timeout=30)
                return act()
            except Exception as error:
                return error
            finally:
                connections.close_all()

        with ThreadPoolExecutor(len(acts)) as pool:
            return list(pool.map(one, acts))

    return run


# --- other processes --------------------------------------------------------------------------------


def _child_environment(extra: Mapping[str, str] | None = None) -> dict[str, str]:
    """The environment in which a new process works on this test's database."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "DJANGO_SETTINGS_MODULE": "weixi.project.settings"}
    if connection.vendor == "postgresql":
        parts = urlsplit(os.environ["DATABASE_URL"])
        environment["DATABASE_URL"] = urlunsplit(parts._replace(path=f"/{connection.settings_dict['NAME']}"))
    return {**environment, **(extra or {})}


class Child:
    """A Python process that works on this test's database."""

    def __init__(self, code: str, arguments: Sequence[str], extra: Mapping[str, str] | None) -> None:
        lines = f"import django; django.setup()\n{code}"
        self.process = subprocess.Popen(
            [sys.executable, "-c", lines, *arguments], cwd=ROOT, env=_child_environment(extra),
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )  # fmt: skip

    def line(self) -> str:
        """The next line it prints; empty when it has ended."""
        assert self.process.stdout is not None
        return self.process.stdout.readline().strip()

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()

    def finish(self, seconds: float = 60) -> tuple[int, str, str]:
        """Wait for its end: exit status, the rest of its output, its errors."""
        out, errors = self.process.communicate(timeout=seconds)
        return self.process.returncode, out, errors


@pytest.fixture
def child(transactional_db: None) -> Iterator[Callable[..., Child]]:
    """`child(code, *arguments, **environment)` starts a process with Django set up on the same database."""
    started: list[Child] = []

    def start(code: str, *arguments: str, **extra: str) -> Child:
        made = Child(code, arguments, extra)
        started.append(made)
        return made

    yield start
    for made in started:
        if made.process.poll() is None:
            made.kill()
        for pipe in (made.process.stdin, made.process.stdout, made.process.stderr):
            if pipe is not None:
                pipe.close()


@pytest.fixture(name="for_every_statement")
def _for_every_statement(transactional_db: None) -> Callable[..., int]:
    """`weixi.testing.faults.for_every_statement` in a test that may commit."""
    return faults.for_every_statement
