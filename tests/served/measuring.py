"""What a served installation costs: processor seconds and peak memory of its processes, read from /proc."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")


def family(process: int) -> list[int]:
    """The process and all that it started."""
    return [process, *(each for child in _children(process) for each in family(child))]


def _children(process: int) -> Iterator[int]:
    for task in Path(f"/proc/{process}/task").glob("*/children"):
        yield from map(int, task.read_text().split())


@dataclass
class Cost:
    """Processor seconds of all of them together, and how far any of them grew above what it had."""

    seconds: float = 0.0
    bytes: int = 0


@contextmanager
def measured(process: int) -> Iterator[Cost]:
    """What the block costs the process and its children; a busy machine changes nothing."""
    had = {each: _number(each, "VmRSS" if _peak_forgotten(each) else "VmHWM") for each in family(process)}
    began, cost = seconds(process), Cost()
    yield cost
    cost.seconds = seconds(process) - began
    cost.bytes = max(_number(each, "VmHWM") - had.get(each, 0) for each in family(process)) * 1024


def _peak_forgotten(process: int) -> bool:
    """Let the peak of the process begin anew; False where this is not allowed."""
    try:
        Path(f"/proc/{process}/clear_refs").write_text("5")
    except OSError:
        return False
    return True


def _number(process: int, name: str) -> int:
    found = re.search(rf"{name}:\s+(\d+) kB", Path(f"/proc/{process}/status").read_text())
    return int(found[1]) if found else 0


def seconds(process: int) -> float:
    """Processor seconds that all of them have used so far."""
    used = 0
    for each in family(process):
        parts = Path(f"/proc/{each}/stat").read_text().rsplit(")", 1)[1].split()
        used += int(parts[11]) + int(parts[12])
    return used / TICKS
