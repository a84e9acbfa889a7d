"""Geometry of the two pictures of a grading: value against potential, and who moved where. Pure: figures in,
coordinates out; the templates draw them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

# The scatter's field, in units of its viewBox.
LEFT, TOP, RIGHT, BOTTOM = 44.0, 14.0, 710.0, 418.0
MOST_ARROWS, MOST_LABELS = 24, 7
# The names of the grades in the corners of the field are about so wide.
CORNER_WIDTH = 96.0
# left, top, right, bottom
Box = tuple[float, float, float, float]
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
    for point in moving:
        if point.old_value is None or len(arrows) >= MOST_ARROWS:
            dots.append(Dot(_x(point.value), _y(point.potential), point.customer_id, point.name))
            continue
        arrows.append(_arrow(point))
    return Scatter(
        tuple(dots),
        tuple(_labelled(arrows)),
        tuple((score, _x(Decimal(score)), _y(Decimal(score))) for score in range(0, 101, 20)),
        _x(value_from) if value_from is not None else "",
        _y(potential_from) if potential_from is not None else "",
        f"{RIGHT - float(_x(value_from)):.1f}" if value_from is not None else "0",
        f"{float(_y(potential_from)) - TOP:.1f}" if potential_from is not None else "0",
    )


def _arrow(point: Point) -> Arrow:
    x1, y1, x2, y2 = _x(point.old_value), _y(point.old_potential), _x(point.value), _y(point.potential)
    return Arrow(x1, y1, x2, y2, point.up, point.customer_id, point.name, "", "", "", "")


def _labelled(arrows: list[Arrow]) -> list[Arrow]:
    """The first few arrows with their names, each beside its head where it covers the fewest lines and no other name;
    a name that finds no free place is left out, the list below has it."""
    ways = [spot for arrow in arrows for spot in _spots_along(arrow)]
    taken: list[Box] = [(LEFT, TOP, LEFT + 96, TOP + 14), *_corners()]
    found, named = [], 0
    for arrow in arrows:
        place = _place(arrow, ways, taken) if named < MOST_LABELS else None
        if place is None:
            found.append(arrow)
            continue
        text, x, y, anchor, box = place
        taken.append(box)
        named += 1
        found.append(replace(arrow, label=text, label_x=f"{x:.1f}", label_y=f"{y:.1f}", anchor=anchor))
    return found


def _corners() -> list[Box]:
    """Where the grades' names stand."""
    return [(x, y, x + CORNER_WIDTH, y + 18) for x in (LEFT, RIGHT - CORNER_WIDTH) for y in (TOP + 6, BOTTOM - 22)]


def _spots_along(arrow: Arrow) -> list[tuple[float, float]]:
    x1, y1, x2, y2 = (float(each) for each in (arrow.x1, arrow.y1, arrow.x2, arrow.y2))
    return [(x1 + (x2 - x1) * part / 24, y1 + (y2 - y1) * part / 24) for part in range(25)]


def _place(
    arrow: Arrow, ways: Sequence[tuple[float, float]], taken: Sequence[Box]
) -> tuple[str, float, float, str, Box] | None:
    text = arrow.title[:12]
    width, x, y = 12.0 * len(text), float(arrow.x2), float(arrow.y2)
    best: tuple[int, str, float, float, str, Box] | None = None
    for dy in (-6.0, 16.0, 5.0):
        for anchor, from_x in (("start", x + 10), ("end", x - 10)):
            left = from_x if anchor == "start" else from_x - width
            box = (left, y + dy - 11, left + width, y + dy + 3)
            if box[0] < LEFT or box[2] > RIGHT or box[1] < TOP or box[3] > BOTTOM or any(_meet(box, b) for b in taken):
                continue
            covers = sum(box[0] - 2 <= wx <= box[2] + 2 and box[1] - 2 <= wy <= box[3] + 2 for wx, wy in ways)
            if best is None or covers < best[0]:
                best = (covers, text, from_x, y + dy, anchor, box)
    return best[1:] if best else None


def _meet(one: Box, other: Box) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


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
