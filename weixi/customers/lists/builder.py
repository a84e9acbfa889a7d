"""The builder of filters: a tree as a form and back, and what its buttons do to it.

Each part of the tree has a path (`0`, `2.1`); `k` + path says what it is (`test`, `all`, `any`), `n` whether it
is turned round, `f`, `o` and `v` are field, operator and values. Everything is worked out on the server, so
that the form works without scripts as well.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from django.http import QueryDict

from weixi.customers.filtering.tree import MOST_DEPTH, MOST_TESTS, Group, Node, Test
from weixi.customers.filtering.values import MANY
from weixi.kernel.keys import key_in
from weixi.kernel.slices import FilterOp, ListFilter

FIRST = "region"
Steps = tuple[int, ...]


def read_form(given: QueryDict) -> Group:
    """The tree that the form shows, unfinished parts included."""
    root = _read(given, ())
    return root if isinstance(root, Group) else Group("all", (root,))


def _name(sign: str, steps: Steps) -> str:
    return sign + ".".join(map(str, steps))


def _read(given: QueryDict, steps: Steps) -> Node:
    kind = given.get(_name("k", steps), "all" if not steps else "test")
    negated = bool(given.get(_name("n", steps)))
    if kind in ("all", "any") and len(steps) <= MOST_DEPTH:
        items = []
        for number in range(MOST_TESTS):
            deeper = (*steps, number)
            if _name("k", deeper) not in given:
                break
            items.append(_read(given, deeper))
        return Group("any" if kind == "any" else "all", tuple(items), negated)
    values = [value.strip() for value in given.getlist(_name("v", steps))]
    return Test(given.get(_name("f", steps), ""), given.get(_name("o", steps), ""), tuple(values), negated)


def act_on(tree: Group, act: str) -> Group:
    """What a button does: `add:<path>` a condition to a group, `group:<path>` a group to a group, `drop:<path>`."""
    what, _sign, path = act.partition(":")
    steps = tuple(step for part in path.split(".")[: MOST_DEPTH + 1] if (step := key_in(part)) is not None)
    if what == "add":
        return _changed(tree, steps, lambda node: _with(node, Test(FIRST, "in")))
    if what == "group":
        return _changed(tree, steps, lambda node: _with(node, Group("any", (Test(FIRST, "in"),))))
    if what == "drop" and steps:
        return _changed(tree, steps[:-1], lambda node: _dropped(node, steps[-1]))
    return tree


def _changed(tree: Group, steps: Steps, change: Callable[[Group], Group]) -> Group:
    if not steps:
        return change(tree)
    place, *rest = steps
    if place >= len(tree.items) or not isinstance(inner := tree.items[place], Group):
        return tree
    items = list(tree.items)
    items[place] = _changed(inner, tuple(rest), change)
    return replace(tree, items=tuple(items))


def _with(group: Group, node: Node) -> Group:
    return replace(group, items=(*group.items, node))


def _dropped(group: Group, place: int) -> Group:
    return replace(group, items=group.items[:place] + group.items[place + 1 :])


def settled(tree: Node, filters: Mapping[str, ListFilter]) -> Node:
    """The tree with texts of several values parted at their commas and spare values left out."""
    if isinstance(tree, Group):
        return replace(tree, items=tuple(settled(item, filters) for item in tree.items))
    op = _op_of(tree, filters)
    if op is None:
        return tree
    values = [value for value in tree.values if value]
    if op.takes and op.takes[-1] == "texts":
        head, rest = values[: len(op.takes) - 1], values[len(op.takes) - 1 :]
        parts = [part.strip() for text in rest for part in text.replace("，", ",").replace("、", ",").split(",")]
        values = head + [part for part in parts if part]
    elif not op.takes or op.takes[-1] not in MANY:
        values = values[: len(op.takes)]
    return replace(tree, op=op.code, values=tuple(values))


def _op_of(test: Test, filters: Mapping[str, ListFilter]) -> FilterOp | None:
    known = filters.get(test.field)
    if known is None:
        return None
    return known.op(test.op) or known.ops[0]


# --- drawing ----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Input:
    """One value of a condition: how it is typed, and what stands there. `choices`: (code, label, chosen)."""

    kind: str
    name: str
    value: str = ""
    choices: tuple[tuple[str, Any, bool], ...] = ()


@dataclass(frozen=True, slots=True)
class Part:
    """A condition or a group as the template draws it."""

    path: str
    negated: bool
    way: str = ""
    items: tuple[Part, ...] = ()
    field: str = ""
    op: str = ""
    ops: tuple[FilterOp, ...] = ()
    inputs: tuple[Input, ...] = ()
    depth: int = 0

    @property
    def is_group(self) -> bool:
        return bool(self.way)

    @property
    def may_nest(self) -> bool:
        return self.depth < MOST_DEPTH - 1


@dataclass(frozen=True, slots=True)
class Drawer:
    """Draws a tree for one viewer: what he may filter by, and whom he may name."""

    filters: Mapping[str, ListFilter]
    viewer: Any
    people: Iterable[tuple[str, Any]]

    def draw(self, node: Node, steps: Steps = ()) -> Part:
        path = ".".join(map(str, steps))
        if isinstance(node, Group):
            items = tuple(self.draw(item, (*steps, place)) for place, item in enumerate(node.items))
            return Part(path, node.negated, node.way, items, depth=len(steps))
        known = self.filters.get(node.field) or self.filters.get(FIRST) or next(iter(self.filters.values()))
        op = known.op(node.op) or known.ops[0]
        inputs = tuple(self._inputs(known, op, node, _name("v", steps)))
        return Part(path, node.negated, "", (), known.code, op.code, known.ops, inputs, len(steps))

    def _inputs(self, known: ListFilter, op: FilterOp, test: Test, name: str) -> Iterable[Input]:
        values = list(test.values) if known.code == test.field else []
        for kind in op.takes:
            if kind == "texts":
                yield Input(kind, name, ", ".join(values))
                values = []
            elif kind in MANY or kind == "choice":
                taken = values if kind in MANY else values[:1]
                offered = self.people if kind == "people" else known.choices(self.viewer) if known.choices else ()
                listed = tuple((str(code), label, str(code) in taken) for code, label in offered)
                yield Input(kind, name, taken[0] if taken else "", listed)
                values = values[len(taken) :]
            else:
                yield Input(kind, name, values.pop(0) if values else "")

    def fields(self) -> list[tuple[Any, list[ListFilter]]]:
        """The offered filters by their groups, in the order in which groups first come."""
        groups: dict[str, list[ListFilter]] = {}
        for item in self.filters.values():
            groups.setdefault(str(item.group), []).append(item)
        return list(groups.items())
