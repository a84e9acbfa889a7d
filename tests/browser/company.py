"""A served demo company, started as a newcomer starts it: `weixi demo`, `weixi serve`."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

SMALL = 48


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def environment_of(home: Path) -> dict[str, str]:
    """What a command of this installation runs with."""
    environment = {**os.environ, "WEIXI_HOME": str(home)}
    for name in ("DATABASE_URL", "WEIXI_TEST_DB", "DJANGO_SETTINGS_MODULE", "WEIXI_DEMO"):
        environment.pop(name, None)
    return environment


def weixi(home: Path, *arguments: str) -> str:
    """What a command of this installation prints."""
    command = [sys.executable, "-m", "weixi.project.cli", *arguments]
    done = subprocess.run(command, env=environment_of(home), capture_output=True, text=True)
    # What a command refused is said in its own words, not by its exit status.
    assert done.returncode == 0, f"weixi {' '.join(arguments)}: {done.stderr}"
    return done.stdout.strip()


@contextmanager
def served(home: Path, *, customers: int = SMALL, surroundings: Mapping[str, str] | None = None) -> Iterator[str]:
    """The address of a running demo company in `home`; it ends with the block. `surroundings` are more variables
    of the server's environment.
    """
    weixi(home, "demo", "--customers", str(customers))
    with running(home, surroundings=surroundings) as (address, _process):
        yield address


@contextmanager
def running(
    home: Path, *arguments: str, surroundings: Mapping[str, str] | None = None
) -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    """The address and the process of `weixi serve` over what lies in `home`; it ends with the block."""
    port = free_port()
    command = [sys.executable, "-m", "weixi.project.cli", "serve", "--port", str(port), *arguments]
    log = (home / "serve.log").open("w")
    environment = environment_of(home) | dict(surroundings or {})
    process = subprocess.Popen(command, env=environment, stdout=log, stderr=log)
    try:
        yield _answering(f"http://127.0.0.1:{port}", process, home), process
    finally:
        process.terminate()
        process.wait(timeout=30)
        log.close()


def _answering(address: str, process: subprocess.Popen[bytes], home: Path) -> str:
    for _ in range(300):
        if process.poll() is not None:
            break
        try:
            with urllib.request.urlopen(f"{address}/healthz", timeout=2) as answer:
                if answer.status == 200:
                    return address
        except OSError:
            time.sleep(0.1)
    raise RuntimeError((home / "serve.log").read_text())
