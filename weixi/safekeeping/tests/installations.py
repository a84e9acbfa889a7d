"""Whole installations of their own, for what replaces a database. A process costs seconds, so one runs a whole scene."""

from __future__ import annotations

import json
import os
import secrets
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from django.conf import settings

ROOT = Path(__file__).resolve().parents[3]
# `weixi("restore", "last")` gives (exit status, what it printed, what it complained of); `told` is what the scene gives back.
FRAME = """
import contextlib, io, json, os, sys
from pathlib import Path
import django
django.setup()
from django.conf import settings
from weixi.kernel import clock, doctor
from weixi.project import cli
told = {}
def weixi(*arguments):
    out, errors = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(errors):
        status = cli.main(arguments)
    return status, out.getvalue(), errors.getvalue()
def bad(*names):
    return {each.name: each.detail for each in doctor.examine(names) if not each.ok}
def names():
    from weixi.customers.models import Customer
    return sorted(Customer.objects.values_list("name", flat=True))
"""


@dataclass(frozen=True)
class Installation:
    """A home, and with PostgreSQL a database of its own."""

    home: Path
    variables: dict[str, str]

    @property
    def backups(self) -> Path:
        return self.home / "backups"

    def scene(self, code: str) -> dict[str, Any]:
        """Run the lines in a process of this installation; what they put into `told`."""
        done = subprocess.run(
            [sys.executable, "-c", f"{FRAME}\n{code}\nprint(json.dumps(told))"], cwd=ROOT, env=self.variables,
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
        return found


@contextmanager
def installation(home: Path, **extra: str) -> Iterator[Installation]:
    """An empty one in this home; its database goes at the end."""
    left_out = ("WEIXI_SECRET_KEY", "WEIXI_BACKUPS", "WEIXI_FAULT_AT", "DATABASE_URL")
    variables = {name: value for name, value in os.environ.items() if name not in left_out}
    variables |= {"WEIXI_HOME": str(home), "DJANGO_SETTINGS_MODULE": "weixi.project.settings", **extra}
    given = settings.DATABASES["default"]
    if given["ENGINE"].endswith("sqlite3"):
        yield Installation(home, variables)
        return
    import psycopg

    parts, name = urlsplit(os.environ["DATABASE_URL"]), f"keep_{secrets.token_hex(5)}"
    server = {"host": given["HOST"], "user": given["USER"], "dbname": "postgres", "autocommit": True}
    with psycopg.connect(**server) as connection:
        connection.execute(f'CREATE DATABASE "{name}"')
    try:
        yield Installation(home, {**variables, "DATABASE_URL": urlunsplit(parts._replace(path=f"/{name}"))})
    finally:
        with psycopg.connect(**server) as connection:
            connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


@contextmanager
def somebody_at(made: Installation) -> Iterator[None]:
    """Another process's connection to its database, idle."""
    if "DATABASE_URL" in made.variables:
        import psycopg

        given = settings.DATABASES["default"]
        name = urlsplit(made.variables["DATABASE_URL"]).path.lstrip("/")
        with psycopg.connect(host=given["HOST"], user=given["USER"], dbname=name, autocommit=True) as connection:
            connection.execute("SELECT 1")
            yield
        return
    import sqlite3

    connection = sqlite3.connect(made.home / "weixi.sqlite3")
    connection.execute("SELECT count(*) FROM organisation_user").fetchone()
    yield
    connection.close()
