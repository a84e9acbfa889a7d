"""The list of customers: its page in each of its shapes, its counts, pickers."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from weixi.customers import choices, list_frame
from weixi.customers.grouping.board import build_board, more_cards
from weixi.customers.grouping.page import build_groups, narrowed
from weixi.customers.list_frame import Frame
from weixi.customers.list_page import build_lines
from weixi.customers.lists.address import BOARD, columns_of, read_place
from weixi.customers.lists.editing import editable
from weixi.customers.queries.listing import Count, count_customers, matching_rows
from weixi.kernel.slices import registry
from weixi.organisation.requests import Asked


def customers(request: Asked) -> HttpResponse:
    """The list in the shape its address names: lines, groups, a board, or what a slice draws."""
    viewer = request.viewer
    frame = list_frame.build_frame(viewer, read_place(viewer, request.GET))
    shape = frame.place.query.get("group", "")
    context: dict[str, Any] = {
        "frame": frame,
        "choices": choices.list_choices(viewer),
        "kept": [pair for pair in frame.place.query.lists() if pair[0] not in {"q", "after", "before", "page"}],
    }
    if shape in registry.shapes:
        return render(request, "customers/shapes/other.html", {**context, "drawn": _drawn(request, frame, shape)})
    if shape.startswith(BOARD):
        board = build_board(viewer, frame)
        context |= {"board": board, "count": Count(board.customers)}
        return render(request, "customers/shapes/board.html", context)
    if shape:
        groups = build_groups(viewer, frame)
        context |= {"groups": groups, "count": Count(groups.whole.customers)}
        return render(request, "customers/shapes/groups.html", context)
    columns = columns_of(viewer, frame.place)
    page = build_lines(viewer, frame, columns)
    context |= {"page": page, "count": page.count, "editable": editable(viewer, columns)}
    return render(request, "customers/list.html", context)


def _drawn(request: Asked, frame: Frame, code: str) -> str:
    shape = registry.shapes[code]
    rows, _cut = matching_rows(request.viewer, frame.ask)
    data = shape.data(request.viewer, rows, partial(narrowed, frame))
    return "" if data is None else render_to_string(shape.template, {**data, "frame": frame}, request)


def board_more(request: Asked) -> HttpResponse:
    """The next cards of one column of the board."""
    given = request.GET.copy()
    lane, after = given.pop("lane", [""])[-1], given.pop("after", [""])[-1]
    frame = list_frame.build_frame(request.viewer, read_place(request.viewer, given))
    board, found = more_cards(request.viewer, frame, lane, after)
    return render(request, "customers/shapes/cards.html", {"board": board, "lane": found})


def counts(request: Asked) -> HttpResponse:
    """The tabs with their counts, asked for once the page stands."""
    tabs = list_frame.tabs_with_counts(request.viewer, read_place(request.viewer, request.GET))
    return render(request, "customers/parts/tabs.html", {"tabs": tabs})


def count(request: Asked) -> HttpResponse:
    """How many match the filters of an address."""
    ask, _grades = list_frame.read_ask(request.viewer, read_place(request.viewer, request.GET).query)
    return render(
        request, "customers/parts/count.html", {"count": count_customers(request.viewer, ask), "filtered": True}
    )


def pick(request: Asked) -> HttpResponse:
    """Customers for a picker."""
    options = choices.customer_options(request.viewer, request.GET.get("q", ""))
    return render(request, "web/components/options.html", {"options": options})


def pick_contact(request: Asked) -> HttpResponse:
    """People at one customer for a picker."""
    options = choices.contact_options(request.viewer, request.GET.get("customer", ""), request.GET.get("q", ""))
    nothing = _("Choose the customer first, or add its people on its page.")
    return render(request, "web/components/options.html", {"options": options, "nothing": nothing})


def pick_tag(request: Asked) -> HttpResponse:
    """Tags for a picker."""
    options = choices.tag_options(request.viewer, request.GET.get("q", ""))
    return render(request, "web/components/options.html", {"options": options, "nothing": _("A new tag.")})
