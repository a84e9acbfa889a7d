"""What the machine is worth at the moment: one fixed piece of work, timed before and after every run.

Machines that are shared differ by a factor of three from hour to hour. Tables whose yardsticks differ are compared by
their floors, or after dividing by it.
"""

from __future__ import annotations

import json
import time

ROWS = 40_000


def _work() -> int:
    """Objects made, written as JSON, read again and put in order: what pages and jobs do most."""
    rows = [{"id": n, "name": f"客户{n * 7919 % ROWS:05}", "amount": n * 37 % 1000 / 4} for n in range(ROWS)]
    read = json.loads(json.dumps(rows))
    read.sort(key=lambda row: (row["name"], -row["amount"]))
    return len({row["name"][:4] for row in read})


def seconds() -> float:
    """Seconds of the clock for it, the median of five."""
    taken = []
    for _each in range(5):
        began = time.perf_counter()
        _work()
        taken.append(time.perf_counter() - began)
    return round(sorted(taken)[2], 3)
