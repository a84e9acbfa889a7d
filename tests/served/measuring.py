"""What a served installation costs: processor seconds and peak memory of its processes, read from /proc."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")


def family(process: int) -> list[int]:
    """The process and all that it started."""
    return [process, *(each for child in _children(process) for each in family(child))]


def _children(process: int) -> Iterator[int]:
    for task in Path(f"/proc/{process}/task").glob("*/children"):
        yield from map(int, task.read_text().split())


def forget_peaks(process: int) -> None:
    """From now on a peak is a new one."""
    for each in family(process):
        Path(f"/proc/{each}/clear_refs").write_text("5")


def peak_bytes(process: int) -> int:
    """The highest any of them had resident since `forget_peaks`."""
    return max(_number(each, "VmHWM") for each in family(process)) * 1024


def _number(process: int, name: str) -> int:
    found = re.search(rf"{name}:\s+(\d+) kB", Path(f"/proc/{process}/status").read_text())
    return int(found[1]) if found else 0


def seconds(process: int) -> float:
    """Processor seconds that all of them have used, which a busy machine does not change."""
    used = 0
    for each in family(process):
        parts = Path(f"/proc/{each}/stat").read_text().rsplit(")", 1)[1].split()
        used += int(parts[11]) + int(parts[12])
    return used / TICKS
