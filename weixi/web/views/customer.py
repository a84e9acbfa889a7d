"""The page of one customer."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string

from weixi.customers.grades import grade_labels
from weixi.customers.models import Customer
from weixi.customers.queries import get_customer_for
from weixi.customers.queries.timeline import field_history
from weixi.duties.queries import duties_of_customer
from weixi.kernel.sentences import KINDS
from weixi.kernel.slices import registry
from weixi.organisation.requests import Asked
from weixi.web.customer.page import SETTLED_SHOWN, CustomerPage, build_page, build_tabs, tab_panels
from weixi.web.customer.story import build_story


def customer(request: Asked, pk: int) -> HttpResponse:
    found = get_customer_for(request.viewer, pk)
    codes = {"timeline", "duties", "history", *(panel.code for panel in tab_panels())}
    tab = request.GET.get("tab", "")
    tab = tab if tab in codes else "timeline"
    grades = grade_labels()
    page = build_page(request.viewer, found, tab, grades)
    context = {"page": page, "customer": found, "tab": tab, "grades": grades}
    context |= _tab(request, page, tab)
    return render(request, "web/customer/page.html", context)


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


def _tab(request: Asked, page: CustomerPage, tab: str) -> dict[str, Any]:
    before = request.GET.get("before", "")
    if tab == "timeline":
        kind = request.GET.get("kind", "")
        kind = kind if kind in KINDS else ""
        story = build_story(page.customer, kind, before, page.settled, page.names)
        return {"story": story, "kind": kind, "kinds": KINDS}
    if tab == "history":
        changes, older = field_history(page.customer, before=before)
        return {"changes": changes, "older": older}
    if tab == "duties":
        lines = duties_of_customer(request.viewer, page.customer, settled=SETTLED_SHOWN)
        return {"settled_duties": [line for line in lines if not line.waits]}
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
