"""Grading of one customer: judging, setting a grade by hand, the evaluation sheet."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from weixi.customers.access.seen import noted
from weixi.customers.grades import grade_labels
from weixi.customers.models import Customer
from weixi.customers.queries import get_customer_for
from weixi.grading import queries, services
from weixi.grading.enums import Advice, OverrideState
from weixi.grading.forms import JudgeForm, OverrideForm
from weixi.grading.gaps import gaps_at
from weixi.grading.queries.overrides import get_override_for
from weixi.grading.sections import grading_in_force
from weixi.grading.services.compute import as_of_or_today
from weixi.grading.services.overrides import asked_first, grade_choices, latest_expiry, somebody_else_decides
from weixi.kernel.errors import NotFound, WeixiError
from weixi.kernel.events.work import unit_of_work
from weixi.kernel.replies import done
from weixi.organisation.enums import Right
from weixi.organisation.requests import Asked, needs


@needs(Right.GRADING_JUDGE)
def judge(request: Asked, pk: int) -> HttpResponse:
    customer = get_customer_for(request.viewer, pk)
    section = grading_in_force()
    rows = queries.customer_grading(request.viewer, customer).judged
    if section is None or not rows:
        raise NotFound(_("The policy in force has no judged indicators."))
    form = JudgeForm(request.POST or None, rows=rows, section=section)
    if request.method == "POST" and form.is_valid():
        try:
            with unit_of_work(actor=request.viewer.actor):
                for key, score, basis in form.given():
                    services.judge_indicator(customer, key, viewer=request.viewer, score=score, basis=basis)
        except WeixiError as refusal:
            form.take(refusal)
        else:
            return done(
                request,
                _("Saved; it counts from the next grading on."),
                to=customer.get_absolute_url(),
                changed=["grading"],
            )
    pairs = [(form[f"score_{row.key}"], form[f"basis_{row.key}"], row.judgement) for row in rows]
    context = {"form": form, "pairs": pairs, "customer": customer, "action": reverse("grading-judge", args=[pk])}
    return render(request, "grading/judge.html", context, status=422 if form.errors else 200)


def override(request: Asked, pk: int) -> HttpResponse:
    customer = get_customer_for(request.viewer, pk)
    last = latest_expiry(as_of_or_today(None))
    form = OverrideForm(
        request.POST or None,
        grades=grade_choices(),
        present=customer.grade,
        last=last,
        initial={"grade": request.GET.get("grade", "")},
    )
    if request.method == "POST" and form.is_valid():
        try:
            services.ask_override(customer, viewer=request.viewer, **form.cleaned_data)
        except WeixiError as refusal:
            form.take(refusal)
        else:
            return done(
                request,
                _("Asked for; it takes effect when approved."),
                to=customer.get_absolute_url(),
                changed=["grading"],
            )
    context = {
        "form": form, "heading": _("Set the grade by hand"), "sub": customer.name, "save": _("Ask for approval"),
        "action": reverse("grading-override", args=[pk]), "note": _how_it_goes(customer),
        "alone": "" if somebody_else_decides(request.viewer) else _("Nobody else may say yes to this: what you ask for would wait. Ask an administrator to give somebody the role."),
    }  # fmt: skip
    return render(request, "grading/form.html", context, status=422 if form.errors else 200)


def _how_it_goes(customer: Customer) -> str:
    """What holds now and who has to say yes, in a sentence."""
    present, who = grade_labels().get(customer.grade, ""), asked_first()
    said = _("Now: %(grade)s.") % {"grade": present} if present else _("Not graded yet.")
    return (
        said + _(" Another grade holds once %(who)s says yes, until the day named here.") % {"who": who}
        if who
        else said
    )


@require_POST
def decide_override(request: Asked, pk: int) -> HttpResponse:
    asked = get_override_for(request.viewer, pk)
    approve = request.POST.get("approve") == "1"
    asked = services.decide_override(asked, viewer=request.viewer, approve=approve)
    text = _("Approved; the grade holds until its last day.") if approve else _("Refused.")
    if asked.state == OverrideState.WAITING:
        text = _("Your yes is noted; it waits for the next.")
    return done(request, text, to=reverse("grading"), changed=["grading"])


@require_POST
def end_override(request: Asked, pk: int) -> HttpResponse:
    found = get_override_for(request.viewer, pk)
    services.end_override(found, viewer=request.viewer)
    return done(request, _("Ended."), to=found.customer.get_absolute_url(), changed=["grading"])


def evaluation(request: Asked, pk: int) -> HttpResponse:
    customer = get_customer_for(request.viewer, pk)
    given = request.GET.get("run", "")
    run = queries.get_run_for(request.viewer, int(given)) if given.isdecimal() and len(given) < 18 else None
    sheet = queries.evaluation_of(request.viewer, customer, run)
    if sheet is None:
        raise NotFound(_("This customer has not been graded yet; start a grading first."))
    gaps = gaps_at(request.viewer, customer, sheet.section)
    context = {"customer": customer, "sheet": sheet, "advices": Advice.choices, "gaps": gaps}
    return noted(render(request, "grading/evaluation.html", context), request.viewer, customer.pk)
