"""The start page, health, and the style guide."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _

from weixi.kernel import clock
from weixi.organisation.enums import Right
from weixi.organisation.requests import Asked

# The first of these pages that exists is where a person starts.
START_PAGES = ("today", "customers", "me")


def home(request: Asked) -> HttpResponse:
    for name in START_PAGES:
        try:
            return HttpResponseRedirect(reverse(name))
        except NoReverseMatch:
            continue
    return HttpResponseRedirect(reverse("me"))


@login_not_required
def healthz(request: HttpRequest) -> HttpResponse:
    """Says that the process answers, and nothing else."""
    return HttpResponse("ok", content_type="text/plain")


def styleguide(request: Asked) -> HttpResponse:
    """Every component in all states, light and dark."""
    if not (settings.DEBUG or settings.DEMO):
        request.viewer.require(Right.SYSTEM_MANAGE)
    now = clock.now()
    context = {
        "themes": ("light", "dark"),
        "rings": [
            {"opened": now - timedelta(days=2), "due": now + timedelta(days=4), "state": ""},
            {"opened": now - timedelta(days=2), "due": now + timedelta(hours=19), "state": ""},
            {"opened": now - timedelta(days=2), "due": now + timedelta(hours=9), "state": ""},
            {"opened": now - timedelta(days=2), "due": now + timedelta(hours=3), "state": ""},
            {"opened": now - timedelta(days=2), "due": now - timedelta(hours=1), "state": ""},
            {"opened": None, "due": None, "state": "pause"},
            {"opened": None, "due": None, "state": "done"},
        ],
        "past": now - timedelta(minutes=25),
        "ways": [("call", _("Call"), "phone"), ("wechat", _("WeChat"), "chat"), ("visit", _("Visit"), "visit")],
        "series": [3, 5, 4, 8, 7, 9, 12, 10],
    }
    return render(request, "web/styleguide.html", context)
