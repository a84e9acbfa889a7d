"""The palette: pages one may open, and what every slice knows under a text."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _

from weixi.kernel.slices import Hit, registry
from weixi.organisation.requests import Asked
from weixi.web.context import Shell

IN_PALETTE = 8
ON_PAGE = 50
LONGEST = 100


@dataclass(frozen=True, slots=True)
class Group:
    label: str
    hits: list[Hit]


def _commands(request: Asked, text: str) -> list[Hit]:
    """Pages of the menu and the acts that are always at hand, by word."""
    shell = Shell(request)
    hits = [
        Hit(title=str(line.item.label), url=line.url, icon=line.item.icon)
        for line in [*shell.work, *shell.rules, *shell.admin]
    ]
    for name, label, symbol in (
        ("interaction-new", _("Record contact"), "plus"),
        ("customer-new", _("New customer"), "plus"),
    ):
        try:
            hits.append(Hit(title=label, url=reverse(name), icon=symbol, panel=True))
        except NoReverseMatch:
            continue
    hits.append(Hit(title=_("Notices"), url=reverse("notices"), icon="bell"))
    hits.append(Hit(title=_("Change password"), url=reverse("password"), icon="lock"))
    return [hit for hit in hits if text.casefold() in hit.title.casefold()] if text else hits


def _groups(request: Asked, text: str, limit: int) -> list[Group]:
    groups = []
    if text:
        for source in sorted(registry.searches.values(), key=lambda each: each.order):
            groups.append(Group(str(source.label), list(source.find(request.viewer, text, limit))))
    groups.append(Group(_("Pages"), _commands(request, text)))
    return [group for group in groups if group.hits]


def palette(request: Asked) -> HttpResponse:
    text = request.GET.get("q", "").strip()[:LONGEST]
    return render(request, "web/parts/hits.html", {"groups": _groups(request, text, IN_PALETTE), "text": text})


def search(request: Asked) -> HttpResponse:
    """The same as a page, for phones, bookmarks and browsers without scripts."""
    text = request.GET.get("q", "").strip()[:LONGEST]
    return render(request, "web/search.html", {"groups": _groups(request, text, ON_PAGE), "text": text})
