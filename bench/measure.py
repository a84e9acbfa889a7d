"""Measure one installation made by `bench.load`: facts on standard input, results on standard output."""

from __future__ import annotations

import json
import os
import sys

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "weixi.project.settings")
django.setup()

from bench.pages import Pages  # noqa: E402
from bench.server import memory_mb, serving  # noqa: E402


def main() -> None:
    facts = json.loads(sys.stdin.read())
    with serving() as server:
        found = Pages(server.port, facts, int(os.environ.get("BENCH_REPEATS", "30"))).all()
        worked = memory_mb(server.pid)
    with serving() as server:
        found["start"] = {"start_s": round(server.start_s, 2), "idle_mb": memory_mb(server.pid), "worked_mb": worked}
    print(json.dumps(found))


if __name__ == "__main__":
    main()
