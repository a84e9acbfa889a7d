"""The trend as a drawing: points in the units of its box."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from weixi.customers.quality.board import Aim, Point

WIDTH, HEIGHT, TOP = 640, 140, 10
LOWEST = 50


@dataclass(frozen=True, slots=True)
class Drawn:
    """`line` for a polyline; `dots` are (x, y, day, percent); `target_y` where the target lies, if any."""

    line: str
    dots: list[tuple[int, int, date, int]]
    target_y: int | None
    low: int


def draw_trend(points: Sequence[Point], aim: Aim) -> Drawn | None:
    """None when there is nothing to see a change in. The scale begins at 0 as soon as a value is low."""
    if len(points) < 2:
        return None
    low = 0 if min(point.percent for point in points) < LOWEST else LOWEST
    first, days = points[0].day, max((points[-1].day - points[0].day).days, 1)

    def y(percent: int) -> int:
        return TOP + round((HEIGHT - 2 * TOP) * (100 - percent) / (100 - low))

    dots = [
        (round(8 + (WIDTH - 60) * (point.day - first).days / days), y(point.percent), point.day, point.percent)
        for point in points
    ]
    target = y(aim.completeness) if aim.completeness is not None and aim.completeness >= low else None
    return Drawn(" ".join(f"{x},{height}" for x, height, _day, _percent in dots), dots, target, low)
