"""Gradings: the list, a new one, the page of one, and the decision about it."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from weixi.customers.grades import grade_labels
from weixi.grading import queries, services
from weixi.grading.enums import RunState
from weixi.grading.forms import ReturnForm, RunForm
from weixi.grading.in_charge import department_in_charge
from weixi.grading.queries.overrides import waiting_lines
from weixi.grading.queries.preview import run_page
from weixi.grading.sections import grading_in_force
from weixi.grading.services.compute import as_of_or_today
from weixi.grading.services.rhythm import next_grading
from weixi.kernel.errors import WeixiError
from weixi.kernel.jobs.models import Job
from weixi.kernel.keys import key_in
from weixi.kernel.once.forms import once_per_form
from weixi.kernel.replies import done, is_htmx
from weixi.organisation.enums import Right
from weixi.organisation.requests import Asked, needs

PAGE = 30


def run_list(request: Asked) -> HttpResponse:
    context = {
        "runs": queries.list_runs(request.viewer)[:PAGE],
        "section": grading_in_force(),
        "waiting": waiting_lines(request.viewer),
        "grades": grade_labels(),
        "may_run": request.viewer.may(Right.GRADING_RUN),
        "next": next_grading(),
        "in_charge": department_in_charge(),
    }
    return render(request, "grading/runs.html", context)


@needs(Right.GRADING_RUN)
@once_per_form
def new_run(request: Asked) -> HttpResponse:
    section = grading_in_force()
    form = RunForm(
        request.POST or None, in_force=section.preset if section else "", initial={"as_of": as_of_or_today(None)}
    )
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            run = services.start_run(viewer=request.viewer, as_of=data["as_of"], preset=data["preset"] or None)
        except WeixiError as refusal:
            form.take(refusal)
        else:
            return done(request, _("The grading is being computed."), to=run.get_absolute_url(), stay=False)
    context = {"form": form, "heading": _("New grading"), "action": reverse("grading-new"), "save": _("Compute")}
    return render(request, "grading/form.html", context, status=422 if form.errors else 200)


def run_detail(request: Asked, pk: int) -> HttpResponse:
    run = queries.get_run_for(request.viewer, pk)
    if run.state in (RunState.COMPUTING, RunState.FAILED):
        job = Job.objects.filter(pk=run.job_id or 0).first()
        return render(request, "grading/computing.html", {"run": run, "job": job})
    if is_htmx(request) and request.headers.get("HX-Target") == "computing":
        # The page that waits for the result: it has come, and is another page.
        return HttpResponse(status=204, headers={"HX-Refresh": "true"})
    page = run_page(request.viewer, run, page=_page(request))
    return render(request, "grading/run.html", {"page": page, "run": run})


@require_POST
def include_rows(request: Asked, pk: int) -> HttpResponse:
    run = queries.get_run_for(request.viewer, pk)
    ids = [key for value in request.POST.getlist("customer") if (key := key_in(value)) is not None]
    included = request.POST.get("included") == "1"
    services.include_rows(run, ids, included=included, viewer=request.viewer)
    text = _("Taken in again.") if included else _("Left out: keeps its grade.")
    return done(request, text, to=run.get_absolute_url(), changed=["grading"])


@require_POST
def approve(request: Asked, pk: int) -> HttpResponse:
    run = queries.get_run_for(request.viewer, pk)
    given = request.POST.get("expected", "")
    # What is no number is not what was looked at either.
    expected = -1 if given and key_in(given) is None else key_in(given)
    run = services.approve_run(run, viewer=request.viewer, expected=expected)
    passed = run.state == RunState.APPROVED
    text = _("Approved. The grades take effect now.") if passed else _("Your yes is noted; it waits for the next.")
    return done(request, text, to=run.get_absolute_url(), stay=False)


def return_run(request: Asked, pk: int) -> HttpResponse:
    run = queries.get_run_for(request.viewer, pk)
    form = ReturnForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            services.return_run(run, viewer=request.viewer, note=form.cleaned_data["note"])
        except WeixiError as refusal:
            form.take(refusal)
        else:
            return done(request, _("Returned for another look."), to=run.get_absolute_url(), stay=False)
    context = {
        "form": form, "heading": _("Return the grading"), "action": reverse("grading-return", args=[pk]),
        "save": _("Return"),
    }  # fmt: skip
    return render(request, "grading/form.html", context, status=422 if form.errors else 200)


def _page(request: Asked) -> int:
    given = request.GET.get("page", "1")
    return int(given) if given.isdecimal() and len(given) < 9 else 1
