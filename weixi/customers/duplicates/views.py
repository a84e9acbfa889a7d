"""Pages of customers that are there twice."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from weixi.customers.duplicates.page import LEAST, pairs_page, stays_first, whole_and_part
from weixi.customers.duplicates.queries import get_pair_for
from weixi.customers.duplicates.services import dismiss_pair, reopen_pair, reopen_related, start_scan
from weixi.customers.duplicates.words import reason_words
from weixi.customers.groups.queries import get_link_for
from weixi.customers.groups.services import link_customers, unlink_customers
from weixi.customers.merging.queries import get_merge_for
from weixi.customers.merging.services import unmerge_customers
from weixi.customers.merging.views import side_by_side
from weixi.kernel.replies import done
from weixi.organisation.enums import Right
from weixi.organisation.requests import Asked, needs

CHANGED = ["duplicates", "customers"]


@needs(Right.CUSTOMERS_EDIT)
def duplicates(request: Asked) -> HttpResponse:
    page = pairs_page(request.viewer, request.GET.dict())
    context = {"page": page, "bounds": LEAST, "may_merge": request.viewer.may(Right.CUSTOMERS_ARCHIVE)}
    return render(request, "customers/duplicates/list.html", context)


@require_POST
@needs(Right.CUSTOMERS_ARCHIVE)
def scan(request: Asked) -> HttpResponse:
    start_scan(viewer=request.viewer)
    text = _("The whole base is being looked through; what is found appears here.")
    return done(request, text, to=reverse("duplicates"), changed=CHANGED)


@needs(Right.CUSTOMERS_ARCHIVE)
def compare(request: Asked, pk: int) -> HttpResponse:
    """The two of a pair side by side; a POST makes them one."""
    pair = get_pair_for(request.viewer, pk)
    stays = "b" if request.POST.get("stays", request.GET.get("stays", "")) == "b" else "a"
    loser, winner = stays_first(pair, stays)
    page = reverse("duplicate", args=[pk])
    return side_by_side(
        request,
        loser,
        winner,
        action=f"{page}?stays={stays}",
        turned=f"{page}?stays={'a' if stays == 'b' else 'b'}",
        back=reverse("duplicates"),
        why=reason_words(pair.reasons),
        apart=reverse("duplicate-dismiss", args=[pk]),
    )


@require_POST
@needs(Right.CUSTOMERS_EDIT)
def dismiss(request: Asked, pk: int) -> HttpResponse:
    pair = get_pair_for(request.viewer, pk)
    dismiss_pair(pair, viewer=request.viewer)
    undo = reverse("duplicate-reopen", args=[pk])
    return done(request, _("Noted: not the same customer."), to=reverse("duplicates"), undo=undo, changed=CHANGED)


@require_POST
@needs(Right.CUSTOMERS_EDIT)
def reopen(request: Asked, pk: int) -> HttpResponse:
    reopen_pair(get_pair_for(request.viewer, pk), viewer=request.viewer)
    return done(request, _("It is in the list again."), to=reverse("duplicates"), changed=CHANGED)


@require_POST
@needs(Right.CUSTOMERS_EDIT)
def link(request: Asked, pk: int) -> HttpResponse:
    whole, part = whole_and_part(get_pair_for(request.viewer, pk))
    made = link_customers(whole, part, viewer=request.viewer)
    text = _("%(part)s now belongs to the group of %(whole)s.") % {"part": part.name, "whole": whole.name}
    undo = reverse("group-unlink", args=[made.pk]) + "?again=1"
    return done(request, text, to=reverse("duplicates"), undo=undo, changed=CHANGED)


@require_POST
@needs(Right.CUSTOMERS_EDIT)
def unlink(request: Asked, pk: int) -> HttpResponse:
    found = get_link_for(request.viewer, pk)
    unlink_customers(found, viewer=request.viewer)
    to = found.parent.get_absolute_url()
    if request.GET.get("again"):
        reopen_related(found.parent_id, found.child_id, viewer=request.viewer)
        to = reverse("duplicates")
    return done(request, _("Taken out of the group."), to=to, changed=[*CHANGED, "customer"])


@require_POST
@needs(Right.CUSTOMERS_ARCHIVE)
def undo(request: Asked, pk: int) -> HttpResponse:
    record = unmerge_customers(get_merge_for(request.viewer, pk), viewer=request.viewer)
    text = _("%(name)s is a customer of its own again.") % {"name": record.loser.name}
    if record.left:
        text += " " + _("%(count)d things were changed since and stayed as they are.") % {"count": len(record.left)}
    return done(request, text, to=record.loser.get_absolute_url(), changed=CHANGED, stay=False)
