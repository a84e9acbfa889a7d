"""Trying a backup: it is brought back into an empty place by the same program that would do it in earnest, and
examined there."""

from __future__ import annotations

import json
import os
import secrets
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote

from django.db import connection
from django.utils.translation import gettext as _

from weixi.kernel import clock
from weixi.kernel.errors import Conflict, Invalid, WeixiError
from weixi.kernel.events.work import unit_of_work
from weixi.kernel.jobs.services import RunningJob, enqueue
from weixi.organisation.enums import Right
from weixi.organisation.models import User
from weixi.organisation.scope import Viewer, system_viewer, viewer_of
from weixi.safekeeping import manifest
from weixi.safekeeping.models import BackupRun, RestoreTest
from weixi.safekeeping.rules import backup_rules
from weixi.safekeeping.services.restore import find

JOB = "safekeeping.test"
# What has to hold in the restored installation; the rest speaks of a running one.
EXAMINED = ("kernel.audit", "kernel.database", "kernel.log", "kernel.search")
AGAIN_AFTER = timedelta(days=1)


def try_restore(source: Path, *, viewer: Viewer) -> RestoreTest:
    """Restore a backup into an empty place, look whether it is whole, and throw the place away.

    The outcome stands in a row, good or bad. Raises Forbidden without the right.
    """
    viewer.require(Right.SYSTEM_MANAGE)
    began, now, error = time.monotonic(), clock.now(), ""
    try:
        manifest.read(source)
        with _empty_place(source.parent) as variables:
            _weixi(variables, "restore", str(source.resolve()), "--link")
            error = _examined(variables)
    except WeixiError as refusal:
        error = str(refusal)
    except OSError as fault:
        error = fault.strerror or str(fault)
    with unit_of_work(actor=viewer.actor) as work:
        test = RestoreTest.objects.create(
            backup=source.name[:40],
            at=now,
            seconds=round(time.monotonic() - began, 3),
            error=error,
            made_by=viewer.user,
        )
        work.record("backup.tested", subject=("restoretest", test.pk), data={"name": source.name[:40], "ok": not error})
    return test


def _examined(variables: dict[str, str]) -> str:
    found = json.loads(_weixi(variables, "doctor", "--json", *EXAMINED))
    return "\n".join(f"{each['name']}: {each['detail']}" for each in found if not each["ok"])


def _weixi(variables: dict[str, str], *arguments: str) -> str:
    done = subprocess.run(  # noqa: S603 - this program again, arguments of our own
        [sys.executable, "-m", "weixi.project.cli", *arguments], env=variables, capture_output=True, text=True,
        check=False, stdin=subprocess.DEVNULL,
    )  # fmt: skip
    if done.returncode and not (arguments[0] == "doctor" and done.stdout.startswith("[")):
        raise Invalid((done.stderr.strip() or done.stdout.strip() or f"status {done.returncode}")[-1000:])
    return done.stdout


@contextmanager
def _empty_place(beside: Path) -> Iterator[dict[str, str]]:
    """The environment of an empty installation: a home beside the backups, and with PostgreSQL a database of its own."""
    home = Path(tempfile.mkdtemp(prefix=".try-", dir=beside))
    left_out = ("DATABASE_URL", "WEIXI_SECRET_KEY", "WEIXI_SMTP_HOST", "WEIXI_BACKUPS", "WEIXI_DEMO")
    variables = {name: value for name, value in os.environ.items() if name not in left_out}
    variables |= {"WEIXI_HOME": str(home), "LC_ALL": "C.UTF-8"}
    try:
        if connection.vendor == "postgresql":
            with _scratch_database() as url:
                yield {**variables, "DATABASE_URL": url}
        else:
            yield variables
    finally:
        shutil.rmtree(home, ignore_errors=True)


@contextmanager
def _scratch_database() -> Iterator[str]:
    name = f"weixi_try_{secrets.token_hex(6)}"
    # An own connection: a database cannot be made inside a transaction.
    import psycopg  # noqa: PLC0415

    given = {key: value for key, value in connection.get_connection_params().items() if key in _KNOWN and value}
    with psycopg.connect(**given, autocommit=True) as server:
        try:
            _sweep(server)
            server.execute(f'CREATE DATABASE "{name}"')
        except psycopg.Error as refusal:
            raise Invalid(
                _("PostgreSQL makes no database to try the backup in: %(why)s The user needs CREATEDB.")
                % {"why": str(refusal).strip().splitlines()[0]},
                code="backup.no_scratch",
            ) from None
        try:
            yield _url(given, name)
        finally:
            server.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def _sweep(server: Any) -> None:
    """One trial at a time, by a lock that goes with the connection; so what stands there was left by one that died."""
    if not server.execute("SELECT pg_try_advisory_lock(%s)", [_ONE_TRIAL]).fetchone()[0]:
        raise Conflict(_("A backup is being tried just now."), code="backup.running")
    for (left,) in server.execute("SELECT datname FROM pg_database WHERE datname LIKE 'weixi\\_try\\_%'").fetchall():
        server.execute(f'DROP DATABASE IF EXISTS "{left}" WITH (FORCE)')


# A number of our own among the server's advisory locks.
_ONE_TRIAL = 0x5745495849
_KNOWN = ("dbname", "user", "password", "host", "port")


def _url(given: dict[str, object], name: str) -> str:
    def part(key: str) -> str:
        return quote(str(given.get(key) or ""), safe="")

    account = part("user") + (f":{part('password')}" if given.get("password") else "")
    port = f":{given['port']}" if given.get("port") else ""
    return f"postgres://{account}@{part('host')}{port}/{name}"


# --- by itself --------------------------------------------------------------------------------------


def every_minute() -> None:
    """The worker's minute: queue a trial when the last good one is as old as the policy lets it become."""
    rules = backup_rules()
    # Uses index: backup_run_at, restore_test_at
    if rules is None or not BackupRun.objects.filter(error="", removed_at=None).exists():
        return
    last, now = RestoreTest.objects.order_by("-at").first(), clock.now()
    if last is not None and last.at <= now < last.at + (AGAIN_AFTER if last.error else rules.tested_every):
        return
    enqueue(JOB, 0, viewer=system_viewer("backup"))


def run_job(job: RunningJob) -> None:
    """The job of a trial: the newest backup that lies on this machine."""

    starter = User.objects.filter(pk=job.created_by_id).first() if job.created_by_id else None
    test = try_restore(find("last"), viewer=viewer_of(starter) if starter else system_viewer("backup"))
    if test.error:
        raise Invalid(test.error[:1000])
    job.progress(1, 1, note=test.backup)
