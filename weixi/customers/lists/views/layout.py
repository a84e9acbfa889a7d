"""Choosing the columns of the list: which, in what order, how wide."""

from __future__ import annotations

from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from weixi.customers.lists.address import columns_of, read_place
from weixi.customers.lists.columns import WIDTHS, Column, chosen, readable_columns, shown_of
from weixi.customers.lists.saved import keep_columns
from weixi.kernel.replies import done, is_htmx
from weixi.organisation.requests import Asked

WIDTH_WORDS = {width: f"{width.removeprefix('w-')} px" for width in WIDTHS}


def columns(request: Asked) -> HttpResponse:
    """GET: the chooser. POST: `column` in order, each with `width-<code>`; `act=usual` forgets the choice.

    `query` is the list's address: the choice holds for the view it stands in.
    """
    viewer = request.viewer
    given = request.POST if request.method == "POST" else request.GET
    query = QueryDict(given.get("query", ""))
    place = read_place(viewer, query)
    back = reverse("customers") + (f"?{query.urlencode()}" if query else "")
    if request.method == "POST":
        kept = [] if given.get("act") == "usual" else _posted(given)
        keep_columns(viewer, place.view, shown_of(chosen(viewer, kept)) if kept else [])
        if is_htmx(request):
            return done(request, _("The columns are remembered."), to=back, changed=["customers"])
        return redirect(back)
    now = columns_of(viewer, place)
    codes = {column.code for column in now}
    groups: dict[str, list[Column]] = {}
    for column in readable_columns(viewer).values():
        if column.code not in codes:
            groups.setdefault(str(column.group), []).append(column)
    context = {"now": now, "groups": groups.items(), "query": query.urlencode(), "widths": WIDTH_WORDS.items()}
    return render(request, "customers/lists/columns.html", context)


def _posted(given: QueryDict) -> list[list[str]]:
    """The ticked columns by their place, then the fresh ones."""
    known = [(given.get(f"place-{code}", ""), code) for code in given.getlist("column")]
    ordered = sorted(known, key=lambda pair: int(pair[0]) if pair[0].isdecimal() and len(pair[0]) < 4 else 999)
    return [[code, given.get(f"width-{code}", "w-140")] for _place, code in ordered]
