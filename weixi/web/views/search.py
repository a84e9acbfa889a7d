"""The palette: one box for everything one may see; what a person keeps in it."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from weixi.kernel.replies import is_htmx
from weixi.organisation.requests import Asked
from weixi.web.palette.groups import groups_of
from weixi.web.palette.shortcuts import pin, read_item, remember_opened, unpin

IN_PALETTE = 8
ON_PAGE = 50
LONGEST = 100


def _asked(request: Asked) -> str:
    return request.GET.get("q", "").replace("\x00", "").strip()[:LONGEST]


def palette(request: Asked) -> HttpResponse:
    text = _asked(request)
    # Without a text all one may open is offered: the list scrolls.
    groups = groups_of(request.viewer, text, IN_PALETTE if text else ON_PAGE)
    return render(request, "web/parts/hits.html", {"groups": groups, "text": text, "where": "palette"})


def search(request: Asked) -> HttpResponse:
    """The same as a page, for phones, bookmarks and browsers without scripts."""
    text = _asked(request)
    groups = groups_of(request.viewer, text, ON_PAGE)
    return render(request, "web/search.html", {"groups": groups, "text": text, "where": "page"})


@require_POST
def palette_pin(request: Asked) -> HttpResponse:
    """Pin `item` (`customers:7`), or with `unpin` pin it no more."""
    if text := request.POST.get("unpin", ""):
        unpin(request.viewer, read_item(text))
    else:
        pin(request.viewer, read_item(request.POST.get("pin", "")))
    if is_htmx(request):
        return HttpResponse(status=204)
    back = request.POST.get("back", "")
    safe = url_has_allowed_host_and_scheme(back, allowed_hosts={request.get_host()})
    return redirect(back if safe else reverse("search"))


@require_POST
def palette_opened(request: Asked) -> HttpResponse:
    """Told by the script when a thing is opened: reading a page never writes."""
    remember_opened(request.viewer, read_item(request.POST.get("item", "")))
    return HttpResponse(status=204)
