"""The cards of the board as HTML, drawn like the lines of the list: a board has a hundred of them."""

from __future__ import annotations

from typing import Any

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from weixi.customers.grouping.board import Board, Lane
from weixi.customers.list_page import Row
from weixi.customers.list_rows import due_state
from weixi.kernel.currency import money_text
from weixi.kernel.drawing.addresses import icon, maybe_url, page_of
from weixi.kernel.drawing.marks import grade, time_left
from weixi.kernel.drawing.markup import NOTHING, fill, together

_CARD = (
    '<article class="wx-ccard" data-row data-card="{pk}"{drag}>'
    '<div class="top"><a class="wx-cut" data-open href="{url}" title="{name}">{name}</a></div>'
    '<div class="mid">{mark}<span class="wx-cut">{owner}</span><span class="wx-num">{amount}</span></div>'
    '{due}<div class="acts">{acts}</div></article>'
)
_ACT = '<a class="wx-iconbtn sm" href="{}" data-panel {} title="{}" aria-label="{}">{}</a>'


def draw_cards(board: Board, lane: Lane) -> SafeString:
    """The cards of one column, with what the viewer may see of each customer."""
    return together(_card(board, row) for row in lane.rows)


def _card(board: Board, row: Row) -> SafeString:
    customer = row.customer
    return fill(
        _CARD,
        pk=customer.pk,
        drag=SafeString(' draggable="true"') if board.mover else NOTHING,
        url=page_of("customer", customer.pk),
        name=customer.name,
        mark=_mark(board, row),
        owner=customer.owner.name if customer.owner and "owner" in board.shown else "",
        amount=_amount(board, row),
        due=_due(row) if "due" in board.shown and customer.next_due_at else NOTHING,
        acts=_acts(board, customer.pk),
    )


def _mark(board: Board, row: Row) -> Any:
    if board.by == "lifecycle":
        return grade(row.grade_rank, row.grade_label) if "grade" in board.shown else NOTHING
    shown = "lifecycle" in board.shown
    return fill('<span class="wx-tag xs">{}</span>', row.customer.get_lifecycle_display()) if shown else NOTHING


def _amount(board: Board, row: Row) -> Any:
    if "amount" not in board.shown:
        return ""
    shown = row.shown("annual_amount", row.customer.annual_amount)
    return money_text(shown) if not isinstance(shown, str) else shown


def _due(row: Row) -> SafeString:
    due = row.customer.next_due_at
    assert due is not None
    return fill(
        '<div class="due"><span class="wx-st {}">{}</span><span class="wx-cut wx-q2" title="{}">{}</span></div>',
        due_state(due), time_left(due), row.due_words, row.due_words,
    )  # fmt: skip


def _acts(board: Board, pk: int) -> SafeString:
    acts = []
    if look := maybe_url("customer-look", pk):
        acts.append(fill(_ACT, look, SafeString("data-look"), _("Quick look"), _("Quick look"), icon("eye", 14)))
    if board.mover and (move := maybe_url(board.mover, pk)):
        label = _("Move to another column")
        acts.append(fill(_ACT, move, SafeString("data-mover"), label, label, icon("swap", 14)))
    return together(acts)
