from __future__ import annotations

from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from weixi.grading.charts import BOTTOM, FLOW_HEIGHT, LEFT, MOST_ARROWS, RIGHT, TOP, Point, flow, scatter

TITLES = {"core": "核心", "important": "重要", "normal": "普通"}
RANKS = {"core": 1, "important": 2, "normal": 3}


def point(number, value, potential, old=None, up=None):
    old_value, old_potential = old or (None, None)
    return Point(number, f"客户{number}", Decimal(value), Decimal(potential), old_value, old_potential, up)


def test_places_and_thresholds():
    picture = scatter(
        [point(1, 0, 0), point(2, 100, 100)],
        [point(3, 60, 60, (Decimal(0), Decimal(100)), True)],
        Decimal(60),
        Decimal(60),
    )
    assert [(dot.x, dot.y) for dot in picture.dots] == [("44.0", "418.0"), ("710.0", "14.0")]
    arrow = picture.arrows[0]
    assert (arrow.x1, arrow.y1, arrow.x2, arrow.y2, arrow.up) == ("44.0", "14.0", "443.6", "175.6", True)
    assert (picture.line_x, picture.line_y, picture.high_width, picture.high_height) == (
        "443.6",
        "175.6",
        "266.4",
        "161.6",
    )


def test_no_more_arrows_than_can_be_read():
    movers = [point(n, n % 100, 50, (Decimal(1), Decimal(1)), True) for n in range(100)]
    picture = scatter([], movers, None, None)
    assert len(picture.arrows) == MOST_ARROWS
    assert len(picture.dots) == 100 - MOST_ARROWS
    assert picture.line_x == ""


def test_nobody_moving_is_no_flow():
    assert flow({("core", "core"): 5}, list(TITLES), TITLES, RANKS) is None


@settings(max_examples=60)
@given(st.dictionaries(st.tuples(st.sampled_from(list(TITLES)), st.sampled_from(list(TITLES))), st.integers(0, 10_000)))
def test_a_flow_shows_every_mover_once_and_stays_in_its_place(moves):
    picture = flow(moves, list(TITLES), TITLES, RANKS)
    moving = {pair: n for pair, n in moves.items() if pair[0] != pair[1] and n}
    if picture is None:
        assert not moving
        return
    assert sum(node.count for node in picture.left) == sum(node.count for node in picture.right) == sum(moving.values())
    assert sorted(band.count for band in picture.bands) == sorted(moving.values())
    assert all(float(node.y) + float(node.height) <= 14 + FLOW_HEIGHT + 2 for node in (*picture.left, *picture.right))


def _box(arrow):
    width = 12 * len(arrow.label)
    left = float(arrow.label_x) - (width if arrow.anchor == "end" else 0)
    return left, float(arrow.label_y) - 11, left + width, float(arrow.label_y) + 3


@settings(max_examples=60)
@given(st.lists(st.tuples(*[st.integers(0, 100)] * 4), max_size=30))
def test_names_cover_neither_each_other_nor_the_corners_and_stay_in_the_field(places):
    movers = [
        point(n, value, potential, (Decimal(old_value), Decimal(old_potential)), True)
        for n, (value, potential, old_value, old_potential) in enumerate(places)
    ]
    boxes = [_box(arrow) for arrow in scatter([], movers, Decimal(60), Decimal(60)).arrows if arrow.label]
    assert all(left >= LEFT and right <= RIGHT and top >= TOP and low <= BOTTOM for left, top, right, low in boxes)
    boxes += [(LEFT, BOTTOM - 22, LEFT + 96, BOTTOM - 4), (RIGHT - 96, TOP + 6, RIGHT, TOP + 24)]
    for place, one in enumerate(boxes):
        for other in boxes[place + 1 :]:
            apart = one[2] <= other[0] or other[2] <= one[0] or one[3] <= other[1] or other[3] <= one[1]
            assert apart or (one in boxes[-2:] and other in boxes[-2:])


def test_a_name_goes_where_no_arrow_runs():
    down = point(1, 40, 20, (Decimal(40), Decimal(90)), False)
    along = point(2, 90, 22, (Decimal(38), Decimal(22)), True)
    arrow = scatter([], [down, along], None, None).arrows[0]
    left, _top, right, _low = _box(arrow)
    assert arrow.label
    assert right < float(arrow.x2) or left > float(arrow.x2)
