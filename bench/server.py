"""One server process of the product, as `weixi serve` starts it, on 127.0.0.1."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bench.http import free_port, wait_for


@dataclass(frozen=True, slots=True)
class Running:
    port: int
    pid: int
    start_s: float


@contextmanager
def serving() -> Iterator[Running]:
    """One web process, four threads, no worker beside it: what is measured has the machine for itself."""
    port = free_port()
    began = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, "-m", "weixi.project.cli", "serve", "--port", str(port), "--workers", "1", "--no-worker"],
        env={**os.environ, "WEIXI_API_RATE": "1000000"}, stdout=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        wait_for(port, "/healthz")
        yield Running(port, process.pid, time.perf_counter() - began)
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def memory_mb(pid: int) -> float:
    """Resident memory of the largest process under `pid` (the web worker), in MB."""
    sizes = [0.0]
    for found in _below(pid):
        try:
            for line in Path(f"/proc/{found}/status").read_text().splitlines():
                if line.startswith("VmRSS"):
                    sizes.append(int(line.split()[1]) / 1024)
        except FileNotFoundError:
            continue
    return round(max(sizes), 1)


def _below(pid: int) -> list[int]:
    found = [pid]
    for parent in found:
        listed = subprocess.run(["pgrep", "-P", str(parent)], capture_output=True, text=True, check=False)
        found.extend(int(text) for text in listed.stdout.split())
    return found
