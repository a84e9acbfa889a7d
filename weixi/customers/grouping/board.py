"""The board: what the list holds in columns by lifecycle stage or by grade, the first cards of each."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from weixi.customers.filtering.tree import Test
from weixi.customers.grouping.counted import Counted, count_groups
from weixi.customers.grouping.keys import Key, key_for, offered_keys
from weixi.customers.grouping.page import Choice, narrowed
from weixi.customers.grouping.sums import Sum, sums_for
from weixi.customers.list_frame import Frame
from weixi.customers.list_page import Row, rows_of_page
from weixi.customers.lists.address import BOARD
from weixi.customers.lists.columns import Column, readable_columns
from weixi.customers.queries.listing import FILTERS, Ask, Asker, list_customers
from weixi.kernel.errors import NotFound
from weixi.kernel.slices import registry
from weixi.organisation.enums import Right
from weixi.organisation.scope import Viewer

# Cards of a column at once; more are asked for.
CARDS = 20
KINDS = ("lifecycle", "grade")
# What a card says, as far as the viewer may see it.
SAID = ("grade", "lifecycle", "owner", "amount", "due")


@dataclass(frozen=True, slots=True)
class Lane:
    """A column of the board. `rank` is that of a grade; `more` the address of its next cards; `href` its customers
    as lines; `takes` whether cards may be put here."""

    code: str
    label: str
    rank: int
    customers: int
    amount: str
    rows: tuple[Row, ...]
    more: str
    href: str
    takes: bool


@dataclass(frozen=True, slots=True)
class Board:
    """`by` is lifecycle or grade. `mover` is the page by which the viewer moves a card, empty when he may not: a stage
    changes at once by its service, a grade only through the form that asks for a reason and an approval."""

    by: str
    lanes: tuple[Lane, ...]
    mover: str
    shown: frozenset[str]
    customers: int = 0
    cut: bool = False
    kinds: tuple[Choice, ...] = ()


def build_board(viewer: Viewer, frame: Frame) -> Board:
    """Raises as `key_for`. A fixed number of queries for any number of cards."""
    by = frame.place.query.get("group", "").removeprefix(BOARD)
    key = _key(viewer, frame, by)
    sums = tuple(each for each in sums_for(viewer, "") if each.code == "annual_amount")
    counted = count_groups(viewer, frame.ask, key, sums)
    columns = _columns(viewer)
    lanes = tuple(_lane(viewer, frame, key, value, counted, sums, columns) for value in _values(key, counted))
    kinds = tuple(
        Choice(code, each.label, frame.href(group=f"{BOARD}{code}"), code == key.code)
        for code, each in offered_keys(viewer, frame.grades).items()
        if code in KINDS
    )
    shown = frozenset(each.code for each in columns)
    return Board(key.code, lanes, _mover(viewer, key.code), shown, counted.whole.customers, counted.cut, kinds)


def more_cards(viewer: Viewer, frame: Frame, lane: str, after: str) -> tuple[Board, Lane]:
    """The next cards of one column. Raises NotFound for a column that the board does not have."""
    by = frame.place.query.get("group", "").removeprefix(BOARD)
    key = _key(viewer, frame, by)
    if lane not in key.order:
        raise NotFound(_("The board has no such column."), code="lane.unknown")
    columns = _columns(viewer)
    found = _filled(viewer, frame, key, lane, columns, after)
    board = Board(by, (found,), _mover(viewer, by), frozenset(each.code for each in columns))
    return board, found


def _key(viewer: Viewer, frame: Frame, by: str) -> Key:
    return key_for(viewer, frame.grades, by if by in KINDS else "lifecycle")


def _columns(viewer: Viewer) -> tuple[Column, ...]:
    known = readable_columns(viewer)
    return tuple(known[code] for code in SAID if code in known)


def _values(key: Key, counted: Counted) -> list[Any]:
    present = {value for value, _tally in counted.groups}
    # Nobody stands without a grade for long: that column is there only for who does.
    return [value for value in key.order if value or value in present]


def _mover(viewer: Viewer, by: str) -> str:
    """The page by which this viewer moves a card of the board; empty when he may not."""
    if by == "lifecycle":
        return "customer-lifecycle" if viewer.may(Right.CUSTOMERS_EDIT) else ""
    move = registry.moves.get(by)
    return move.url_name if move is not None and move.allowed(viewer) else ""


def _lane(
    viewer: Viewer, frame: Frame, key: Key, value: Any, counted: Counted, sums: tuple[Sum, ...],
    columns: tuple[Column, ...],
) -> Lane:  # fmt: skip
    tally = dict(counted.groups).get(value)
    if tally is None:
        return _bare(frame, key, value)
    found = _filled(viewer, frame, key, value, columns)
    amount = next((each.total_words(tally.sums[each.code][0]) for each in sums), "")
    return replace(found, customers=tally.customers, amount=amount)


def _bare(frame: Frame, key: Key, value: Any) -> Lane:
    label = str(key.names([value]).get(value, value))
    ranks = {code: place for place, code in enumerate(frame.grades, 1)} if key.code == "grade" else {}
    test: Test | None = key.test(value)
    href = narrowed(frame, test) if test else ""
    return Lane(value, label, ranks.get(value, 0), 0, "", (), "", href, bool(value))


def _of_lane(viewer: Viewer, frame: Frame, key: Key, value: Any) -> Ask:
    """A stage is asked as the list's own filter: its index tells a column of few, and is left out of a walk."""
    ask = frame.ask
    if key.code != "lifecycle":
        return replace(ask, extra=ask.extra & Q(**{key.path: value}))
    stage = FILTERS["lifecycle"].read(Asker(viewer, frame.grades), (str(value),))
    return replace(ask, conditions=replace(ask.conditions, items=(*ask.conditions.items, stage)))


def _filled(
    viewer: Viewer, frame: Frame, key: Key, value: Any, columns: tuple[Column, ...], after: str = ""
) -> Lane:  # fmt: skip
    page = list_customers(viewer, _of_lane(viewer, frame, key, value), after=after, size=CARDS)
    more = ""
    if page.after:
        more = f"{reverse('customers-board-more')}?{frame.query}&{urlencode({'lane': value, 'after': page.after})}"
    return replace(_bare(frame, key, value), rows=rows_of_page(viewer, frame.grades, page.rows, columns), more=more)
