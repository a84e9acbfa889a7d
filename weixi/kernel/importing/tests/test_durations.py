"""How long a talk took, as call centres and people write it."""

from __future__ import annotations

from datetime import time, timedelta

import pytest

from weixi.kernel.importing.values.durations import parse_minutes, seconds_of_one
from weixi.kernel.importing.values.outcome import Bad


@pytest.mark.parametrize(
    ("cell", "minutes"),
    [
        (5, 5), ("90", 90), ("5分钟", 5), ("1小时20分", 80), ("1.5小时", 90), ("00:05:30", 6), ("5'30\"", 6), ("30秒", 1), ("0", 0), ("1h 20m", 80),
        (time(1, 20), 80), (timedelta(minutes=25), 25), ("", None), (None, None),
    ],
)  # fmt: skip
def test_durations(cell: object, minutes: int | None) -> None:
    assert parse_minutes(cell) == minutes  # type: ignore[arg-type]


@pytest.mark.parametrize("cell", ["5:30", "abc", "一会儿", "分"])
def test_what_is_none(cell: str) -> None:
    assert isinstance(parse_minutes(cell), Bad)


def test_the_name_of_the_column_says_what_a_number_means() -> None:
    assert parse_minutes("330", seconds_of_one("通话时长(秒)")) == 6
    assert parse_minutes("2", seconds_of_one("Duration Hours")) == 120
    assert [seconds_of_one(name) for name in ("时长", "通话时长(分钟)", "call_duration_seconds")] == [60, 60, 1]
