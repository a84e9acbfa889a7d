"""The panel of one value says in words what it is."""

from __future__ import annotations

import pytest

from weixi.policy.document.shipped import build_shipped
from weixi.policy.reading import place_in_words


@pytest.mark.parametrize(
    ("path", "zh", "en"),
    [
        ("N-2a.within", "需求首次响应 · 时限", "需求首次响应 · time limit"),
        ("archive.target.completeness_pct", None, None),
        ("grading.threshold.value", "分级 · 分数界线 · 价值分界线", "grading · threshold · value threshold"),
        ("archive.field[phone].update_every", None, None),
    ],
)
def test_a_place_in_words(path, zh, en) -> None:
    policy = build_shipped("quadrant")
    said = place_in_words(policy, path, "zh")
    assert "[" not in said and "_" not in said
    if zh is not None:
        assert (said, place_in_words(policy, path, "en")) == (zh, en)
    if "phone" in path:
        assert "电话" in said
