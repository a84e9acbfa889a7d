"""One person: what is allowed, what is asked, the copy, the erasure."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _

from weixi.customers.models import Customer
from weixi.customers.queries import get_customer_for
from weixi.kernel import clock, personal
from weixi.kernel.errors import WeixiError
from weixi.kernel.once.forms import once_per_form
from weixi.kernel.personal import Person
from weixi.kernel.replies import carried_out, done
from weixi.organisation.enums import Right
from weixi.organisation.requests import Asked, needs
from weixi.privacy import services
from weixi.privacy.forms import AnswerForm, ConsentForm, EraseForm, RequestForm, WithdrawForm
from weixi.privacy.queries import get_person_for
from weixi.privacy.queries.consents import all_consents, erasure_of, of_person
from weixi.privacy.queries.desk import get_request_for, open_requests
from weixi.privacy.services.copies import as_archive

CHANGED = ["customer", "privacy", "grading"]


def _home(request: Asked, person: Person) -> Customer:
    return get_customer_for(request.viewer, person.customer_id)


def _form(request: Asked, person: Person, form: Any, title: str, button: str, action: str, **more: Any) -> HttpResponse:
    context = {
        "form": form, "concerned": person, "customer": _home(request, person), "title": title, "button": button,
        "action": action, **more,
    }  # fmt: skip
    template = more.pop("template", "privacy/act.html")
    return render(request, template, context, status=422 if form.errors else 200)


def person(request: Asked, kind: str, pk: int) -> HttpResponse:
    """Everything this slice knows of a person, and what can be done."""
    found = get_person_for(request.viewer, kind, pk)
    context = {
        "concerned": found,
        "customer": _home(request, found),
        "consents": all_consents(found),
        "requests": open_requests(request.viewer).filter(of_person(found)),
        "erased": erasure_of(found),
        "may_manage_personal": request.viewer.may(Right.PERSONAL_MANAGE),
    }
    return render(request, "privacy/person.html", context)


@needs(Right.CUSTOMERS_EDIT)
@once_per_form
def give(request: Asked, kind: str, pk: int) -> HttpResponse:
    found = get_person_for(request.viewer, kind, pk)
    form = ConsentForm(request.POST or None)
    if carried_out(form, lambda: services.give_consent(found, viewer=request.viewer, **form.cleaned_data)):
        return done(request, _("Entered."), to=_home(request, found).get_absolute_url(), changed=CHANGED)
    return _form(request, found, form, _("Consent"), _("Save"), reverse("consent-give", args=[kind, pk]))


@needs(Right.CUSTOMERS_EDIT)
def withdraw(request: Asked, kind: str, pk: int) -> HttpResponse:
    found = get_person_for(request.viewer, kind, pk)
    first = {"purpose": request.GET.get("purpose", ""), "channel": request.GET.get("channel", "")}
    form = WithdrawForm(request.POST or None, initial=first)
    if carried_out(form, lambda: services.withdraw_consent(found, viewer=request.viewer, **form.cleaned_data)):
        text = _("Withdrawn; nothing is sent for it from now on.")
        return done(request, text, to=_home(request, found).get_absolute_url(), changed=CHANGED)
    action = reverse("consent-withdraw", args=[kind, pk])
    return _form(request, found, form, _("Withdrawal"), _("Save"), action)


@needs(Right.CUSTOMERS_EDIT)
@once_per_form
def ask(request: Asked, kind: str, pk: int) -> HttpResponse:
    """A person asks for something."""
    found = get_person_for(request.viewer, kind, pk)
    form = RequestForm(request.POST or None)
    if carried_out(form, lambda: services.open_request(found, viewer=request.viewer, **form.cleaned_data)):
        text = _("Entered; the policy's time for the answer runs.")
        return done(request, text, to=_home(request, found).get_absolute_url(), changed=[*CHANGED, "duties"])
    return _form(
        request, found, form, _("Request about the own data"), _("Save"), reverse("person-ask", args=[kind, pk])
    )


@needs(Right.PERSONAL_MANAGE)
def answer(request: Asked, pk: int) -> HttpResponse:
    asked = get_request_for(request.viewer, pk)
    found = get_person_for(
        request.viewer, "contact" if asked.contact_id else "customer", asked.contact_id or asked.customer_id
    )
    form = AnswerForm(request.POST or None)

    def answered() -> None:
        said = form.cleaned_data
        services.answer_request(asked, viewer=request.viewer, granted=said["granted"] == "yes", answer=said["answer"])

    if carried_out(form, answered):
        return done(request, _("Answered."), to=reverse("privacy"), changed=[*CHANGED, "duties"])
    action = reverse("person-answer", args=[pk])
    return _form(request, found, form, str(asked.get_kind_display()), _("Save"), action, asked=asked)


@needs(Right.PERSONAL_MANAGE)
def copy(request: Asked, kind: str, pk: int) -> HttpResponse:
    """The copy as a file: POST, because it is on record that it was made."""
    found = get_person_for(request.viewer, kind, pk)
    if request.method != "POST":
        context = {"concerned": found, "customer": _home(request, found), "sources": personal.sources()}
        return render(request, "privacy/copy_ask.html", context)
    parts = services.collect_copy(found, viewer=request.viewer)
    response = HttpResponse(as_archive(found, parts), content_type="application/zip")
    # No name of a person stands in a file's name.
    name = f"{_('Copy of personal data')}-{clock.today():%Y%m%d}.zip"
    response["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    return response


@needs(Right.PERSONAL_MANAGE)
def erase(request: Asked, kind: str, pk: int) -> HttpResponse:
    found = get_person_for(request.viewer, kind, pk)
    form = EraseForm(request.POST or None)
    home = _home(request, found)
    if request.method == "POST" and form.is_valid():
        try:
            services.erase_person(found, viewer=request.viewer, reason=form.cleaned_data["reason"])
        except WeixiError as refusal:
            form.take(refusal)
        else:
            text = _("The person's data are erased.")
            return done(request, text, to=home.get_absolute_url(), changed=CHANGED, stay=False)
    rows = [(source.label, sum(1 for _row in source.collect(found))) for source in personal.sources()]
    return _form(
        request, found, form, _("Erase the person's data"), _("Erase"), reverse("person-erase", args=[kind, pk]),
        template="privacy/erase.html", rows=[row for row in rows if row[1]],
    )  # fmt: skip
