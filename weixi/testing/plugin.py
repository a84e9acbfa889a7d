"""Chooses the database of a test run, before the settings are read (`-p weixi.testing.plugin`).

`WEIXI_TEST_DB=sqlite` (default) or `postgres`: what a database can change runs once on each. For PostgreSQL a
private server is started, shared by the processes of one run, and removed afterwards. Where its
programs are missing the run is skipped with the reason, and fails when `CI` is set: there both must run.
Tests that touch no database, and those of `ONE_DATABASE`, run with SQLite only; a test among them that is to run
with each, or reaches a database by other ways than pytest-django's marks, says so by `both_databases`.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from weixi.testing import postgres

# No test looks at a clock: a busy machine is slow, not wrong.
settings.register_profile("weixi", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("weixi")

DATABASE_FIXTURES = frozenset({"db", "transactional_db", "django_db_reset_sequences", "live_server"})
# What these prove lies above the database: their services and queries are asked with both by their slices' tests.
ONE_DATABASE = (
    "tests/browser/",  # journeys through the browser
    "tests/security/",  # what pages and operations refuse; marked ones (injection, two roles of the matrix) run with both
    "weixi/policy/tests/test_pages.py",  # forms over one document, which is one text in one column
    "weixi/web/papers/",  # the layout of what is printed
)
_server: postgres.Server | None = None
_home: Path | None = None
_refusal = ""


def _on_postgres() -> bool:
    chosen = os.environ.get("WEIXI_TEST_DB", "sqlite")
    if chosen not in {"sqlite", "postgres"}:
        raise pytest.UsageError(f"WEIXI_TEST_DB is {chosen!r}: use sqlite or postgres.")
    return chosen == "postgres"


def _prepare() -> None:
    """Give this process a home of its own and, as the first process of a run, start the server."""
    global _server, _home, _refusal
    worker = os.environ.get("PYTEST_XDIST_WORKER")
    base = os.environ.get("WEIXI_TEST_HOME")
    if base is None or worker is None:
        _home = Path(tempfile.mkdtemp(prefix="weixi-test-"))
        base = os.environ["WEIXI_TEST_HOME"] = str(_home)
    # Never the home of a real installation: the suite makes and drops the database in it.
    os.environ["WEIXI_HOME"] = str(Path(base) / (worker or "main"))
    os.environ["WEIXI_SECRET_KEY"] = "for-tests-only"
    os.environ["LC_ALL"] = "C.UTF-8"  # commands speak the terminal's language: not that of whoever tests
    os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
    for name in ("WEIXI_SMTP_HOST", "WEIXI_DEMO", "WEIXI_SECURE", "WEIXI_HOSTS", "WEIXI_DEBUG", "WEIXI_URL"):
        os.environ.pop(name, None)
    if not _on_postgres():
        os.environ.pop("DATABASE_URL", None)
    elif worker is None:
        try:
            _server = postgres.start()
            os.environ["DATABASE_URL"] = _server.url
        except postgres.NoPostgresError as error:
            _refusal = str(error)


_prepare()


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "both_databases: reaches a database in its own way, so runs with each")
    if not _refusal:
        return
    if os.environ.get("CI", "").lower() not in {"", "0", "false"}:
        raise pytest.UsageError(f"CI must have PostgreSQL: {_refusal}")
    pytest.exit(f"skipped the run on PostgreSQL: {_refusal}", returncode=0)


def with_both(item: pytest.Item) -> bool:
    """Whether the test is one that the database can change, as far as its place, its marks and its fixtures tell."""
    if item.get_closest_marker("both_databases"):
        return True
    if item.nodeid.startswith(ONE_DATABASE):
        return False
    names = set(getattr(item, "fixturenames", ()))
    return item.get_closest_marker("django_db") is not None or not names.isdisjoint(DATABASE_FIXTURES)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """On PostgreSQL keep what the database can change."""
    if not _on_postgres():
        return
    dropped = [item for item in items if not with_both(item)]
    if dropped:
        config.hook.pytest_deselected(items=dropped)
        items[:] = [item for item in items if with_both(item)]


def pytest_unconfigure() -> None:
    global _server, _home
    if _server is not None:
        _server.stop()
        _server = None
    if _home is not None:
        shutil.rmtree(_home, ignore_errors=True)
        _home = None
