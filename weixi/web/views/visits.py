"""访问: visits to chosen customers beside patrol visits to all (C-7)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from weixi.customers.filtering.text import to_text
from weixi.customers.filtering.tree import Test, all_of
from weixi.customers.grades import grade_labels
from weixi.customers.models import Customer, VisitChoice
from weixi.customers.queries import get_customer_for
from weixi.customers.visiting.services import choose_for_visits, chosen, end_choice, version_of
from weixi.duties.queries.listing import waiting_keys
from weixi.interactions.models import FollowUp
from weixi.interactions.queries.visits import PAGE, Coverage, chosen_customers, coverage, planned_visits, whose_turn
from weixi.interactions.services import latest_plan, plan_visit
from weixi.interactions.visit_systems import CHOSEN, PATROL, visit_systems
from weixi.kernel.errors import WeixiError
from weixi.kernel.once.forms import once_per_form
from weixi.kernel.replies import done
from weixi.organisation.enums import Right
from weixi.organisation.requests import Asked, needs
from weixi.web.forms.visits import ChooseForm, EndForm, PlanVisitForm

CHANGED = ["visits", "customer", "timeline", "duties"]


@dataclass(frozen=True, slots=True)
class Line:
    """A customer with its next visit and the address of the form that records one."""

    customer: Customer
    choice: VisitChoice | None
    planned: FollowUp | None
    record_url: str


def visits(request: Asked) -> HttpResponse:
    """Both systems: the chosen customers, and everybody by the time since the last visit."""
    systems = {system.code: system for system in visit_systems()}
    asked = request.GET.get("system")
    tab = PATROL if asked == PATROL or CHOSEN not in systems else CHOSEN
    context: dict[str, Any] = {"systems": systems.values(), "tab": tab, "grades": grade_labels()}
    if tab == CHOSEN:
        page = Paginator(chosen_customers(request.viewer), PAGE).get_page(request.GET.get("page"))
        rows = list(page)
        context |= {
            "page": page,
            "lines": _lines([row.customer for row in rows], {row.customer_id: row for row in rows}),
        }
    else:
        turn = whose_turn(request.viewer, request.GET.get("after", "")[:30])
        found = coverage(request.viewer)
        context |= {
            "lines": _lines(turn.customers, {}),
            "after": turn.after,
            "first_page": "after" not in request.GET,
            "coverage": [_covered(row) for row in found],
            "customers": sum(row.customers for row in found),
            "visited": sum(row.visited for row in found),
            "never": sum(row.never for row in found),
            "urls": _urls(),
        }
        context["not_visited"] = context["customers"] - context["visited"]
        context["part"] = context["visited"] / context["customers"] if context["customers"] else None
    context["may_record"] = request.viewer.may(Right.INTERACTIONS_RECORD)
    context["may_choose"] = request.viewer.may(Right.CUSTOMERS_EDIT) and CHOSEN in systems
    return render(request, "web/visits/page.html", context)


def _covered(row: Coverage) -> dict[str, Any]:
    """A grade's figures; each opens the customers behind it."""
    title = grade_labels().get(row.grade, row.grade or _("Not graded"))
    return {"sum": row, "title": title, "missing": row.customers - row.visited, "urls": _urls(row.grade)}


def _urls(grade: str | None = None) -> dict[str, str]:
    """Addresses of the customer list, of one grade if given; customers without a grade have none of their own."""
    own = [] if grade is None else [Test("grade", "in", (grade or "none",))]
    tests = {"all": [], "year": [Test("visit", "year", ())], "not_year": [Test("visit", "not_year", ())],
             "never": [Test("visit", "never", ())]}  # fmt: skip
    return {
        name: f"{reverse('customers')}?{urlencode({'where': to_text(all_of(*own, *more))})}"
        if own or more
        else reverse("customers")
        for name, more in tests.items()
    }


def _lines(customers: Sequence[Customer], choices: Mapping[int, VisitChoice]) -> list[Line]:
    planned = planned_visits([customer.pk for customer in customers])
    keys = waiting_keys([f"followup:{followup.pk}" for followup in planned.values()])
    return [
        Line(
            customer,
            choices.get(customer.pk),
            planned.get(customer.pk),
            record_url(
                customer.pk, keys.get(f"followup:{planned[customer.pk].pk}", "") if customer.pk in planned else ""
            ),
        )
        for customer in customers
    ]


def record_url(customer: int, duty: str = "") -> str:
    """The form that records a visit, which settles the planned one."""
    values = {"customer": customer, "kind": "visit", **({"duty": duty} if duty else {})}
    return f"{reverse('interaction-new')}?{urlencode(values)}"


@needs(Right.CUSTOMERS_EDIT)
def choose(request: Asked, pk: int) -> HttpResponse:
    customer = get_customer_for(request.viewer, pk)
    present = chosen(customer)
    reason = present.reason if present else ""
    form = ChooseForm(request.POST or None, initial={"reason": reason, "version": version_of(present)})
    if request.method == "POST" and form.is_valid():
        try:
            choose_for_visits(customer, viewer=request.viewer, **form.cleaned_data)
        except WeixiError as refusal:
            form.take(refusal)
        else:
            text = _("%(name)s is chosen for visits.") % {"name": customer.called}
            return done(request, text, to=customer.get_absolute_url(), changed=CHANGED)
    return _form(request, form, customer, "visit-choose", _("Choose for visits"))


@needs(Right.CUSTOMERS_EDIT)
def end(request: Asked, pk: int) -> HttpResponse:
    customer = get_customer_for(request.viewer, pk)
    form = EndForm(request.POST or None, initial={"version": version_of(chosen(customer))})
    if request.method == "POST" and form.is_valid():
        try:
            end_choice(customer, viewer=request.viewer, **form.cleaned_data)
        except WeixiError as refusal:
            form.take(refusal)
        else:
            text = _("%(name)s is visited on patrol only.") % {"name": customer.called}
            return done(request, text, to=customer.get_absolute_url(), changed=CHANGED)
    return _form(request, form, customer, "visit-end", _("On patrol visits only"))


@needs(Right.INTERACTIONS_RECORD)
@once_per_form
def plan(request: Asked, pk: int) -> HttpResponse:
    customer = get_customer_for(request.viewer, pk)
    form = PlanVisitForm(request.POST or None, customer=customer, initial={"version": latest_plan(customer)})
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        try:
            plan_visit(
                customer, viewer=request.viewer, day=values["day"], purpose=values["purpose"],
                system=values.get("system", ""), version=values["version"],
            )  # fmt: skip
        except WeixiError as refusal:
            form.take(refusal)
        else:
            return done(request, _("The visit is planned."), to=customer.get_absolute_url(), changed=CHANGED)
    return _form(request, form, customer, "visit-plan", _("Plan a visit"))


def _form(request: Asked, form: Any, customer: Customer, name: str, title: str) -> HttpResponse:
    context = {
        "form": form, "customer": customer, "title": title, "button": title,
        "action": reverse(name, args=[customer.pk]),
    }  # fmt: skip
    return render(request, "customers/act.html", context, status=422 if form.errors else 200)


def visit_panel(viewer: Any, customer: Customer) -> Mapping[str, Any] | None:
    """What stands beside the story; None where the policy has no visit systems."""
    systems = visit_systems()
    if not systems or customer.archived_at:
        return None
    line = _lines([customer], {})[0]
    return {
        "customer": customer,
        "choice": chosen(customer),
        "line": line,
        "titles": {system.code: system.title for system in systems},
        "may_choose": viewer.may(Right.CUSTOMERS_EDIT) and any(system.code == CHOSEN for system in systems),
        "may_record": viewer.may(Right.INTERACTIONS_RECORD),
    }
