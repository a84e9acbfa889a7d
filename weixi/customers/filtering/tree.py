"""The filter as a tree: tests joined by all-of and any-of, each of them turned round or not. Pure.

    all_of(Test("region", "in", ("华东",)), any_of(Test("amount", "ge", ("30000",)), negated=True))

A test names a field, one of the field's operators, and its values as texts; which names there are and
what they mean is the catalogue's business (`catalogue.py`). JSON of the same:

    {"all": [{"field": "region", "op": "in", "values": ["华东"]}, {"not": {"any": [...]}}]}
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any, Literal

from django.utils.translation import gettext as _

from weixi.kernel.errors import Invalid

# What a person can still read in one line of chips; more is a mistake or an attack (A60).
MOST_DEPTH = 5
MOST_TESTS = 40
MOST_VALUES = 60
LONGEST_VALUE = 200
LONGEST_TEXT = 4000

Way = Literal["all", "any"]


@dataclass(frozen=True, slots=True)
class Test:
    """One comparison. `negated`: the customers that do not meet it."""

    field: str
    op: str
    values: tuple[str, ...] = ()
    negated: bool = False
    # Not a test of pytest's.
    __test__ = False


@dataclass(frozen=True, slots=True)
class Group:
    """`all` or `any` of its items. An empty group of `all` is met by every customer."""

    way: Way = "all"
    items: tuple[Node, ...] = ()
    negated: bool = False


Node = Test | Group
EVERYBODY = Group()


def all_of(*items: Node, negated: bool = False) -> Group:
    return Group("all", items, negated)


def any_of(*items: Node, negated: bool = False) -> Group:
    return Group("any", items, negated)


def tests_of(node: Node) -> Iterator[Test]:
    """Every test of the tree, from left to right."""
    if isinstance(node, Test):
        yield node
        return
    for item in node.items:
        yield from tests_of(item)


def depth_of(node: Node) -> int:
    """Groups above the deepest test; 0 for a single test."""
    return 0 if isinstance(node, Test) else 1 + max((depth_of(item) for item in node.items), default=0)


def simplified(node: Node) -> Group:
    """The same condition as a group of `all` at the top, without groups that hold nothing or one thing."""
    found = _plain(node)
    if found is None:
        return EVERYBODY
    if isinstance(found, Group) and found.way == "all" and not found.negated:
        return found
    return Group("all", (found,))


def _plain(node: Node) -> Node | None:
    if isinstance(node, Test):
        return node
    items: list[Node] = []
    for item in node.items:
        plain = _plain(item)
        if plain is None:
            continue
        if isinstance(plain, Group) and plain.way == node.way and not plain.negated:
            items.extend(plain.items)
        else:
            items.append(plain)
    if not items:
        return None
    if len(items) == 1:
        only = items[0]
        return replace(only, negated=only.negated != node.negated)
    return Group(node.way, tuple(items), node.negated)


def check_size(node: Node) -> None:
    """Raises Invalid for a tree that is deeper or longer than anybody would make."""
    if depth_of(node) > MOST_DEPTH:
        raise too_deep()
    tests = list(tests_of(node))
    if len(tests) > MOST_TESTS:
        raise Invalid(
            _("A filter has at most %(n)d conditions; this one has %(many)d.") % {"n": MOST_TESTS, "many": len(tests)},
            code="filter.too_long",
        )
    for test in tests:
        if len(test.values) > MOST_VALUES or any(len(value) > LONGEST_VALUE for value in test.values):
            raise too_many_values()


def too_many_values() -> Invalid:
    return Invalid(
        _("A condition has at most %(n)d values of %(length)d characters.")
        % {"n": MOST_VALUES, "length": LONGEST_VALUE},
        code="filter.too_long",
    )


def too_deep() -> Invalid:
    return Invalid(
        _("This filter is nested too deeply; at most %(n)d levels are read.") % {"n": MOST_DEPTH},
        code="filter.too_deep",
    )


# --- JSON -------------------------------------------------------------------------------------------


def to_json(node: Node) -> dict[str, Any]:
    """The tree as plain data for JSON."""
    found: dict[str, Any]
    if isinstance(node, Test):
        found = {"field": node.field, "op": node.op, "values": list(node.values)}
    else:
        found = {node.way: [to_json(item) for item in node.items]}
    return {"not": found} if node.negated else found
