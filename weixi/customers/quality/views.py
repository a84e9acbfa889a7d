"""The board, and the form that brings one archive up to date."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from weixi.customers.models import Customer
from weixi.customers.quality.board import board
from weixi.customers.quality.confirming import confirm_archive
from weixi.customers.quality.counting import last_count, start_count
from weixi.customers.quality.drawing import draw_trend
from weixi.customers.quality.enriching import EnrichForm, lacking
from weixi.customers.queries import get_customer_for
from weixi.customers.services import change_customer
from weixi.kernel.errors import Invalid, WeixiError
from weixi.kernel.events.work import unit_of_work
from weixi.kernel.jobs.models import JobState
from weixi.kernel.replies import done
from weixi.organisation.enums import Right
from weixi.organisation.requests import Asked, needs

CHANGED = ["customer", "customers", "duties"]


def quality(request: Asked) -> HttpResponse:
    found, count = board(request.viewer), last_count()
    counting = count is not None and not count.is_finished
    failed = count is not None and count.state in (JobState.FAILED, JobState.PARKED)
    context = {
        "count": count, "counting": counting, "failed": failed,
        "board": found, "drawn": draw_trend(found.trend, found.aim),
        "sees_pairs": request.viewer.may(Right.CUSTOMERS_EDIT),
    }  # fmt: skip
    return render(request, "customers/quality/board.html", context)


@require_POST
@needs(Right.CUSTOMERS_EDIT)
def count(request: Asked) -> HttpResponse:
    start_count(viewer=request.viewer)
    return done(request, _("Everything is being counted anew."), to=reverse("quality"), stay=False)


@needs(Right.CUSTOMERS_EDIT)
def enrich(request: Asked, pk: int) -> HttpResponse:
    """What the archive lacks: filled in, or said to be still right."""
    customer = get_customer_for(request.viewer, pk)
    rows = lacking(request.viewer, customer)
    form = EnrichForm(request.POST or None, rows=rows, customer=customer)
    if request.method == "POST" and form.is_valid():
        stale = [row.key for row in rows if row.stale]
        right = set(stale) if "all" in request.POST else set(stale) & set(request.POST.getlist("right"))
        try:
            count = _save(request, customer, form, right)
        except WeixiError as refusal:
            form.take(refusal)
        else:
            text = ngettext("%(n)d field is up to date.", "%(n)d fields are up to date.", count) % {"n": count}
            return done(request, text, to=customer.get_absolute_url(), changed=CHANGED)
    context = {
        "form": form, "customer": customer, "action": reverse("customer-enrich", args=[pk]),
        "any_stale": any(row.stale for row in rows),
        "rows": [(row, form[row.key] if row.key in form.keys else None) for row in rows],
    }  # fmt: skip
    return render(request, "customers/quality/enrich.html", context, status=422 if form.errors else 200)


def _save(request: Asked, customer: Customer, form: EnrichForm, right: set[str]) -> int:
    given = form.given()
    right -= given.keys()
    if not given and not right:
        raise Invalid(_("Fill in what is missing, or tick what is still right."))
    with unit_of_work(actor=request.viewer.actor):
        if given:
            change_customer(
                customer, viewer=request.viewer, version=form.cleaned_data["version"], whole=False, values=given
            )
        if right:
            confirm_archive(customer, viewer=request.viewer, keys=right)
    return len(given) + len(right)
