"""＋ 记录沟通: from anywhere in two clicks; saving it settles what it proves."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from weixi.customers.grades import grade_labels
from weixi.customers.models import Customer
from weixi.customers.queries import get_customer_for
from weixi.customers.services.changes import record_known_change
from weixi.duties.lines import DutyLine
from weixi.duties.queries import duties_of_customer, settled_by_events
from weixi.interactions.enums import Kind
from weixi.interactions.queries import recent_customers
from weixi.interactions.services import record_interaction
from weixi.kernel import replies
from weixi.kernel.asked import asked_once
from weixi.kernel.errors import Invalid
from weixi.kernel.events.work import unit_of_work
from weixi.kernel.once.forms import once_per_form
from weixi.organisation.enums import Right
from weixi.organisation.requests import Asked, needs
from weixi.privacy.queries import refusals_of
from weixi.web.forms.record import Line, RecordForm, read_lines
from weixi.web.settling import evidence_of, settled_by


@needs(Right.INTERACTIONS_RECORD)
@once_per_form
def interaction_new(request: Asked) -> HttpResponse:
    """GET: first whom it is about, then the form; POST: record, state the evidence, say what was settled."""
    source = request.POST if request.method == "POST" else request.GET
    customer = _customer(request, source.get("customer", ""))
    if customer is None and request.method == "GET":
        context = {"recent": recent_customers(request.viewer), "grades": grade_labels()}
        return render(request, "web/record/whom.html", context)
    wanted = source.get("duty", "")
    # What is sent without a tick needs no list of duties to tick; it is read when the form is shown again.
    ticked = source.getlist("settle")
    duties: list[DutyLine] | None = None
    with asked_once():
        if request.method == "GET" or wanted or ticked:
            duties = duties_of_customer(request.viewer, customer) if customer else []
        duty = next((duty for duty in duties or () if duty.key == wanted), None)
        form = RecordForm(
            request.POST if request.method == "POST" else None,
            customer=customer,
            asked={**({"kind": source["kind"]} if source.get("kind") else {}), **(duty.qualifies if duty else {})},
            about=_contact_of(duty),
        )
    lines = read_lines(request.POST.getlist("followup"))
    if request.method == "POST":
        saved = _save(request, form, customer, lines, duties or [])
        if saved is not None:
            return saved
    if duties is None:
        duties = duties_of_customer(request.viewer, customer) if customer else []
    context = _context(form, customer, wanted, lines, duties, ticked)
    context["refusals"] = refusals_of(customer) if customer else []
    return render(request, "web/record/form.html", context, status=422 if form.errors else 200)


@needs(Right.INTERACTIONS_RECORD)
def settles(request: Asked) -> HttpResponse:
    """The list of what saving will settle, anew while the form is being filled."""
    customer = _customer(request, request.GET.get("customer", ""))
    form = RecordForm(request.GET, customer=customer)
    duties = duties_of_customer(request.viewer, customer) if customer else []
    context = _context(form, customer, request.GET.get("duty", ""), [], duties, request.GET.getlist("settle"))
    return render(request, "web/record/settles.html", context)


@needs(Right.INTERACTIONS_RECORD)
def followup_line(request: Asked) -> HttpResponse:
    """One typed follow-up read back as date and person."""
    lines = read_lines(request.GET.getlist("followup"))
    return render(request, "web/record/read_back.html", {"line": lines[0] if lines else None})


def _customer(request: Asked, text: str) -> Customer | None:
    if not (text.isdecimal() and len(text) < 19):
        return None
    return get_customer_for(request.viewer, int(text), joined=("owner",))


def _contact_of(duty: DutyLine | None) -> int | None:
    """The contact a duty is about (a birthday's), or None."""
    kind, _sep, key = duty.subject.partition(":") if duty else ("", "", "")
    return int(key) if kind == "contact" and key.isdecimal() else None


def _context(
    form: RecordForm,
    customer: Customer | None,
    wanted: str,
    lines: list[Line],
    duties: list[DutyLine],
    ticked: list[str],
) -> dict[str, Any]:
    # Minutes are typed, seconds are not: what began within the minute of the talk is not before it.
    when = form.when() + timedelta(minutes=1)
    settled = settled_by(duties, form.talk(), when, wanted=wanted, ticked=ticked)
    wanted_line = next((duty for duty in duties if duty.key == wanted), None)
    return {
        "form": form,
        "customer": customer,
        "wanted": wanted,
        "begins_later": wanted_line if wanted_line and wanted_line.opens_at > when else None,
        "settled": settled,
        "settled_count": sum(item.ticked for item in settled),
        "lines": lines,
        "grades": grade_labels(),
    }


def _system(values: Mapping[str, Any]) -> str:
    """The field stands in the form of every way of contact and counts for visits."""
    return str(values["visit_system"]) if values["kind"] == Kind.VISIT else ""


def _save(
    request: Asked, form: RecordForm, customer: Customer | None, lines: list[Line], duties: list[DutyLine]
) -> HttpResponse | None:
    """Save, or put what is wrong on the form and return None; nothing typed is lost."""
    if customer is None:
        form.add_error(None, _("Choose the customer first."))
    for line in lines:
        if line.problem:
            form.add_error(
                None, _("Follow-up “%(text)s”: %(problem)s") % {"text": line.typed[:40], "problem": line.problem}
            )
    if not form.is_valid() or customer is None:
        return None
    values = dict(form.cleaned_data)
    change = values.pop("change")
    ticked = request.POST.getlist("settle")
    try:
        with unit_of_work(actor=request.viewer.actor) as work:
            record_interaction(
                customer,
                viewer=request.viewer,
                followups=[line.promise() for line in lines],
                evidence=evidence_of(duties, ticked),
                **{**values, "direction": values["direction"] or "out", "visit_system": _system(values)},
            )
            if change:
                record_known_change(customer, viewer=request.viewer, what=change)
    except Invalid as error:
        for name, text in error.fields.items():
            form.add_error(name if name in form.fields else None, str(text))
        if not error.fields:
            form.add_error(None, str(error))
        return None
    count = settled_by_events(customer, [event.id for event in work.written])
    text = _("Recorded.")
    if count:
        text = ngettext("Recorded; %(n)d duty settled.", "Recorded; %(n)d duties settled.", count) % {"n": count}
    return replies.done(
        request, text, to=reverse("customer", args=[customer.pk]), changed=("duties", "timeline", "customer")
    )
