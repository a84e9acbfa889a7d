from __future__ import annotations

import pytest

from weixi.policy.document.load import load_policy
from weixi.policy.document.locate import Places
from weixi.policy.document.paths import PathError, absolute, resolve, written
from weixi.policy.document.shipped import build_shipped
from weixi.policy.document.tests.samples import BARE, SMALL

RULE = '[[deadline]]\nclause = "{}"\nopens_on = "case.opened"\ncloses_on = "case.closed"\nwithin = "{}"\n'


@pytest.mark.parametrize(
    ("path", "keys"),
    [
        ("N-2a.within", ("deadline", 0, "within")),
        ("N-2a", ("deadline", 0)),
        ("deadline[0].escalate[1].to", ("deadline", 0, "escalate", 1, "to")),
        ("deadline[N-2a].within", ("deadline", 0, "within")),
        ("grading.threshold.value", ("grading", "threshold", "value")),
        ("grading.indicator[annual_amount].bands[1][0]", ("grading", "indicator", 0, "bands", 1, 0)),
        ("policy.name", ("policy", "name")),
        ("C-1a.where.grade", ("cadence", 0, "where", "grade")),
    ],
)
def test_a_path_leads_to_its_place(path: str, keys: tuple[str | int, ...]) -> None:
    policy = load_policy(SMALL)
    assert absolute(policy, path) == keys
    assert absolute(policy, written(keys)) == keys


@pytest.mark.parametrize(
    "path", ["", ".", "a", "deadline", "deadline[7]", "deadline[-1]", "N-2a.", "N-2a..x", "grading[0]", "x" * 500, "["]
)
def test_a_path_that_leads_nowhere_says_so(path: str) -> None:
    policy = load_policy(SMALL)
    if path == "deadline":
        assert resolve(policy, path) == policy.deadline
        return
    if path == "N-2a.":
        assert resolve(policy, path) == policy.deadline[0]
        return
    with pytest.raises(PathError):
        resolve(policy, path)


def test_the_longest_clause_wins() -> None:
    policy = load_policy(BARE + RULE.format("1", "P1D") + RULE.format("1.2", "P2D") + RULE.format("1.2.3", "P3D"))
    assert resolve(policy, "1.2.within").text == "P2D"
    assert resolve(policy, "1.2.3.within").text == "P3D"
    assert resolve(policy, "1.within").text == "P1D"


def test_classes_by_name() -> None:
    assert resolve(build_shipped(), "visit.class.important.title") == "重要客户"


def test_lines_are_those_of_the_text() -> None:
    text = 'a = 1\n[b]\nc = """\n[x]\ny = 1\n"""\n[[d]]\ne = [\n  1, # ]\n]\n[[d]]\n[d.f]\n"g h" = "]"\n'
    places = Places(text)
    shown = {path: places.line(path) for path in ("a", "b", "b.c", "d[0]", "d[0].e", "d[1]", "d[1].f", "d[1].f.g h")}
    assert shown == {
        "a": 1,
        "b": 2,
        "b.c": 3,
        "d[0]": 7,
        "d[0].e": 8,
        "d[1]": 11,
        "d[1].f": 12,
        "d[1].f.g h": 13,
    }
    assert places.line("b.c.deeper[3]") == 3
    assert places.line("nowhere") is None
