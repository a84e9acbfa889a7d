from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from weixi.interactions.phrases import read

# A Tuesday.
NOW = datetime(2026, 11, 24, 10, 20, tzinfo=ZoneInfo("Asia/Shanghai"))
NAMES = {"沈亦舟": "shen", "shen": "shen", "沈": "other"}


@pytest.mark.parametrize(
    ("line", "text", "due", "person"),
    [
        ("周四前发出航前检查报价", "发出航前检查报价", "2026-11-26T18:00", None),
        ("问 @沈亦舟 船上备件清单 下周一", "问  船上备件清单", "2026-11-30T18:00", "shen"),
        ("@沈亦舟问备件 明天", "问备件", "2026-11-25T18:00", "shen"),
        ("周一回电", "回电", "2026-11-30T18:00", None),
        ("本周一回电", "回电", "2026-11-23T18:00", None),
        ("12月3日下午3点半开会", "开会", "2026-12-03T15:30", None),
        ("3月1日寄样", "寄样", "2027-03-01T18:00", None),
        ("2027-02-29 寄样", "2027-02-29 寄样", None, None),
        ("三天后回访", "回访", "2026-11-27T18:00", None),
        ("2个月后再问", "再问", "2027-01-24T18:00", None),
        ("月底前报预算", "报预算", "2026-11-30T18:00", None),
        ("发资料", "发资料", None, None),
        ("今天 9:05 打电话", "打电话", "2026-11-24T09:05", None),
        ("@谁也不是 发资料", "@谁也不是 发资料", None, None),
    ],
)
def test_a_line_is_read_as_people_mean_it(line: str, text: str, due: str | None, person: str | None) -> None:
    found = read(line, NOW, NAMES)
    assert found.text.split() == text.split()
    assert (found.due_at.strftime("%Y-%m-%dT%H:%M") if found.due_at else None) == due
    assert found.person == person


@given(st.text(max_size=80))
def test_no_text_breaks_the_reader(line: str) -> None:
    found = read(line, NOW, NAMES)
    assert found.person is None or found.person in NAMES.values()
