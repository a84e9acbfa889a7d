"""Somebody who writes one row again and again while a long work runs, and how long he waits: in a process of his own,
as the pages are served. `python -m bench.saving` says `ready`, goes on until its input ends and prints JSON."""

from __future__ import annotations

import json
import os
import select
import statistics
import subprocess
import sys
import time
from typing import Any

# A person who saves so often.
EVERY_S = 0.1


class Saving:
    """Around the work: `median_ms` and `worst_ms` are there when it is over."""

    median_ms = worst_ms = 0.0

    def __enter__(self) -> Saving:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "bench.saving"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        assert self._process.stdout is not None
        if self._process.stdout.readline().strip() != "ready":
            raise SystemExit("nobody saves")
        return self

    def __exit__(self, *_error: object) -> None:
        told, _ = self._process.communicate()
        found: dict[str, Any] = json.loads(told.strip().splitlines()[-1])
        self.median_ms, self.worst_ms = found["median_ms"], found["worst_ms"]


def main() -> None:
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "weixi.project.settings")
    django.setup()

    from django.db import transaction

    from weixi.organisation.models import User

    times: list[float] = []

    def save() -> None:
        began = time.perf_counter()
        with transaction.atomic():
            User.objects.filter(username="admin").update(name="管理员")
        times.append(1000 * (time.perf_counter() - began))

    # The first opens the connection.
    save()
    times.clear()
    print("ready", flush=True)
    while not select.select([sys.stdin], [], [], EVERY_S)[0]:
        save()
    print(json.dumps({"median_ms": round(statistics.median(times or [0]), 1), "worst_ms": round(max(times or [0]), 1)}))


if __name__ == "__main__":
    main()
