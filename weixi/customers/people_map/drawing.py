"""Where each person of the map stands on the drawing, and the lines between them. Pure: people in, figures out.

Superiors stand above those who report to them, each over the middle of his own; who is tied to nobody stands in
rows below. Lengths are units of the drawing, which the page shows as pixels.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

BOX_WIDTH, BOX_HEIGHT = 176, 66
ACROSS, DOWN, EDGE = 24, 54, 34
# People tied to nobody, in one row.
PER_ROW = 4


@dataclass(frozen=True, slots=True)
class Spot:
    """The upper left corner of a person's box."""

    x: int
    y: int


@dataclass(frozen=True, slots=True)
class Drawing:
    """`lines` are paths of who reports to whom, `arrows` of who has influence on whom."""

    width: int
    height: int
    spots: Mapping[int, Spot]
    lines: tuple[str, ...]
    arrows: tuple[str, ...]


def draw(people: Sequence[int], above: Mapping[int, int], influences: Sequence[tuple[int, int]]) -> Drawing:
    """`above` is {person: superior}; a circle among them is cut at its first person."""
    parents = _without_circles(people, above)
    below: dict[int, list[int]] = {}
    for pk in people:
        if pk in parents:
            below.setdefault(parents[pk], []).append(pk)
    roots = [pk for pk in people if pk not in parents and pk in below]
    alone = [pk for pk in people if pk not in parents and pk not in below]
    places: dict[int, tuple[float, int]] = {}
    right = 0.0
    for root in roots:
        right = _tree(root, below, places, right, 0)
    depth = max((level for _x, level in places.values()), default=-1) + 1
    columns = max(PER_ROW, int(right))
    for number, pk in enumerate(alone):
        places[pk] = (float(number % columns), depth + number // columns)
    spots = {
        pk: Spot(round(EDGE + x * (BOX_WIDTH + ACROSS)), EDGE + level * (BOX_HEIGHT + DOWN))
        for pk, (x, level) in places.items()
    }
    lines = tuple(_elbow(spots[parent], spots[pk]) for pk, parent in parents.items())
    arrows = tuple(_bow(spots[one], spots[other]) for one, other in influences if one in spots and other in spots)
    width = max((spot.x for spot in spots.values()), default=0) + BOX_WIDTH + EDGE
    height = max((spot.y for spot in spots.values()), default=0) + BOX_HEIGHT + EDGE
    return Drawing(width, height, spots, lines, arrows)


def _without_circles(people: Sequence[int], above: Mapping[int, int]) -> dict[int, int]:
    known = set(people)
    parents: dict[int, int] = {}
    for pk in people:
        parent = above.get(pk)
        if parent is None or parent not in known or parent == pk:
            continue
        at: int | None = parent
        while at is not None and at != pk:
            at = parents.get(at)
        if at is None:
            parents[pk] = parent
    return parents


def _tree(
    pk: int, below: Mapping[int, Sequence[int]], places: dict[int, tuple[float, int]], left: float, level: int
) -> float:
    """Put a person and all below him right of `left`; returns where the next tree begins."""
    children = below.get(pk, ())
    if not children:
        places[pk] = (left, level)
        return left + 1
    right = left
    for child in children:
        right = _tree(child, below, places, right, level + 1)
    places[pk] = ((places[children[0]][0] + places[children[-1]][0]) / 2, level)
    return right


def _elbow(parent: Spot, child: Spot) -> str:
    middle = BOX_WIDTH // 2
    turn = child.y - DOWN // 2
    return f"M{parent.x + middle} {parent.y + BOX_HEIGHT}V{turn}H{child.x + middle}V{child.y}"


def _bow(one: Spot, other: Spot) -> str:
    """An arc above the boxes of a row, or a curve between the facing sides of two rows."""
    if one.y == other.y:
        away = 46 if other.x > one.x else -46
        start, end = one.x + BOX_WIDTH // 2 + away, other.x + BOX_WIDTH // 2 - away
        return f"M{start} {one.y}C{start} {one.y - 30} {end} {one.y - 30} {end} {one.y - 2}"
    half = BOX_HEIGHT // 2
    if abs(one.x - other.x) < BOX_WIDTH:
        # One above the other: around the left side of both.
        x, out = min(one.x, other.x), 28
        return f"M{one.x} {one.y + half}C{x - out} {one.y + half} {x - out} {other.y + half} {other.x - 2} {other.y + half}"
    towards = 1 if other.x > one.x else -1
    start = one.x + (BOX_WIDTH if towards > 0 else 0)
    end = other.x + (-2 if towards > 0 else BOX_WIDTH + 2)
    bend = 34 * towards
    return f"M{start} {one.y + half}C{start + bend} {one.y + half} {end - bend} {other.y + half} {end} {other.y + half}"
