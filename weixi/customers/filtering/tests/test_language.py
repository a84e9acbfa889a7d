from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from weixi.customers.filtering.text import from_text, to_text
from weixi.customers.filtering.tree import (
    MOST_DEPTH,
    MOST_TESTS,
    Group,
    Node,
    Test,
    all_of,
    any_of,
    simplified,
    to_json,
)
from weixi.kernel.errors import Invalid

NAMES = st.sampled_from(["region", "tags", "x_area", "annual_amount"])
VALUES = st.text(st.sampled_from("华东a ,;|!():\"'\\。1"), min_size=1, max_size=8)
TESTS = st.builds(Test, NAMES, st.sampled_from(["in", "ge"]), st.lists(VALUES, max_size=3).map(tuple), st.booleans())


def groups(items: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    return st.builds(Group, st.sampled_from(["all", "any"]), st.lists(items, max_size=3).map(tuple), st.booleans())


TREES = st.recursive(TESTS, groups, max_leaves=8).filter(lambda node: _depth(node) < MOST_DEPTH)


def _depth(node: Node) -> int:
    return 0 if isinstance(node, Test) else 1 + max([_depth(item) for item in node.items], default=0)


def holds(node: Node, true: frozenset[str]) -> bool:
    """The meaning of a tree when the tests written so are true: the plain reading, for comparison."""
    if isinstance(node, Test):
        return (repr((node.field, node.op, node.values)) in true) != node.negated
    parts = [holds(item, true) for item in node.items]
    # A group without items asks for nothing.
    joined = (all(parts) if node.way == "all" else any(parts)) if parts else True
    return joined != node.negated


def read(data: dict[str, Any]) -> Node:
    """What a program makes of a filter that it is given as JSON."""
    if "not" in data:
        inner = read(data["not"])
        return replace(inner, negated=not inner.negated)
    for way in ("all", "any"):
        if way in data:
            return Group(way, tuple(map(read, data[way])))
    return Test(data["field"], data["op"], tuple(data["values"]))


@given(TREES)
def test_the_text_reads_back_as_the_same_filter(tree: Node) -> None:
    whole = simplified(tree)
    assert from_text(to_text(tree)) == whole
    assert read(json.loads(json.dumps(to_json(whole)))) == whole


@given(TREES.filter(lambda node: not _has_empty(node)), st.data())
def test_simplifying_changes_no_meaning(tree: Node, data: st.DataObject) -> None:
    names = sorted({repr((test.field, test.op, test.values)) for test in _tests(tree)})
    true = frozenset(data.draw(st.sets(st.sampled_from(names)))) if names else frozenset()
    assert holds(simplified(tree), true) == holds(tree, true)


def _has_empty(node: Node) -> bool:
    return isinstance(node, Group) and (not node.items or any(_has_empty(item) for item in node.items))


def _tests(node: Node) -> list[Test]:
    return [node] if isinstance(node, Test) else [test for item in node.items for test in _tests(item)]


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("", all_of()),
        ("region:in:华东,华中", all_of(Test("region", "in", ("华东", "华中")))),
        ("a:x;b:y", all_of(Test("a", "x"), Test("b", "y"))),
        ("(a:x|b:y)", all_of(any_of(Test("a", "x"), Test("b", "y")))),
        ("!a:x", all_of(Test("a", "x", negated=True))),
        (
            "a:x;!(b:y:1|c:z)",
            all_of(Test("a", "x"), any_of(Test("b", "y", ("1",)), Test("c", "z"), negated=True)),
        ),
        ('a:in:"x,y","say ""no"""', all_of(Test("a", "in", ("x,y", 'say "no"')))),
    ],
)
def test_how_it_is_written(text: str, tree: Group) -> None:
    assert from_text(text) == tree
    assert to_text(tree) == text


def test_brackets_that_say_nothing_may_be_left_out() -> None:
    assert from_text("a:x|b:y") == from_text("((a:x|b:y))") == from_text("(a:x|(b:y))")
    assert from_text("!(!(a:x))") == from_text("a:x")


FAULTS = [
    "region", "region:", ":in:x", "region:in:", "region:in:a,", "a:x;b:y|c:z", "(a:x", "a:x)", "()", "!", "a:x;;b:y",
    'a:in:"x', "A:in:x", "a b:in:x", "a:in:x:y", "\x00", "a:in:'; DROP TABLE--)(",
    "a:in:x" + "!" * 50, "a:in:x|",
]  # fmt: skip


@pytest.mark.parametrize("text", FAULTS)
def test_what_cannot_be_read_is_refused_with_the_place(text: str) -> None:
    with pytest.raises(Invalid) as refusal:
        from_text(text)
    assert refusal.value.code == "filter.unreadable" and str(refusal.value)


def test_a_filter_is_neither_deep_nor_long_without_end() -> None:
    for text, code in (
        ("(" * 50 + "a:x" + ")" * 50, "filter.too_deep"),
        ("(" * 3000 + "a:x" + ")" * 990, "filter.too_deep"),
        ("!(" * 1000 + "a:x", "filter.too_deep"),
        (";".join(["a:x"] * (MOST_TESTS + 1)), "filter.too_long"),
        (";".join(["a:x"] * 900), "filter.too_long"),
        ("a:in:" + ",".join(["1"] * 61), "filter.too_long"),
        ("a:in:" + ",".join(["1"] * 1900), "filter.too_long"),
        ("a:in:" + "1" * 201, "filter.too_long"),
        ("a:in:" + "1" * 10_000, "filter.too_long"),
    ):
        with pytest.raises(Invalid) as refusal:
            from_text(text)
        assert refusal.value.code == code, text[:40]


def test_too_many_values_are_called_that() -> None:
    with pytest.raises(Invalid) as refused:
        from_text("city:in:" + ",".join(map(str, range(61))))
    assert refused.value.code == "filter.too_long" and "60" in str(refused.value)
