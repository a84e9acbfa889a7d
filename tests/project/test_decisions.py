"""The index of decisions names each, and no number is missing that it does not explain."""

from __future__ import annotations

import re
from pathlib import Path

FOLDER = Path(__file__).resolve().parents[2] / "docs" / "decisions"


def test_the_index_has_every_decision_and_explains_every_gap() -> None:
    files = sorted(each.name for each in FOLDER.glob("[0-9]*.md"))
    index = (FOLDER / "README.md").read_text(encoding="utf-8")
    assert re.findall(r"\]\((\d{4}-[^)]+)\)", index) == files
    numbers = [int(name[:4]) for name in files]
    assert len(set(numbers)) == len(numbers)
    for number in set(range(1, max(numbers) + 1)) - set(numbers):
        assert f"There is no {number:04d}" in index
    for name in files:
        first = (FOLDER / name).read_text(encoding="utf-8").splitlines()[0]
        assert first.startswith(f"# {name[:4]} "), name
