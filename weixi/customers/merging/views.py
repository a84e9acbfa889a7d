"""Two customers that somebody chose: made one, or said to belong together."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from weixi.customers.access.seen import noted
from weixi.customers.merging.joining import SAME, Joining, checked, read_joining, relate, ways_for
from weixi.customers.merging.models import MergeRecord
from weixi.customers.merging.page import lines_of, number_of, people_chosen, typed_values
from weixi.customers.merging.plan import plan_merge
from weixi.customers.merging.queries import undo_within
from weixi.customers.merging.services import merge_customers
from weixi.customers.models import Customer
from weixi.customers.queries import get_customer_for
from weixi.kernel.errors import WeixiError
from weixi.kernel.replies import done
from weixi.organisation.enums import Right
from weixi.organisation.requests import Asked, needs
from weixi.policy.document.words import duration_in_words
from weixi.policy.reading import language

CHANGED = ["duplicates", "customers", "customer"]


@needs(Right.CUSTOMERS_EDIT)
def join(request: Asked) -> HttpResponse:
    """Which two, and what they are to each other. `ids` of an address are the two that were chosen in the list."""
    given = (request.POST if request.method == "POST" else request.GET).dict()
    for name, text in zip(("one", "other"), request.GET.getlist("ids")[:2], strict=False):
        given.setdefault(name, text)
    found = read_joining(request.viewer, given)
    if request.method == "POST":
        try:
            if found.how == SAME:
                one, other = checked(found)
                to = reverse("customers-merge", args=[one.pk, other.pk])
                return _go(request, to)
            text = relate(found, viewer=request.viewer)
        except WeixiError as refusal:
            # A link names its ends otherwise than this form: what it refuses is said above it.
            found.faults = {name: str(fault) for name, fault in refusal.fields.items() if name in ("one", "other")}
            found.fault = "" if found.faults else str(refusal)
        else:
            to = found.one.get_absolute_url() if found.one else reverse("customers")
            return done(request, text, to=to, changed=CHANGED)
    return _form(request, found)


def _go(request: Asked, to: str) -> HttpResponse:
    """From a panel the whole page goes on."""
    if request.headers.get("HX-Request"):
        answer = HttpResponse(status=204)
        answer["HX-Redirect"] = to
        return answer
    return redirect(to)


def _form(request: Asked, found: Joining) -> HttpResponse:
    ways = ways_for(request.viewer)
    context = {"found": found, "ways": ways, "may_merge": SAME in dict(ways)}
    refused = request.method == "POST"
    return render(request, "customers/merging/join.html", context, status=422 if refused else 200)


@needs(Right.CUSTOMERS_ARCHIVE)
def two(request: Asked, pk: int, other: int) -> HttpResponse:
    """Any two side by side, `other` becoming a part of `pk`; a POST makes them one."""
    winner, loser = get_customer_for(request.viewer, pk), get_customer_for(request.viewer, other)
    return side_by_side(
        request,
        loser,
        winner,
        action=reverse("customers-merge", args=[pk, other]),
        turned=reverse("customers-merge", args=[other, pk]),
        back=winner.get_absolute_url(),
    )


def side_by_side(
    request: Asked, loser: Customer, winner: Customer, *, action: str, turned: str, back: str,
    why: Sequence[str] = (), apart: str = "",
) -> HttpResponse:  # fmt: skip
    """The two and what merging them would do; a POST does it. `turned` is the page on which the other one stays,
    `back` where one gets without doing it, `apart` where a pair that was found is said to be two."""
    fault = ""
    if request.method == "POST":
        try:
            record = _merge(request, loser, winner)
        except WeixiError as refusal:
            fault = " ".join(dict.fromkeys([str(refusal), *map(str, refusal.fields.values())]))
        else:
            text = _("%(name)s is one customer now.") % {"name": winner.name}
            undo = reverse("merge-undo", args=[record.pk])
            return done(request, text, to=winner.get_absolute_url(), undo=undo, changed=CHANGED, stay=False)
    context: dict[str, Any] = {
        "fault": fault,
        "why": why,
        "action": action,
        "turned": turned,
        "back": back,
        "apart": apart,
    }
    try:
        plan = plan_merge(loser, winner, viewer=request.viewer)
    except WeixiError as refusal:
        # They cannot be made one at all: what stands in the way is said instead of a form.
        context |= {"refusal": str(refusal), "two": (winner, loser)}
        return render(request, "customers/merging/two.html", context, status=422 if fault else 200)
    span = undo_within()
    context |= {
        "plan": plan, "lines": lines_of(plan, request.POST.dict()),
        "undo_within": duration_in_words(span, language()) if span else "",
    }  # fmt: skip
    response = render(request, "customers/merging/two.html", context, status=422 if fault else 200)
    return noted(noted(response, request.viewer, winner.pk), request.viewer, loser.pk)


def _merge(request: Asked, loser: Customer, winner: Customer) -> MergeRecord:
    plan = plan_merge(loser, winner, viewer=request.viewer)
    return merge_customers(
        loser,
        winner,
        viewer=request.viewer,
        values=typed_values(plan, request.POST.dict()),
        people=people_chosen(request.POST.getlist("person")),
        keep_lost=bool(request.POST.get("keep_lost")),
        versions=(number_of(request.POST.get("loser_version")), number_of(request.POST.get("winner_version"))),
    )
