"""Geometry of the two pictures of a grading: value against potential, and who moved where. Pure: figures in,
coordinates out; the templates draw them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

# The scatter's field, in units of its viewBox.
LEFT, TOP, RIGHT, BOTTOM = 44.0, 14.0, 710.0, 418.0
MOST_ARROWS, MOST_LABELS = 24, 7
# The flow's columns, in units of its viewBox.
FLOW_TOP, FLOW_HEIGHT, FLOW_GAP = 14.0, 214.0, 20.0
FLOW_X1, FLOW_X2 = 74.0, 298.0


@dataclass(frozen=True, slots=True)
class Point:
    """A customer to be drawn; `old_*` are given for one who moves and was scored before."""

    customer_id: int
    name: str
    value: Decimal | None
    potential: Decimal | None
    old_value: Decimal | None = None
    old_potential: Decimal | None = None
    up: bool | None = None


@dataclass(frozen=True, slots=True)
class Dot:
    x: str
    y: str
    customer_id: int
    title: str


@dataclass(frozen=True, slots=True)
class Arrow:
    """From the old place to the new; `label` only for the first few."""

    x1: str
    y1: str
    x2: str
    y2: str
    up: bool | None
    customer_id: int
    title: str
    label: str
    label_x: str
    label_y: str
    anchor: str


@dataclass(frozen=True, slots=True)
class Scatter:
    """`line_x`, `line_y` are the thresholds' places, where the preset has them. `ticks` are (score, x, y)."""

    dots: tuple[Dot, ...]
    arrows: tuple[Arrow, ...]
    ticks: tuple[tuple[int, str, str], ...]
    line_x: str
    line_y: str
    high_width: str
    high_height: str


def scatter(
    still: Iterable[Point], moving: Iterable[Point], value_from: Decimal | None, potential_from: Decimal | None
) -> Scatter:
    """Dots for those who stay, arrows for the first who move. Who has no score on an axis stands on its
    edge at zero."""
    dots = [Dot(_x(p.value), _y(p.potential), p.customer_id, p.name) for p in still]
    arrows: list[Arrow] = []
    taken: list[tuple[float, float]] = []
    for point in moving:
        if point.old_value is None or len(arrows) >= MOST_ARROWS:
            dots.append(Dot(_x(point.value), _y(point.potential), point.customer_id, point.name))
            continue
        arrows.append(_arrow(point, taken))
    return Scatter(
        tuple(dots),
        tuple(arrows),
        tuple((score, _x(Decimal(score)), _y(Decimal(score))) for score in range(0, 101, 20)),
        _x(value_from) if value_from is not None else "",
        _y(potential_from) if potential_from is not None else "",
        f"{RIGHT - float(_x(value_from)):.1f}" if value_from is not None else "0",
        f"{float(_y(potential_from)) - TOP:.1f}" if potential_from is not None else "0",
    )


def _arrow(point: Point, taken: list[tuple[float, float]]) -> Arrow:
    x1, y1, x2, y2 = _x(point.old_value), _y(point.old_potential), _x(point.value), _y(point.potential)
    x, y = float(x2), float(y2)
    to_left = x > 560
    near = any(abs(x - other) < 130 and abs(y - above) < 16 for other, above in taken)
    labelled = len(taken) < MOST_LABELS and not near
    if labelled:
        taken.append((x, y))
    return Arrow(
        x1, y1, x2, y2, point.up, point.customer_id, point.name, point.name[:12] if labelled else "",
        f"{x - 10 if to_left else x + 10:.1f}", f"{y - 6:.1f}", "end" if to_left else "start",
    )  # fmt: skip


def _x(value: Decimal | None) -> str:
    return f"{LEFT + float(value or 0) / 100 * (RIGHT - LEFT):.1f}"


def _y(potential: Decimal | None) -> str:
    return f"{BOTTOM - float(potential or 0) / 100 * (BOTTOM - TOP):.1f}"


@dataclass(frozen=True, slots=True)
class Node:
    """A grade on one side of the flow with how many leave or come."""

    title: str
    count: int
    y: str
    height: str
    middle: str


@dataclass(frozen=True, slots=True)
class Band:
    """Those who go from one grade to another."""

    path: str
    count: int
    up: bool | None
    label_y: str


@dataclass(frozen=True, slots=True)
class Flow:
    left: tuple[Node, ...]
    right: tuple[Node, ...]
    bands: tuple[Band, ...]


def flow(
    moves: Mapping[tuple[str, str], int], order: Sequence[str], titles: Mapping[str, str], ranks: Mapping[str, int]
) -> Flow | None:
    """The movers as bands from old to new grade; None when nobody moves."""
    moving = {pair: count for pair, count in moves.items() if pair[0] != pair[1] and count}
    total = sum(moving.values())
    if not total:
        return None
    lefts = [code for code in order if any(old == code for old, _new in moving)]
    rights = [code for code in order if any(new == code for _old, new in moving)]
    gaps = FLOW_GAP * (max(len(lefts), len(rights)) - 1)
    scale = (FLOW_HEIGHT - gaps) / total
    out = {code: sum(n for (old, _new), n in moving.items() if old == code) for code in lefts}
    into = {code: sum(n for (_old, new), n in moving.items() if new == code) for code in rights}
    starts, left = _stack(lefts, out, titles, scale)
    ends, right = _stack(rights, into, titles, scale)
    bands = []
    for old in lefts:
        for new in rights:
            count = moving.get((old, new), 0)
            if not count:
                continue
            height = count * scale
            y1, y2 = starts[old], ends[new]
            starts[old] += height
            ends[new] += height
            up = ranks[new] < ranks[old] if old in ranks and new in ranks else None
            bands.append(Band(_ribbon(y1, y2, height), count, up, f"{y1 + height / 2 + 4:.1f}" if height > 12 else ""))
    return Flow(left, right, tuple(bands))


def _stack(
    codes: Sequence[str], counts: Mapping[str, int], titles: Mapping[str, str], scale: float
) -> tuple[dict[str, float], tuple[Node, ...]]:
    y, starts, nodes = FLOW_TOP, {}, []
    for code in codes:
        height = counts[code] * scale
        starts[code] = y
        nodes.append(
            Node(
                titles.get(code, code).removesuffix("客户"),
                counts[code],
                f"{y:.1f}",
                f"{max(height, 1):.1f}",
                f"{y + height / 2 + 4:.1f}",
            )
        )
        y += height + FLOW_GAP
    return starts, tuple(nodes)


def _ribbon(y1: float, y2: float, height: float) -> str:
    middle = (FLOW_X1 + FLOW_X2) / 2
    return (
        f"M{FLOW_X1} {y1:.1f}C{middle} {y1:.1f} {middle} {y2:.1f} {FLOW_X2} {y2:.1f}"
        f"V{y2 + height:.1f}C{middle} {y2 + height:.1f} {middle} {y1 + height:.1f} {FLOW_X1} {y1 + height:.1f}Z"
    )
