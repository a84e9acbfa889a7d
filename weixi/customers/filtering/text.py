"""The filter as one readable line, as it stands in an address. Pure.

    region:in:华东,华中;!(amount:lt:10000|tag:has_any:重点)

`;` joins what must all hold, `|` what of which one must hold, `!` turns round, brackets group. Values stand
between commas; one that holds any of these signs stands in quotes, a quote inside it doubled.
"""

from __future__ import annotations

import re
from dataclasses import replace

from django.utils.translation import gettext as _

from weixi.customers.filtering.tree import (
    LONGEST_TEXT,
    MOST_DEPTH,
    MOST_TESTS,
    MOST_VALUES,
    Group,
    Node,
    Test,
    check_size,
    simplified,
    too_deep,
    too_many_values,
)
from weixi.kernel.errors import Invalid

_NAME = re.compile(r"[a-z][a-z0-9_]{0,79}")
_SIGNS = frozenset(';|!(),:"')


def to_text(node: Node) -> str:
    """The line that `from_text` reads back; empty for a filter without conditions."""
    whole = simplified(node)
    return ";".join(_write(item) for item in whole.items)


def _write(node: Node) -> str:
    sign = "!" if node.negated else ""
    if isinstance(node, Test):
        values = ",".join(_quoted(value) for value in node.values)
        return f"{sign}{node.field}:{node.op}" + (f":{values}" if node.values else "")
    return f"{sign}({(';' if node.way == 'all' else '|').join(_write(item) for item in node.items)})"


def _quoted(value: str) -> str:
    if value and not _SIGNS & set(value) and value == value.strip():
        return value
    return '"' + value.replace('"', '""') + '"'


def from_text(text: str) -> Group:
    """The tree that a line describes. Raises Invalid with the place where it cannot be read."""
    if len(text) > LONGEST_TEXT:
        raise Invalid(_("This filter is longer than %(n)d characters.") % {"n": LONGEST_TEXT}, code="filter.too_long")
    if "\x00" in text or text != text.encode("utf-8", "ignore").decode():
        raise Invalid(_("This filter holds a character that is no text."), code="filter.unreadable")
    reader = _Reader(text)
    node = reader.joined(0) if text.strip() else Group()
    if reader.at != len(text):
        raise reader.fault()
    check_size(node)
    return simplified(node)


class _Reader:
    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.tests = 0

    def fault(self) -> Invalid:
        return Invalid(
            _("The filter cannot be read at character %(n)d: “%(rest)s”.")
            % {"n": self.at + 1, "rest": self.text[self.at : self.at + 20]},
            code="filter.unreadable",
        )

    def ahead(self) -> str:
        return self.text[self.at : self.at + 1]

    def takes(self, sign: str) -> bool:
        if self.ahead() != sign:
            return False
        self.at += 1
        return True

    def joined(self, depth: int) -> Node:
        """`a;b;c` or `a|b|c`: without brackets the two cannot be mixed, for nobody knows which binds closer."""
        items = [self.one(depth)]
        sign = self.ahead()
        while sign in {";", "|"} and sign and self.takes(sign):
            items.append(self.one(depth))
            if self.ahead() in {";", "|"} and self.ahead() != sign:
                raise self.fault()
        if len(items) == 1:
            return items[0]
        return Group("any" if sign == "|" else "all", tuple(items))

    def one(self, depth: int) -> Node:
        if depth > MOST_DEPTH + 1:
            raise too_deep()
        negated = self.takes("!")
        if self.takes("("):
            inner = self.joined(depth + 1)
            if not self.takes(")"):
                raise self.fault()
            node: Node = inner if isinstance(inner, Group) else Group("all", (inner,))
        else:
            node = self.test()
        return replace(node, negated=node.negated != negated) if negated else node

    def name(self) -> str:
        found = _NAME.match(self.text, self.at)
        if not found:
            raise self.fault()
        self.at = found.end()
        return found.group()

    def test(self) -> Test:
        self.tests += 1
        if self.tests > 2 * MOST_TESTS:
            raise Invalid(_("A filter has at most %(n)d conditions.") % {"n": MOST_TESTS}, code="filter.too_long")
        field = self.name()
        if not self.takes(":"):
            raise self.fault()
        op = self.name()
        values: list[str] = []
        if self.takes(":"):
            values.append(self.value())
            while self.takes(","):
                if len(values) >= MOST_VALUES:
                    raise too_many_values()
                values.append(self.value())
        return Test(field, op, tuple(values))

    def value(self) -> str:
        if self.takes('"'):
            start, parts = self.at, []
            while True:
                end = self.text.find('"', self.at)
                if end < 0:
                    self.at = start - 1
                    raise self.fault()
                parts.append(self.text[self.at : end])
                self.at = end + 1
                if not self.takes('"'):
                    return "".join(parts)
                parts.append('"')
        start = self.at
        while self.at < len(self.text) and self.text[self.at] not in _SIGNS:
            self.at += 1
        if start == self.at:
            raise self.fault()
        return self.text[start : self.at]
