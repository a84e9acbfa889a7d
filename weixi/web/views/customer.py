"""The page of one customer."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string

from weixi.customers.access.seen import noted
from weixi.customers.grades import grade_labels
from weixi.customers.groups.queries import place_of
from weixi.customers.lists.through import standing_of
from weixi.customers.merging.queries import whole_of
from weixi.customers.models import Customer
from weixi.customers.queries import get_customer_for
from weixi.customers.queries.filed import filed_as, filed_kinds
from weixi.customers.queries.history import field_history, history_fields
from weixi.customers.queries.timeline import contact_moments, read_story
from weixi.duties.queries.listing import settled_of
from weixi.kernel.sentences import KINDS
from weixi.kernel.slices import registry
from weixi.organisation.requests import Asked
from weixi.web.customer.archive import build_archive
from weixi.web.customer.page import (
    SETTLED_SHOWN,
    CustomerPage,
    build_page,
    build_tabs,
    find_customer,
    tab_panels,
    year_began,
)
from weixi.web.customer.story import build_story


def customer(request: Asked, pk: int) -> HttpResponse:
    found = find_customer(request.viewer, pk)
    whole = whole_of(request.viewer, found) if found.merged_into_id else None
    if whole and "alone" not in request.GET:
        # What is left of it stands with the one it became part of, which also leads to taking that back.
        return redirect(f"{whole.get_absolute_url()}?part={found.pk}")
    codes = {"timeline", "archive", "duties", "history", *(panel.code for panel in tab_panels())}
    tab = request.GET.get("tab", "")
    tab = tab if tab in codes else "timeline"
    grades = grade_labels()
    if tab == "timeline":
        kind, before = _asked_kind(request), request.GET.get("before", "")
        read = read_story(found, year_began(), kind=kind, before=before)
        page = build_page(request.viewer, found, tab, grades, read.contacts)
        more = {"story": build_story(request.viewer, page, read.events, kind, before), "kind": kind}
        more |= {"kinds": KINDS, "filed": filed_kinds(), "kind_label": {**KINDS, **filed_kinds()}.get(kind, "")}
    else:
        page = build_page(request.viewer, found, tab, grades, contact_moments(found, year_began()))
        more = _tab(request, page, tab)
    context = {"page": page, "customer": found, "tab": tab, "grades": grades, "whole": whole, **more}
    context["through"] = standing_of(request.viewer, found, request.GET)
    context["group_place"] = place_of(found)
    return noted(render(request, "web/customer/page.html", context), request.viewer, found.pk)


def customer_tabs(request: Asked, pk: int) -> HttpResponse:
    """The tabs with their counts, once the page stands."""
    found = get_customer_for(request.viewer, pk)
    waiting = request.GET.get("waiting", "")
    number = int(waiting) if waiting.isdecimal() and len(waiting) < 6 else 0
    tabs = build_tabs(request.viewer, found, request.GET.get("tab", ""), number, counted=True)
    return render(request, "web/customer/tabs.html", {"tabs": tabs})


def customer_side(request: Asked, pk: int) -> HttpResponse:
    """The blocks other slices put beside the archive, once the page stands."""
    found = get_customer_for(request.viewer, pk)
    return render(request, "web/customer/side_panels.html", {"side_panels": _side(request, found)})


def _asked_kind(request: Asked) -> str:
    kind = request.GET.get("kind", "")
    return kind if kind in KINDS or filed_as(kind) is not None else ""


def _tab(request: Asked, page: CustomerPage, tab: str) -> dict[str, Any]:
    if tab == "history":
        field, before = request.GET.get("field", ""), request.GET.get("before", "")
        changes, older = field_history(request.viewer, page.customer, field=field, before=before)
        return {"changes": changes, "older": older, "fields": history_fields(), "field": field}
    if tab == "archive":
        return {"archive": build_archive(request.viewer, page.customer, page.form, page.people, page.own)}
    if tab == "duties":
        return {"settled_duties": settled_of(request.viewer, page.customer, SETTLED_SHOWN)}
    return {"panel_html": _panel(request, page.customer, tab)}


def _panel(request: Asked, found: Customer, code: str) -> str:
    panel = registry.panels[code]
    data = panel.data(request.viewer, found)
    return "" if data is None else render_to_string(panel.template, dict(data), request)


def _side(request: Asked, found: Customer) -> list[tuple[Any, str]]:
    """Titles and bodies of the blocks that other slices put into the side column."""
    panels = sorted((each for each in registry.panels.values() if each.place == "side"), key=lambda each: each.order)
    made = [(panel.title, _panel(request, found, panel.code)) for panel in panels]
    return [(title, html) for title, html in made if html]
