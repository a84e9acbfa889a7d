"""The figures of docs/matching.md, where the lists they were taken on are at hand."""

from __future__ import annotations

import pytest

from bench import quality


@pytest.mark.skipif(not quality.DATA.is_dir(), reason="the trial data are not here")
def test_precision_and_recall_are_as_written() -> None:
    messy, related = quality.companies()
    for found in (quality.persons(), quality.restaurants(), messy):
        assert found.precision >= 0.98, found.line()
        assert found.recall >= 0.95, found.line()
    assert related >= 0.98
