"""Which cadences and nodes of a version ask for what is known of a customer."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from weixi.duties.engine.node import customer_nodes
from weixi.duties.engine.timeline import Book, WindowRule

# Kinds of customers that are remembered; more than a company has.
_MOST = 10_000


class Rules(NamedTuple):
    """Those that hold for one state of a customer."""

    cadences: tuple[WindowRule, ...]
    nodes: tuple[WindowRule, ...]


class Standing:
    """The cadences and nodes of one version by what is known of a customer: asked once for all of whom the same is
    known, as far as any rule looks at it."""

    def __init__(self, book: Book) -> None:
        self._cadences, self._nodes = book.cadences, customer_nodes(book)
        self._names = sorted({test.name for rule in (*self._cadences, *self._nodes) for test in rule.where.state})
        self._known: dict[tuple[str | None, ...], Rules] = {}

    def rules(self, fields: Mapping[str, Any]) -> Rules:
        """Those of the rules that ask for it."""
        values = tuple([fields.get(name) for name in self._names])
        for value in values:
            # Lists are no key, and 1 and true would be the same one.
            if value is not None and type(value) is not str:
                return self._holding(fields)
        found = self._known.get(values)
        if found is None:
            if len(self._known) >= _MOST:
                self._known.clear()
            found = self._known[values] = self._holding(fields)
        return found

    def _holding(self, fields: Mapping[str, Any]) -> Rules:
        def holding(rules: Iterable[WindowRule]) -> tuple[WindowRule, ...]:
            return tuple(rule for rule in rules if rule.where.state_holds(fields))

        return Rules(holding(self._cadences), holding(self._nodes))


def standing(book: Book) -> Standing:
    """A version's, made once."""
    found: Standing | None = book.memo.get(Standing)
    if found is None:
        found = book.memo[Standing] = Standing(book)
    return found
