"""A work in a process of its own: how long it took, how much memory the process needed at most."""

from __future__ import annotations

import resource
import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


def timed(work: Callable[[], T]) -> tuple[float, T]:
    """(seconds, what it gave)."""
    began = time.perf_counter()
    answer = work()
    return time.perf_counter() - began, answer


def peak_mb() -> float:
    return round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, 1)
