"""A served demo company, started as a newcomer starts it: `weixi demo`, `weixi serve`."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

SMALL = 48


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def served(home: Path, *, customers: int = SMALL) -> Iterator[str]:
    """The address of a running demo company in `home`; it ends with the block."""
    environment = {**os.environ, "WEIXI_HOME": str(home)}
    for name in ("DATABASE_URL", "WEIXI_TEST_DB", "DJANGO_SETTINGS_MODULE", "WEIXI_DEMO"):
        environment.pop(name, None)
    weixi = [sys.executable, "-m", "weixi.project.cli"]
    subprocess.run([*weixi, "demo", "--customers", str(customers)], env=environment, check=True, capture_output=True)
    port = free_port()
    log = (home / "serve.log").open("w")
    process = subprocess.Popen([*weixi, "serve", "--port", str(port)], env=environment, stdout=log, stderr=log)
    try:
        yield _answering(f"http://127.0.0.1:{port}", process, home)
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
