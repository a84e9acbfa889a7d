"""The list by groups as its page shows it: a line per group, each leading to its customers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from weixi.customers.filtering.meaning import NAME
from weixi.customers.filtering.text import from_text, to_text
from weixi.customers.filtering.tree import Group, Test
from weixi.customers.grouping.counted import Counted, Tally, count_groups
from weixi.customers.grouping.keys import Key, key_for, offered_keys
from weixi.customers.grouping.sums import Sum, offered_sums, sums_for
from weixi.customers.list_frame import Frame
from weixi.organisation.scope import Viewer


@dataclass(frozen=True, slots=True)
class Cell:
    """A number of a group under the head `label`; `quiet` for what is told beside another. Empty: not known."""

    label: Any
    text: str = ""
    quiet: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """One group. `share` is its part of the largest one, 0..1, for the bar; `href` its customers."""

    label: str
    customers: int
    share: float
    percent: float
    cells: tuple[Cell, ...]
    href: str
    empty: bool = False
    rank: int = 0


@dataclass(frozen=True, slots=True)
class Choice:
    code: str
    label: Any
    href: str
    active: bool


@dataclass(frozen=True, slots=True)
class Groups:
    key: Key
    lines: tuple[Line, ...]
    whole: Line
    more: int
    cut: bool
    keys: tuple[Choice, ...]
    offered: tuple[Choice, ...]


def build_groups(viewer: Viewer, frame: Frame) -> Groups:
    """Raises as `key_for` and `sums_for`."""
    query = frame.place.query
    key = key_for(viewer, frame.grades, query.get("group", ""))
    sums = sums_for(viewer, query.get("sum", ""))
    counted = count_groups(viewer, frame.ask, key, sums)
    taken = [each.code for each in sums]
    return Groups(
        key=key,
        lines=tuple(_lines(frame, key, sums, counted)),
        whole=_line(_("Total"), counted.whole, counted.whole.customers, counted.whole.customers, sums, ""),
        more=counted.more,
        cut=counted.cut,
        keys=tuple(
            Choice(code, each.label, frame.href(group=code), code == key.code)
            for code, each in offered_keys(viewer, frame.grades).items()
        ),
        offered=tuple(
            Choice(code, each.label, frame.href(sum=_toggled(taken, code)), code in taken)
            for code, each in offered_sums(viewer).items()
        ),
    )


def _toggled(taken: list[str], code: str) -> str:
    return ",".join([each for each in taken if each != code] if code in taken else [*taken[-3:], code])


def in_order(key: Key, counted: Counted) -> list[tuple[Any, Tally]]:
    """The groups as they stand: in the key's own order, others behind, the largest first."""
    places = {value: place for place, value in enumerate(key.order)}
    return sorted(counted.groups, key=lambda pair: places.get(pair[0], len(places)))


def _lines(frame: Frame, key: Key, sums: tuple[Sum, ...], counted: Counted) -> list[Line]:
    groups = in_order(key, counted)
    names = key.names([value for value, _tally in groups])
    most = max((tally.customers for _value, tally in groups), default=1)
    ranks = {code: place for place, code in enumerate(frame.grades, 1)} if key.code == "grade" else {}
    found = []
    for value, tally in groups:
        label = names.get(value) or (str(value) if value else _("not filled in"))
        test = key.test(value)
        href = narrowed(frame, test) if test else ""
        empty = value in ("", None)
        rank = ranks.get(value, 0)
        found.append(_line(str(label), tally, most, counted.whole.customers, sums, href, empty=empty, rank=rank))
    return found


def _line(
    label: str, tally: Tally, most: int, of_all: int, sums: tuple[Sum, ...], href: str, *, empty: bool = False,
    rank: int = 0,
) -> Line:  # fmt: skip
    cells = tuple(cell for each in sums for cell in _cells(each, *tally.sums[each.code]))
    share, percent = tally.customers / max(1, most), 100 * tally.customers / max(1, of_all)
    return Line(label, tally.customers, share, percent, cells, href, empty, rank)


def _cells(each: Sum, total: int | None, known: int) -> list[Cell]:
    found = [Cell(each.label, each.total_words(total))] if each.adds else []
    if each.averages:
        label = _("per customer") if each.adds else _("%(label)s, average") % {"label": each.label}
        found.append(Cell(label, each.average_words(total, known), quiet=each.adds))
    return found


def narrowed(frame: Frame, *tests: Test) -> str:
    """The address of the lines that also meet the tests."""
    present = frame.kept.get(NAME, [""])[-1]
    return frame.href(where=to_text(Group("all", (from_text(present), *tests))), group="", sum="")
