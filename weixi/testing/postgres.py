"""A private PostgreSQL for tests: made in a temporary folder, reached by a socket in it alone, thrown away.

It needs the server's programs (`initdb`, `postgres`, `pg_isready`), which Debian keeps under
`/usr/lib/postgresql/<version>/bin`; nothing is started as root, as the server refuses that.
"""

from __future__ import annotations

import ctypes
import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

PROGRAMS = ("initdb", "postgres", "pg_isready")
START_SECONDS = 60
_PR_SET_PDEATHSIG = 1


class NoPostgresError(RuntimeError):
    """The server's programs are not on this machine, or the server did not start."""


def find_programs() -> Path | None:
    """The folder with the newest server's programs, or None."""
    folders = sorted(
        Path("/usr/lib/postgresql").glob("*/bin"),
        key=lambda path: int(path.parent.name) if path.parent.name.isdigit() else 0,
        reverse=True,
    )
    if found := shutil.which("initdb"):
        # A link elsewhere may stand alone; the folder it leads to has the others.
        folders.append(Path(found).resolve().parent)
    for folder in folders:
        if all((folder / name).exists() for name in PROGRAMS):
            return folder
    return None


def _account() -> str | None:
    """Whose server it is: as root somebody else's, otherwise our own (None)."""
    if os.getuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name).pw_name
        except KeyError:
            continue
    raise NoPostgresError("PostgreSQL does not run as root, and there is neither a user postgres nor nobody.")


def _die_with_parent() -> None:
    """Let the server go down too when the test run is killed."""
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGINT)


@dataclass
class Server:
    """A running server; `url` is for `DATABASE_URL`."""

    folder: Path
    programs: Path
    account: str | None
    process: subprocess.Popen[bytes]

    @property
    def url(self) -> str:
        return f"postgres://weixi@{quote(str(self.folder), safe='')}/weixi"

    def stop(self) -> None:
        """Stop at once, breaking off what is still connected, and remove every trace."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
            try:
                self.process.wait(timeout=20)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)


def start() -> Server:
    """Make and start a server. Raises NoPostgresError when that cannot be."""
    programs = find_programs()
    if programs is None:
        raise NoPostgresError("PostgreSQL's server programs (initdb, postgres, pg_isready) were not found.")
    account = _account()
    # A socket's path may have 107 bytes, and the name in a URL is read in lower case.
    folder = Path(tempfile.mkdtemp(prefix="weixi-pg-", dir="/tmp"))
    try:
        return _start_in(folder, programs, account)
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise


def _start_in(folder: Path, programs: Path, account: str | None) -> Server:
    if account:
        shutil.chown(folder, account)
    identity: dict[str, Any] = {}
    if account:
        identity = {"user": account, "group": pwd.getpwnam(account).pw_gid, "extra_groups": []}
    data = folder / "data"
    made = subprocess.run(
        [programs / "initdb", "-D", data, "-U", "weixi", "-A", "trust", "--no-sync", "-E", "UTF8",
         "--locale=C.UTF-8"],
        cwd=folder, capture_output=True, text=True, check=False, **identity,
    )  # fmt: skip
    if made.returncode:
        raise NoPostgresError(f"initdb failed: {made.stderr.strip()}")
    settings = {
        "listen_addresses": "",
        "unix_socket_directories": str(folder),
        "fsync": "off",
        "synchronous_commit": "off",
        "full_page_writes": "off",
        "max_connections": "60",
        "shared_buffers": "64MB",
    }
    arguments = [text for name, value in settings.items() for text in ("-c", f"{name}={value}")]
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(
            [programs / "postgres", "-D", data, *arguments],
            cwd=folder, stdout=log, stderr=log, stdin=subprocess.DEVNULL,
            preexec_fn=_die_with_parent if sys.platform == "linux" else None, **identity,
        )  # fmt: skip
    server = Server(folder, programs, account, process)
    try:
        _wait_until_ready(server)
    except BaseException:
        server.stop()
        raise
    return server


def _wait_until_ready(server: Server) -> None:
    ask: list[str | Path] = [server.programs / "pg_isready", "-q", "-h", server.folder, "-d", "postgres"]
    end = time.monotonic() + START_SECONDS
    while subprocess.run(ask, check=False).returncode:
        if server.process.poll() is not None or time.monotonic() > end:
            log = (server.folder / "log").read_text(errors="replace")
            raise NoPostgresError(f"PostgreSQL did not start: {log[-2000:]}")
        time.sleep(0.05)


@contextmanager
def private_postgres() -> Iterator[Server]:
    """A server for the length of the block."""
    server = start()
    try:
        yield server
    finally:
        server.stop()
