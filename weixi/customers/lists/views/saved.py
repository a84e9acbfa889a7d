"""Views of the list: keeping one, changing it, taking it away."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from weixi.customers.filtering.text import from_text, to_text
from weixi.customers.filtering.tree import Group
from weixi.customers.lists import aliases
from weixi.customers.lists import saved as services
from weixi.customers.lists.address import Place, columns_of, read_place
from weixi.customers.lists.columns import shown_of
from weixi.customers.lists.forms import ViewForm
from weixi.customers.lists.models import SavedView
from weixi.kernel.errors import Conflict, WeixiError
from weixi.kernel.once.forms import once_per_form
from weixi.kernel.replies import done
from weixi.organisation.requests import Asked


def views(request: Asked) -> HttpResponse:
    """All views the person finds, and with which one his list opens."""
    layouts = services.layouts_of(request.viewer)
    opening = next((row.view_id for row in layouts.values() if row.opens), None)
    rows = [
        {"view": view, "mine": services.may_change(request.viewer, view), "opens": view.pk == opening}
        for view in services.views_of(request.viewer)[: services.MOST_VIEWS]
    ]
    return render(request, "customers/lists/views.html", {"rows": rows, "opening": opening})


def values_of_place(request: Asked, place: Place) -> dict[str, Any]:
    """What a view keeps of where the person stands: short names of the address become conditions."""
    query = place.query
    short = aliases.tree_of(dict(query.lists()))
    where = to_text(Group("all", (short, from_text(query.get("where", "")))))
    return {
        "where": where,
        "text": query.get("q", ""),
        "sort": query.get("sort", ""),
        "group": query.get("group", ""),
        "sums": query.get("sum", ""),
        "archived": query.get("archived", "") in {"1", "on"},
        "columns": shown_of(columns_of(request.viewer, place)),
    }


@once_per_form
def new_view(request: Asked) -> HttpResponse:
    """Keep the list as it stands (`query` is its address) under a name."""
    given = request.POST if request.method == "POST" else request.GET
    query = given.get("query", "")
    place = read_place(request.viewer, QueryDict(query))
    form = ViewForm(request.POST or None, viewer=request.viewer)
    if request.method == "POST" and form.is_valid():
        wanted = form.cleaned_data
        try:
            values = {**values_of_place(request, place), "name": wanted["name"], "audience": wanted["audience"]}
            view = services.save_view(request.viewer, values=values)
        except WeixiError as refusal:
            form.take(refusal)
        else:
            if wanted["opens"]:
                services.open_with(request.viewer, view)
            text = _("The view “%(name)s” is kept.") % {"name": view.name}
            return done(request, text, to=view.get_absolute_url(), stay=False)
    context = {"form": form, "title": _("Keep as a view"), "action": reverse("customers-view-new"), "query": query}
    return render(request, "customers/lists/view_form.html", context, status=422 if form.errors else 200)


def edit_view(request: Asked, pk: int) -> HttpResponse:
    """Name and audience of a view; with `query`, also its filter, order and columns as the list stands now."""
    view = services.get_view_for(request.viewer, pk)
    given = request.POST if request.method == "POST" else request.GET
    query = given.get("query", "")
    form = ViewForm(request.POST or None, viewer=request.viewer, view=view)
    if request.method == "POST" and form.is_valid():
        wanted = form.cleaned_data
        values: dict[str, Any] = {"name": wanted["name"], "audience": wanted["audience"]}
        if query:
            values |= values_of_place(request, read_place(request.viewer, QueryDict(query)))
        try:
            view = services.save_view(request.viewer, view, version=wanted["version"], values=values)
        except WeixiError as refusal:
            if isinstance(refusal, Conflict):
                _newer(form, services.get_view_for(request.viewer, pk))
            form.take(refusal)
        else:
            if wanted["opens"]:
                services.open_with(request.viewer, view)
            return done(request, _("Saved."), to=view.get_absolute_url(), stay=False)
    context = {
        "form": form, "title": view.name, "action": reverse("customers-view-edit", args=[pk]), "query": query, "view": view,
    }  # fmt: skip
    return render(request, "customers/lists/view_form.html", context, status=422 if form.errors else 200)


def _newer(form: ViewForm, stored: SavedView) -> None:
    """Saving again overwrites what somebody else saved meanwhile; what was typed stays."""
    data: Any = form.data
    form.data = data = data.copy()
    data["version"] = str(stored.version)


@require_POST
def remove(request: Asked, pk: int) -> HttpResponse:
    view = services.get_view_for(request.viewer, pk)
    services.remove_view(view, viewer=request.viewer)
    text = _("The view “%(name)s” is gone.") % {"name": view.name}
    undo = reverse("customers-view-back", args=[pk])
    return done(request, text, to=reverse("customers-views"), undo=undo, stay=False)


@require_POST
def bring_back(request: Asked, pk: int) -> HttpResponse:
    view = services.bring_back_view(pk, viewer=request.viewer)
    text = _("The view “%(name)s” is back.") % {"name": view.name}
    return done(request, text, to=view.get_absolute_url(), stay=False)


@require_POST
def open_with(request: Asked, pk: int) -> HttpResponse:
    """Let the list open with this view; 0 for all customers."""
    view = services.get_view_for(request.viewer, pk) if pk else None
    services.open_with(request.viewer, view)
    text = _("The list opens with “%(name)s”.") % {"name": view.name} if view else _("The list opens with all.")
    return done(request, text, to=reverse("customers-views"), stay=False)
